/** Writes a model anew so that moddle reads it without loss: one prefix per namespace, ids in ASCII, lines as attributes. */

import type { SaxesTagNS } from 'saxes';
import { BPMN, prefixes, XSI } from './namespaces.js';
import { referenceAttributes, referenceElements } from './vocabulary.js';

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XML = 'http://www.w3.org/XML/1998/namespace';

export interface Writer {
  /** Begins an element: one of BPMN, whose references are made plain, or a foreign one, as it is. */
  open(tag: SaxesTagNS, content: 'model' | 'foreign', line: number): void;
  text(value: string): void;
  close(tag: SaxesTagNS): void;
  /** The text so far. */
  whole(): string;
  /** Namespaces of the elements and attributes that were written. */
  used: Set<string>;
}

/** @param resolve namespace of a prefix, where the parser is now */
export function createWriter(resolve: (prefix: string) => string | undefined): Writer {
  const parts: string[] = [];
  const names = new Map(Object.entries(prefixes));
  const used = new Set<string>();
  const open: { reference: boolean }[] = [];
  let targetNamespace: string | undefined;

  const prefixOf = (uri: string) => {
    const prefix = names.get(uri) ?? `x${names.size}`;
    names.set(uri, prefix);
    return prefix;
  };
  const qualified = (uri: string, local: string) => (uri === '' ? local : `${prefixOf(uri)}:${local}`);

  /** References are QNames: those with the prefix of the target namespace mean this file. */
  const reference = (value: string) => {
    const [prefix = '', ...rest] = value.trim().split(':');
    return asciiId(rest.length > 0 && resolve(prefix) === targetNamespace ? rest.join(':') : value.trim());
  };

  /** Name and value of an attribute of a BPMN element. */
  const modelAttribute = (uri: string, local: string, value: string): [string, string] | undefined => {
    if (uri === XSI && local === 'type') {
      const [prefix = '', name] = value.trim().split(':');
      const type = name === undefined ? { uri: resolve(''), name: prefix } : { uri: resolve(prefix), name };
      return type.uri === BPMN ? ['xsi:type', `bpmn:${type.name}`] : undefined;
    }
    if (uri !== '' && uri !== BPMN) return [qualified(uri, local), value];
    return [local, local === 'id' || referenceAttributes.has(local) ? reference(value) : value];
  };

  /** Attributes of a foreign element have no prefix, also where they repeat that of the element. */
  const foreignAttribute = (tag: SaxesTagNS, uri: string, local: string, value: string): [string, string] => [
    uri === tag.uri ? local : qualified(uri, local),
    value,
  ];

  return {
    used,
    open(tag, content, line) {
      if (open.length === 0) targetNamespace = tag.attributes.targetNamespace?.value;
      const written = new Map<string, string>();
      for (const { uri, local, value } of Object.values(tag.attributes)) {
        if (uri === XMLNS || uri === XML) continue;
        const attribute =
          content === 'model' ? modelAttribute(uri, local, value) : foreignAttribute(tag, uri, local, value);
        if (!attribute) continue;
        if (uri !== '') used.add(uri);
        // The first of two that come to the same name counts: `id` and `bpmn:id`.
        if (!written.has(attribute[0])) written.set(...attribute);
      }
      const id = tag.attributes.id?.value.trim();
      if (content === 'model' && id !== undefined && written.get('id') !== id) written.set('weft:id', id);
      written.set('weft:line', String(line));
      if (tag.uri !== BPMN) used.add(tag.uri);
      const attributes = [...written].map(([name, value]) => ` ${name}="${escapeXml(value)}"`);
      parts.push(`<${qualified(tag.uri, tag.local)}`, `${attributes.join('')}>`);
      open.push({ reference: content === 'model' && referenceElements.has(tag.local) });
    },
    text(value) {
      parts.push(escapeXml(open.at(-1)?.reference ? reference(value) : value));
    },
    close(tag) {
      open.pop();
      parts.push(`</${qualified(tag.uri, tag.local)}>`);
    },
    whole() {
      // The root declares every namespace, so that no prefix changes its meaning further in.
      const declared = [...names].map(([uri, prefix]) => ` xmlns:${prefix}="${escapeXml(uri)}"`).join('');
      const [root = '', ...rest] = parts;
      return root + declared + rest.join('');
    },
  };
}

/** moddle takes ids in ASCII only, so other letters are written as their code. */
const asciiId = (id: string) => id.replace(/[^\w.:-]/gu, letter => `_x${letter.codePointAt(0)!.toString(16)}_`);

/** The id as the file has it. */
export const originalId = (id: string) =>
  id.replace(/_x([0-9a-f]+)_/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
  '\r': '&#13;',
};
/** Text for the content or an attribute of an element. */
export const escapeXml = (value: string) => value.replace(/[&<>"\n\t\r]/g, letter => escapes[letter]!);
