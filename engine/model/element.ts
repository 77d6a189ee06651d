/** How the compiler reads moddle's tree: kind, id, place, children and extensions of an element. */

import type { Place } from './problems.js';

/** One element of moddle's tree, of which only the helpers below read. */
export interface Element {
  readonly $type: string;
  readonly $attrs: Readonly<Record<string, string>>;
  readonly $parent?: Element;
  readonly [property: string]: unknown;
}

/** An element of another namespace, inside `extensionElements`. */
export interface Extension {
  /** Prefix of its namespace as `namespaces.ts` gives it. */
  prefix: string;
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: Extension[];
  text: string;
  line: number;
}

/** An attribute of another namespace. */
export interface VendorAttribute {
  prefix: string;
  name: string;
  value: string;
}

/** BPMN element name in lower camel case: `userTask`. */
export function kindOf(element: Element): string {
  const name = element.$type.slice(element.$type.indexOf(':') + 1);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** The id as the file has it. */
export const idOf = (element: Element): string => element.$attrs['weft:id'] ?? (element.id as string | undefined) ?? '';

/** Name without the line breaks that modelers put in for the drawing; absent when empty. */
export const nameOf = (element: Element): string | undefined =>
  (element.name as string | undefined)?.replace(/\s+/g, ' ').trim() || undefined;

/** Line in the file, of the element or of what encloses it. */
export function lineOf(element: Element): number {
  let at: Element | undefined = element;
  while (at && at.$attrs?.['weft:line'] === undefined) at = at.$parent;
  return Number(at?.$attrs['weft:line'] ?? 1);
}

export const placeOf = (element: Element): Place => ({
  element: idOf(element) || undefined,
  name: nameOf(element),
  line: lineOf(element),
});

/** What a problem calls an element: `userTask 'approve' (line 42)`. */
export const titleOf = (element: Element): string =>
  `${kindOf(element) === 'sequenceFlow' ? 'flow' : kindOf(element)} '${nameOf(element) || idOf(element) || 'without id'}' (line ${lineOf(element)})`;

export const child = (element: Element, property: string): Element | undefined =>
  element[property] as Element | undefined;

export const children = (element: Element, property: string): Element[] =>
  (element[property] as Element[] | undefined) ?? [];

/** A text attribute or property; absent when it is empty. */
export const textOf = (element: Element, property: string): string | undefined =>
  (element[property] as string | undefined)?.trim() || undefined;

export const flagOf = (element: Element, property: string): boolean => element[property] === true;

/** First line of `bpmn:documentation`, if any text stands in it. */
export const documentationOf = (element: Element): string | undefined =>
  children(element, 'documentation')
    .map(documentation => textOf(documentation, 'text'))
    .filter(text => text !== undefined)
    .join('\n') || undefined;

/** Attributes of other namespaces, without the notes of the pre-scan. */
export const vendorAttributes = (element: Element): VendorAttribute[] =>
  Object.entries(element.$attrs ?? {}).flatMap(([key, value]) => {
    const [prefix, name] = splitName(key);
    return prefix && prefix !== 'xmlns' && !(prefix === 'weft' && notes.has(name)) ? [{ prefix, name, value }] : [];
  });

/** Elements of other namespaces. */
export const extensionsOf = (element: Element): Extension[] =>
  children((element.extensionElements as Element | undefined) ?? noElement, 'values').map(toExtension);

/** The nearest element of a kind, outwards from the element itself. */
export function enclosing(element: Element, kind: string): Element | undefined {
  let at: Element | undefined = element;
  while (at && kindOf(at) !== kind) at = at.$parent;
  return at;
}

/** All BPMN elements inside an element, itself first, in the order of the file; extensions are read by their own reader. */
export function* within(element: Element): Generator<Element> {
  const rest = [element];
  for (let next = rest.pop(); next; next = rest.pop()) {
    yield next;
    for (const inner of innerOf(next).reverse()) rest.push(inner);
  }
}

const innerOf = (element: Element): Element[] =>
  Object.entries(element)
    .filter(([property]) => property !== 'extensionElements')
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter((value): value is Element => isElement(value) && value.$parent === element);

const isElement = (value: unknown): value is Element => typeof value === 'object' && value !== null && '$type' in value;

const noElement: Element = { $type: '', $attrs: {} };
const notes = new Set(['line', 'id']);

const splitName = (name: string): [string, string] => {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
};

/** moddle keeps foreign elements with their attributes, `$children` and `$body` side by side. */
function toExtension(element: Element): Extension {
  const [prefix, name] = splitName(element.$type);
  return {
    prefix,
    name,
    attributes: Object.fromEntries(
      Object.entries(element).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string' && !/^\$|^weft:/.test(entry[0]),
      ),
    ),
    children: children(element, '$children').map(toExtension),
    text: (element.$body as string | undefined) ?? '',
    line: Number(element['weft:line'] ?? element.$attrs?.['weft:line'] ?? 1),
  };
}
