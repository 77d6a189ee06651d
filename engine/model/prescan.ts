/** The strict look at a file before moddle sees it: well-formed, within limits, every name known, every line noted. */

import { SaxesParser, type SaxesTagNS } from 'saxes';
import { defaultLimits, type Limits } from './limits.js';
import { BPMN, drawings, prefixes, XSI } from './namespaces.js';
import { didYouMean, type Reporter } from './problems.js';
import { elementNames, referenceAttributes, referenceElements, textElements } from './vocabulary.js';

/** What the pre-scan hands on. */
export interface Scanned {
  /**
   * The model as moddle reads it without loss: one prefix per namespace, plain white space, ids in ASCII (the original in
   * `weft:id`), the line of each element in `weft:line`, and no drawing.
   */
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
    report.error(error.message, { line: error.line, column: error.column, element: error.element });
    return undefined;
  }
}

/** An element that is open: what it was called in the file, and what becomes of its content. */
interface Open {
  name: string;
  bpmn: boolean;
  /** `model`: written; `foreign`: extension content, written as it is; `text`: only its text; `nothing`: left out. */
  content: 'model' | 'foreign' | 'text' | 'nothing';
  reference: boolean;
}

function scan(text: string, report: Reporter, limits: Limits): Scanned {
  const parser = new SaxesParser({ xmlns: true });
  const written = new Writer();
  const open: Open[] = [];
  const ids = new Map<string, number>();
  const used = new Set<string>();
  let elements = 0;
  let line = 1;
  let targetNamespace: string | undefined;

  const fail = (message: string, element?: string): never => {
    throw new Malformed(`line ${parser.line}: ${message}`, parser.line, parser.column, element);
  };

  parser.on('error', error => {
    const said = error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    // A bare ampersand is noticed at the next semicolon, or never.
    const ampersand = text.lastIndexOf('&', parser.position);
    const bare = ampersand >= 0 && (/entity/.test(said) || !text.includes(';', ampersand));
    if (!bare) fail(`the XML is broken: ${said}`);
    const lines = text.slice(0, ampersand + 1).split('\n');
    throw new Malformed(
      `line ${lines.length}: the XML is broken: ${said}; write & as &amp;`,
      lines.length,
      lines.at(-1)!.length,
    );
  });
  parser.on('doctype', () => fail('a DOCTYPE is not allowed, as it could define entities; remove it'));
  parser.on('opentagstart', () => {
    line = parser.line;
    if (++elements > limits.elements) fail(`the file has more than ${limits.elements} elements; split it`);
    if (open.length >= limits.depth) fail(`elements lie more than ${limits.depth} deep`);
  });
  let attributes = 0;
  parser.on('attribute', attribute => {
    if (++attributes > limits.attributes) fail(`an element has more than ${limits.attributes} attributes`);
    if (attribute.value.length > limits.attributeLength)
      fail(`attribute "${attribute.name}" is longer than ${limits.attributeLength} characters`);
    if (attribute.local === '__proto__') fail('"__proto__" is no name for an attribute');
  });

  /** An id as moddle takes it: without the prefix of the target namespace, in ASCII. */
  const reference = (value: string) => {
    const trimmed = value.trim();
    const colon = trimmed.indexOf(':');
    const own = colon > 0 && parser.resolve(trimmed.slice(0, colon)) === targetNamespace;
    return asciiId(own ? trimmed.slice(colon + 1) : trimmed);
  };

  const checkId = (id: string) => {
    if (!ncName.test(id))
      fail(`the id "${id}" is not legal: it must begin with a letter or _ and have no spaces or colons`, id);
    if (id === '__proto__') fail('"__proto__" is no name for an element', id);
    const first = ids.get(id);
    if (first !== undefined) fail(`the id "${id}" is used twice; it stands first in line ${first}`, id);
    ids.set(id, line);
  };

  const writeBpmnAttributes = (tag: SaxesTagNS) => {
    for (const { uri, local, value } of Object.values(tag.attributes)) {
      if (uri === XMLNS || uri === XML) continue;
      if (uri === XSI && local === 'type') {
        const colon = value.indexOf(':');
        if (parser.resolve(value.slice(0, Math.max(0, colon)).trim()) === BPMN)
          written.attribute('xsi:type', `bpmn:${value.slice(colon + 1).trim()}`);
      } else if (uri !== '' && uri !== BPMN) {
        used.add(uri);
        written.attribute(`${written.prefix(uri)}:${local}`, value);
      } else if (local === 'id') {
        checkId(value.trim());
        written.id(value.trim());
      } else {
        written.attribute(local, referenceAttributes.has(local) ? reference(value) : value);
      }
    }
  };

  const writeForeignAttributes = (tag: SaxesTagNS) => {
    for (const { uri, local, value } of Object.values(tag.attributes)) {
      if (uri === XMLNS || uri === XML) continue;
      if (uri !== '' && uri !== tag.uri) used.add(uri);
      written.attribute(uri === '' || uri === tag.uri ? local : `${written.prefix(uri)}:${local}`, value);
    }
  };

  const enter = (tag: SaxesTagNS): Open['content'] => {
    const parent = open.at(-1);
    if (!parent) {
      if (tag.uri !== BPMN || tag.local !== 'definitions')
        fail(`the file is no BPMN 2.0 model: its outermost element is <${tag.name}>, not <definitions> of ${BPMN}`);
      targetNamespace = tag.attributes.targetNamespace?.value;
      return 'model';
    }
    if (parent.content === 'nothing' || drawings.has(tag.uri)) return 'nothing';
    if (parent.content === 'text') return 'text';
    const known = tag.uri !== BPMN || elementNames.has(tag.local);
    // Tools write their own elements there without a prefix: moddle takes them for BPMN, nobody else does.
    if (parent.content === 'foreign' || (parent.bpmn && parent.name === 'extensionElements'))
      return known ? 'foreign' : 'nothing';
    if (!known) fail(`BPMN has no element <${tag.name}>${didYouMean(tag.local, elementNames)}`);
    if (tag.uri === BPMN) return 'model';
    if (textElements.has(parent.name)) return 'text';
    report.warn(
      `line ${line}: <${tag.name}> does not belong inside <${parent.name}>, only inside <extensionElements>; it is ignored`,
      {
        line,
      },
    );
    return 'nothing';
  };

  parser.on('opentag', tag => {
    attributes = 0;
    const content = enter(tag);
    const bpmn = tag.uri === BPMN;
    if (content === 'model' || content === 'foreign') {
      if (!bpmn) used.add(tag.uri);
      written.open(tag.uri === '' ? tag.local : `${written.prefix(tag.uri)}:${tag.local}`);
      if (content === 'model') writeBpmnAttributes(tag);
      else writeForeignAttributes(tag);
      written.attribute('weft:line', String(line));
      written.opened();
    }
    open.push({ name: tag.local, bpmn, content, reference: content === 'model' && referenceElements.has(tag.local) });
  });

  parser.on('closetag', tag => {
    const { content } = open.pop()!;
    if (content === 'model' || content === 'foreign')
      written.close(tag.uri === '' ? tag.local : `${written.prefix(tag.uri)}:${tag.local}`);
  });

  const characters = (value: string) => {
    const inside = open.at(-1);
    if (!inside || inside.content === 'nothing' || value.trim() === '') return;
    if (inside.content === 'model' && !textElements.has(inside.name))
      fail(`the text "${value.trim().slice(0, 40)}" does not belong inside <${inside.name}>`);
    written.text(inside.reference ? reference(value) : value);
  };
  parser.on('text', characters);
  parser.on('cdata', characters);

  parser.write(text).close();
  return { text: written.whole(), used };
}

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XML = 'http://www.w3.org/XML/1998/namespace';

