/** The page that shows the API to a reader, and lets him try it: made from the OpenAPI document, with nothing from elsewhere. */

import { codes } from './codes.js';

interface Operation {
  summary: string;
  description?: string;
  tags: string[];
  parameters?: { name: string; in: string; required: boolean; description?: string; schema: unknown }[];
  requestBody?: { content: Record<string, { schema: unknown; example?: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: unknown }> }>;
}

interface OpenApi {
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, sign => escapes[sign]!);

/** Prose of the document: what stands between back ticks is code. */
const prose = (text: string) => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

const idOf = (tag: string) => tag.toLowerCase().replaceAll(/\W+/g, '-');

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: light-dark(#f4f4f4, #262626); }
html { background: light-dark(#fff, #161616); color: light-dark(#161616, #f4f4f4); }
a { color: light-dark(#0043ce, #a6c8ff); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; scroll-margin-top: 1rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 1rem 0; padding: .6rem .75rem; background: var(--soft); border-radius: 6px; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .25rem 0; }
summary { padding: .4rem .75rem; cursor: pointer; }
details > div { padding: 0 .75rem .75rem; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .6rem; border-radius: 4px; overflow: auto; max-height: 24rem; }
/* What is long goes on below its beginning. */
.line { display: inline-grid; align-items: baseline; grid-template-columns: 4.5rem 1fr; width: calc(100% - 1.5rem); vertical-align: top; }
.line code { overflow-wrap: anywhere; }
.method { font-weight: 600; }
.get { color: light-dark(#0043ce, #a6c8ff); }
.delete { color: light-dark(#a2191f, #ffb3b8); }
.try { display: grid; gap: .5rem; margin: .5rem 0; padding: .75rem; border: 1px solid var(--line); border-radius: 6px; }
.try label { display: grid; gap: .2rem; }
.try input, .try textarea { font: 13px/1.45 ui-monospace, monospace; padding: .3rem; }
button { justify-self: start; padding: .3rem .75rem; font: inherit; color: inherit; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; cursor: pointer; }
.answer:empty { display: none; }
td { padding: .1rem .75rem .1rem 0; vertical-align: baseline; overflow-wrap: anywhere; }
td:first-child { min-width: 7rem; }
`;

/** The whole page as HTML. */
export function docsPage(document: object): string {
  const { info, servers, paths, webhooks, components } = document as OpenApi;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.map(one => one.operation.tags[0] ?? ''))];
  const sections = tags.map(tag => {
    const own = operations.filter(one => one.operation.tags[0] === tag);
    const sent = Object.values(webhooks).flatMap(methods =>
      Object.entries(methods).filter(([, operation]) => operation.tags[0] === tag),
    );
    const entries = [
      ...own.map(({ method, path, operation }) => entry(method, path, operation, tryable(method, path, operation))),
      ...sent.map(([method, operation]) => entry(method, 'your address', operation)),
    ];
    return `<h2 id="${idOf(tag)}">${escaped(tag)}</h2>${entries.join('')}`;
  });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(info.title)} API</title><style>${style}</style></head>
<body>
<h1>${escaped(info.title)} API ${escaped(info.version)}</h1>
${info.description
  .split('\n\n')
  .map(paragraph => `<p>${prose(paragraph)}</p>`)
  .join('\n')}
<p>All paths begin with <code>${escaped(servers[0]?.url ?? '')}</code>.
The same as a document for programs: <a href="openapi.json">openapi.json</a>.</p>
<nav aria-label="Resources">${[...tags, 'Errors', 'Schemas']
    .map(tag => `<a href="#${idOf(tag)}">${escaped(tag)}</a>`)
    .join('\n')}</nav>
${sections.join('\n')}
<h2 id="errors">Errors</h2>
<p>Every refusal is a problem (RFC 9457); its <code>code</code> is one of these, and stays.</p>
<table>${Object.entries(codes)
    .map(
      ([code, [status, meaning]]) =>
        `<tr><td><code>${code}</code></td><td>${status}</td><td>${prose(meaning)}</td></tr>`,
    )
    .join('\n')}</table>
<h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas)
  .map(
    ([name, schema]) =>
      `<details id="${escaped(name)}"><summary>${escaped(name)}</summary><div>${json(schema)}</div></details>`,
  )
  .join('\n')}
<script src="../../try.js"></script>
</body></html>`;
}

/** What the page needs to let one try an operation. */
function tryable(method: string, path: string, operation: Operation): string {
  const { example } = operation.requestBody?.content['application/json'] ?? {};
  const queries = (operation.parameters ?? []).filter(one => one.in === 'query').map(({ name }) => `${name}=`);
  const data = {
    method: method.toUpperCase(),
    path,
    ...(queries.length > 0 ? { query: queries.join('&') } : {}),
    ...(example === undefined ? {} : { example: JSON.stringify(example, null, 2) }),
  };
  return Object.entries(data)
    .map(([name, value]) => `data-${name}="${escaped(value)}"`)
    .join(' ');
}

function entry(method: string, path: string, operation: Operation, attributes = ''): string {
  const parameters = (operation.parameters ?? []).map(
    one =>
      `<tr><td><code>${escaped(one.name)}</code></td><td>${one.in}${one.required ? '' : ', optional'}</td>` +
      `<td>${prose(one.description ?? '')}</td></tr>`,
  );
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const answers = Object.entries(operation.responses).map(([status, { description, content }]) => {
    const schema = Number(status) < 400 ? Object.values(content ?? {})[0]?.schema : undefined;
    return `<tr><td><code>${status}</code></td><td>${prose(description)}${schema ? json(schema) : ''}</td></tr>`;
  });
  return `<details ${attributes}><summary><span class="line"><code class="method ${method}">${method.toUpperCase()}</code>
<span><code>${escaped(path)}</code> ${prose(operation.summary)}</span></span></summary><div>
${operation.description ? `<p>${prose(operation.description)}</p>` : ''}
${parameters.length > 0 ? `<table>${parameters.join('')}</table>` : ''}
${body ? `<p>Body</p>${json(body)}` : ''}
<p>Answers</p><table>${answers.join('')}</table></div></details>`;
}

/** A schema as text; references lead to its section. */
const json = (schema: unknown) =>
  `<pre tabindex="0">${escaped(JSON.stringify(schema, null, 2)).replaceAll(
    /&quot;#\/components\/schemas\/(\w+)&quot;/g,
    '<a href="#$1">$1</a>',
  )}</pre>`;
