/** The strict look at a file before moddle sees it: well-formed, within limits, every name known, every line noted. */

import { SaxesParser, type SaxesTagNS } from 'saxes';
import { defaultLimits, type Limits } from './limits.js';
import { BPMN, drawings } from './namespaces.js';
import { createWriter } from './normalise.js';
import { didYouMean, type Reporter } from './problems.js';
import { elementNames, textElements } from './vocabulary.js';

/** What the pre-scan hands on. */
export interface Scanned {
  /** The model as `normalise.ts` writes it, without the drawing. */
  text: string;
  /** Namespace URIs of the elements and attributes that stand in the model. */
  used: Set<string>;
}

/** The first thing that is wrong with a file. */
class Malformed extends Error {
  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
    readonly element?: string,
  ) {
    super(message);
  }
}

/**
 * Checks the text of a BPMN file and writes it anew for moddle. Stops at the first error, which it reports with line and
 * column; answers undefined then.
 *
 * @example
 * const report = reporter('order.bpmn');
 * const scanned = prescan(text, report);
 */
export function prescan(text: string, report: Reporter, limits: Limits = defaultLimits): Scanned | undefined {
  try {
    return scan(text, report, limits);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    report.error(`line ${error.line}: ${error.message}`, {
      line: error.line,
      column: error.column,
      element: error.element,
    });
    return undefined;
  }
}

/** An element that is open: what it was called in the file, and what becomes of its content. */
interface Open {
  name: string;
  bpmn: boolean;
  /** `model`: written; `foreign`: extension content, written as it is; `text`: only its text; `nothing`: left out. */
  content: 'model' | 'foreign' | 'text' | 'nothing';
}

function scan(text: string, report: Reporter, limits: Limits): Scanned {
  const parser = new SaxesParser({ xmlns: true });
  const writer = createWriter(prefix => parser.resolve(prefix));
  const open: Open[] = [];
  const ids = new Map<string, number>();
  let elements = 0;
  let attributes = 0;
  let line = 1;

  const fail = (message: string, element?: string): never => {
    throw new Malformed(message, parser.line, parser.column, element);
  };

  const checkId = (id: string) => {
    if (!ncName.test(id))
      fail(`the id "${id}" is not legal: it must begin with a letter or _ and have no spaces or colons`, id);
    if (id === '__proto__') fail('"__proto__" is no name for an element', id);
    const first = ids.get(id);
    if (first !== undefined) fail(`the id "${id}" is used twice; it stands first in line ${first}`, id);
    ids.set(id, line);
  };

  /** What becomes of the content of an element that begins. */
  const contentOf = (tag: SaxesTagNS): Open['content'] => {
    const parent = open.at(-1);
    if (!parent) {
      if (tag.uri === BPMN && tag.local === 'definitions') return 'model';
      fail(`the file is no BPMN 2.0 model: its outermost element is <${tag.name}>, not <definitions> of ${BPMN}`);
    } else if (parent.content === 'nothing' || drawings.has(tag.uri)) return 'nothing';
    else if (parent.content === 'text') return 'text';
    else if (parent.content === 'foreign' || (parent.bpmn && parent.name === 'extensionElements'))
      // Tools write elements of their own there without a prefix, as if they were BPMN.
      return tag.uri !== BPMN || elementNames.has(tag.local) ? 'foreign' : 'nothing';
    else if (tag.uri !== BPMN) return foreignContent(tag, parent);
    if (!elementNames.has(tag.local)) fail(`BPMN has no element <${tag.name}>${didYouMean(tag.local, elementNames)}`);
    return 'model';
  };

  const foreignContent = (tag: SaxesTagNS, parent: Open): Open['content'] => {
    if (textElements.has(parent.name)) return 'text';
    const belongs = `<${tag.name}> does not belong inside <${parent.name}>, only inside <extensionElements>`;
    report.warn(`line ${line}: ${belongs}; it is ignored`, { line });
    return 'nothing';
  };

  const characters = (value: string) => {
    const inside = open.at(-1);
    if (!inside || inside.content === 'nothing' || value.trim() === '') return;
    if (inside.content === 'model' && !textElements.has(inside.name))
      fail(`the text "${value.trim().slice(0, 40)}" does not belong inside <${inside.name}>`);
    writer.text(value);
  };

  parser.on('error', error => {
    throw broken(error, text, parser);
  });
  parser.on('doctype', () => fail('a DOCTYPE is not allowed, as it could define entities; remove it'));
  parser.on('opentagstart', () => {
    line = parser.line;
    attributes = 0;
    if (++elements > limits.elements) fail(`the file has more than ${limits.elements} elements; split it`);
    if (open.length >= limits.depth) fail(`elements lie more than ${limits.depth} deep`);
  });
  parser.on('attribute', ({ name, local, value }) => {
    if (++attributes > limits.attributes) fail(`an element has more than ${limits.attributes} attributes`);
    if (value.length > limits.attributeLength)
      fail(`attribute "${name}" is longer than ${limits.attributeLength} characters`);
    if (local === '__proto__') fail('"__proto__" is no name for an attribute');
  });
  parser.on('opentag', tag => {
    const content = contentOf(tag);
    const id = tag.attributes.id?.value.trim();
    if (content === 'model' && id !== undefined) checkId(id);
    if (content === 'model' || content === 'foreign') writer.open(tag, content, line);
    open.push({ name: tag.local, bpmn: tag.uri === BPMN, content });
  });
  parser.on('closetag', tag => {
    const { content } = open.pop()!;
    if (content === 'model' || content === 'foreign') writer.close(tag);
  });
  parser.on('text', characters);
  parser.on('cdata', characters);

  parser.write(text).close();
  return { text: writer.whole(), used: writer.used };
}

/** NCName of XML namespaces, without the rarer combining characters. */
const ncName = /^[\p{L}_][\p{L}\p{N}\p{M}._·-]*$/u;

/** What the parser found, at the place where a modeler has to look. */
function broken(error: Error, text: string, { line, column, position }: SaxesParser<{ xmlns: true }>): Malformed {
  const said = `the XML is broken: ${error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')}`;
  // A bare ampersand is noticed at the next semicolon, or never.
  const ampersand = text.lastIndexOf('&', position);
  const bare = ampersand >= 0 && (/entity/.test(said) || !text.includes(';', ampersand));
  if (!bare) return new Malformed(said, line, column);
  const lines = text.slice(0, ampersand + 1).split('\n');
  return new Malformed(`${said}; write & as &amp;`, lines.length, lines.at(-1)!.length);
}