/** NCName of XML namespaces, without the rarer combining characters. */
const ncName = /^[\p{L}_][\p{L}\p{N}\p{M}._·-]*$/u;

/** moddle takes ids in ASCII only, so other letters are written as their code. */
const asciiId = (id: string) => id.replace(/[^\w.:-]/gu, letter => `_x${letter.codePointAt(0)!.toString(16)}_`);

/** The id as the file has it. */
export const originalId = (id: string) =>
  id.replace(/_x([0-9a-f]+)_/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));

/** Writes the normalised text. */
class Writer {
  private readonly parts: string[] = [];
  private readonly names = new Map(Object.entries(prefixes));
  private attributes = new Set<string>();

  prefix(uri: string): string {
    let prefix = this.names.get(uri);
    if (prefix === undefined) {
      prefix = `x${this.names.size}`;
      this.names.set(uri, prefix);
    }
    return prefix;
  }

  open(name: string) {
    this.parts.push(`<${name}`);
    this.attributes = new Set();
  }

  /** The first of two that come to the same name counts: `id` and `bpmn:id`. */
  attribute(name: string, value: string) {
    if (this.attributes.has(name)) return;
    this.attributes.add(name);
    this.parts.push(` ${name}="${escapeXml(value)}"`);
  }

  id(id: string) {
    const ascii = asciiId(id);
    this.attribute('id', ascii);
    if (ascii !== id) this.attribute('weft:id', id);
  }

  opened() {
    this.parts.push('>');
  }

  text(value: string) {
    this.parts.push(escapeXml(value));
  }

  close(name: string) {
    this.parts.push(`</${name}>`);
  }

  /** The root declares every namespace, so that no prefix changes its meaning further in. */
  whole(): string {
    const [root, ...rest] = this.parts;
    const declared = [...this.names].map(([uri, prefix]) => ` xmlns:${prefix}="${escapeXml(uri)}"`).join('');
    return root + declared + rest.join('');
  }
}

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
  '\r': '&#13;',
};
const escapeXml = (value: string) => value.replace(/[&<>"\n\t\r]/g, letter => escapes[letter]!);
