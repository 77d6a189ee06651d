/** Which dialect a file is written in, and how the attributes of all of them become neutral properties. */

import {
  type Element,
  type Extension,
  extensionsOf,
  lineOf,
  type VendorAttribute,
  vendorAttributes,
} from '../element.js';
import { didYouMean, type Reporter } from '../problems.js';
import type { Properties } from '../properties.js';
import type { Scripts } from '../scripts.js';
import { camunda } from './camunda.js';
import { type Dialect, type Reading, type ReadingTools, readAttribute, readElement, readingOf } from './dialect.js';
import { activiti, flowable } from './flowable.js';
import { zeebe } from './zeebe.js';

export type { Dialect } from './dialect.js';

/** BPMN without extensions. */
export const plain: Dialect = {
  name: 'bpmn',
  prefixes: [],
  notation: 'plain',
  runsByDefault: false,
  namesByReference: false,
  localResults: false,
  traits: {},
  startsByItsOnlyEvent: false,
  howToWork: 'set a topic (camunda:type="external" and camunda:topic)',
  bareFlowsAreTrue: false,
  attributes: {},
  elements: {},
};

/** In the order in which they are preferred where a file speaks several. */
export const dialects: readonly Dialect[] = [camunda, zeebe, flowable, activiti];

/** Reads all extensions of an element: first those of the file's dialect, then what other dialects add. */
export type PropertyReader = (element: Element) => Properties;

/**
 * The file's dialect: what the modeler wrote down as execution platform, else the namespace that is used.
 *
 * @param used prefixes of the namespaces that are used
 */
export function dialectOf(definitions: Element, used: ReadonlySet<string>): Dialect {
  const platform = vendorAttributes(definitions).find(
    ({ prefix, name }) => prefix === 'modeler' && name === 'executionPlatform',
  )?.value;
  if (platform === 'Camunda Cloud') return zeebe;
  if (platform === 'Camunda Platform') return camunda;
  return dialects.find(({ prefixes }) => prefixes.some(prefix => used.has(prefix))) ?? plain;
}

export function propertyReader(dialect: Dialect, report: Reporter, scripts: Scripts): PropertyReader {
  const order = [dialect, ...dialects.filter(other => other !== dialect)];
  const known = new Map<Element, Properties>();
  return element => {
    const before = known.get(element);
    if (before) return before;
    const properties: Properties = {};
    known.set(element, properties);
    readExtensions(element, order, { properties, report, scripts });
    return properties;
  };
}

/** What an earlier dialect has said by the same name counts; a later one fills gaps. */
function readExtensions(element: Element, order: Dialect[], tools: ReadingTools): void {
  const attributes = vendorAttributes(element);
  const extensions = extensionsOf(element);
  const said = new Set<string>();
  for (const dialect of order) {
    const isNew = ({ prefix, name }: { prefix: string; name: string }) =>
      dialect.prefixes.includes(prefix) && !said.has(name);
    const newAttributes = attributes.filter(isNew);
    const newExtensions = extensions.filter(isNew);
    for (const attribute of newAttributes) oneAttribute(attribute, readingOf(element, dialect, tools, lineOf(element)));
    for (const extension of newExtensions) oneExtension(extension, readingOf(element, dialect, tools, extension.line));
    for (const { name } of [...newAttributes, ...newExtensions]) said.add(name);
  }
}

function oneAttribute({ prefix, name, value }: VendorAttribute, reading: Reading): void {
  const { attributes } = reading.dialect;
  const rule = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (rule) readAttribute(rule, `${prefix}:${name}`, value, reading);
  else reading.warn(`${prefix}:${name} is not known and is ignored${didYouMean(name, Object.keys(attributes))}`);
}

function oneExtension(extension: Extension, reading: Reading): void {
  const { elements } = reading.dialect;
  const title = `<${extension.prefix}:${extension.name}>`;
  const rule = Object.hasOwn(elements, extension.name) ? elements[extension.name] : undefined;
  if (!rule) {
    reading.warn(`${title} is not known and is ignored${didYouMean(extension.name, Object.keys(elements))}`);
    return;
  }
  const known = rule.attributes ?? Object.keys(extension.attributes);
  for (const attribute of Object.keys(extension.attributes))
    if (!known.includes(attribute))
      reading.warn(`${title} has no attribute ${attribute}; it is ignored${didYouMean(attribute, known)}`);
  readElement(rule, title, extension, reading);
}
