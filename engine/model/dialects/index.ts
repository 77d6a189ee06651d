/** Which dialect a file is written in, and how the attributes of all of them become neutral properties. */

import { type Element, extensionsOf, lineOf, vendorAttributes } from '../element.js';
import { didYouMean, type Reporter } from '../problems.js';
import type { Properties } from '../properties.js';
import { camunda } from './camunda.js';
import { type Dialect, readAttribute, readElement, readingOf } from './dialect.js';
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

export function propertyReader(dialect: Dialect, report: Reporter): PropertyReader {
  const order = [dialect, ...dialects.filter(other => other !== dialect)];
  const known = new Map<Element, Properties>();
  return element => {
    const before = known.get(element);
    if (before) return before;
    const properties: Properties = {};
    known.set(element, properties);
    const attributes = vendorAttributes(element);
    const extensions = extensionsOf(element);
    for (const each of order) {
      for (const { prefix, name, value } of attributes.filter(({ prefix }) => each.prefixes.includes(prefix))) {
        const reading = readingOf(element, each, properties, report, lineOf(element));
        const rule = Object.hasOwn(each.attributes, name) ? each.attributes[name] : undefined;
        if (rule) readAttribute(rule, `${prefix}:${name}`, value, reading);
        else
          reading.warn(
            `${prefix}:${name} is not known and is ignored${didYouMean(name, Object.keys(each.attributes))}`,
          );
      }
      for (const extension of extensions.filter(({ prefix }) => each.prefixes.includes(prefix))) {
        const { prefix, name } = extension;
        const reading = readingOf(element, each, properties, report, extension.line);
        const rule = Object.hasOwn(each.elements, name) ? each.elements[name] : undefined;
        if (!rule) {
          reading.warn(
            `<${prefix}:${name}> is not known and is ignored${didYouMean(name, Object.keys(each.elements))}`,
          );
          continue;
        }
        for (const attribute of Object.keys(extension.attributes))
          if (rule.attributes && !rule.attributes.includes(attribute))
            reading.warn(
              `<${prefix}:${name}> has no attribute ${attribute}; it is ignored${didYouMean(attribute, rule.attributes)}`,
            );
        readElement(rule, `<${prefix}:${name}>`, extension, reading);
      }
    }
    return properties;
  };
}
