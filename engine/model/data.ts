/** Data of the standard (BPMN 10.4.2): associations between variables and a task's data inputs and outputs, as mappings. */

import type { Mapping } from '../core/types.js';
import { type Compilation, expressionOf, warn } from './compilation.js';
import { variableOf } from './dialects/readers.js';
import { child, children, type Element, idOf, kindOf, lineOf, nameOf, textOf } from './element.js';

/**
 * The mappings of an activity in a file of plain BPMN. Associations that a modeler draws without data inputs and outputs
 * are drawings; dialects map with their own elements and draw the rest.
 */
export function dataOf(activity: Element, cx: Compilation): { inputs: Mapping[]; outputs: Mapping[] } {
  if (cx.dialect.prefixes.length > 0) return { inputs: [], outputs: [] };
  const read = (property: string, isRead: (association: Element) => boolean) =>
    children(activity, property)
      .filter(isRead)
      .flatMap(association => mappingOf(association, activity, cx));
  return {
    inputs: read('dataInputAssociations', association => kindOfEnd(child(association, 'targetRef')) === 'dataInput'),
    outputs: read('dataOutputAssociations', association => kindOfEnd(sourceOf(association)) === 'dataOutput'),
  };
}

const kindOfEnd = (end: Element | undefined) => (end && nameOf(end) !== undefined ? kindOf(end) : undefined);
const sourceOf = (association: Element) => children(association, 'sourceRef')[0];

function mappingOf(association: Element, activity: Element, cx: Compilation): Mapping[] {
  const target = variableNameOf(child(association, 'targetRef'));
  const source = variableNameOf(sourceOf(association));
  const from = child(children(association, 'assignment')[0] ?? association, 'from');
  const line = lineOf(association);
  if (child(association, 'transformation'))
    warn(cx, activity, 'the transformation of its data is ignored; write it as an assignment');
  const assigned = from && expressionOf(cx, textOf(from, 'body'), from);
  const value = assigned ?? (source === undefined ? undefined : variableOf(source, line));
  return target !== undefined && value ? [{ target, value }] : [];
}

/** A data object, property, input or output is the variable of its name; a reference, that of what it refers to. */
function variableNameOf(item: Element | undefined): string | undefined {
  const named = item && (child(item, 'dataObjectRef') ?? item);
  return named && (nameOf(named) ?? (item && nameOf(item)) ?? (idOf(named) || undefined));
}
