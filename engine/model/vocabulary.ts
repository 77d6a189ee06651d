/** The element and attribute names of BPMN 2.0, read from moddle's own description of the standard. */

import { BpmnModdle } from 'bpmn-moddle';

interface Property {
  name: string;
  type: string;
  isAttr?: boolean;
  isReference?: boolean;
  isBody?: boolean;
}

interface Type {
  name: string;
  superClass?: string[];
  properties?: Property[];
}

const { types } = (new BpmnModdle().getPackages() as { prefix: string; types: Type[] }[]).find(
  ({ prefix }) => prefix === 'bpmn',
)!;

/** moddle says `bpmn:Task` or `Task`. */
const local = (type: string) => type.slice(type.indexOf(':') + 1);
const lower = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
const typeNames = new Map(types.map(type => [local(type.name), type]));
const properties = types
  .flatMap(type => type.properties ?? [])
  .map(({ name, ...rest }) => ({ ...rest, name: local(name) }));

/** True when the type or one of those it inherits from satisfies the condition. */
const inherits = (type: string, holds: (type: Type) => boolean): boolean => {
  const found = typeNames.get(local(type));
  return found !== undefined && (holds(found) || (found.superClass ?? []).some(parent => inherits(parent, holds)));
};
const hasBody = (type: string) => inherits(type, found => found.properties?.some(({ isBody }) => isBody) ?? false);

/** Every element name of the BPMN namespace. */
export const elementNames: ReadonlySet<string> = new Set([
  ...types.map(type => lower(local(type.name))),
  ...properties.filter(({ isAttr, isBody }) => !isAttr && !isBody).map(({ name }) => name),
]);

/** Attributes whose value is the id of another element. */
export const referenceAttributes: ReadonlySet<string> = new Set(
  properties.filter(({ isAttr, isReference }) => isAttr && isReference).map(({ name }) => name),
);

/** Elements whose text is the id of another element (`incoming`, `flowNodeRef`, …). */
export const referenceElements: ReadonlySet<string> = new Set(
  properties.filter(({ isAttr, isReference }) => !isAttr && isReference).map(({ name }) => name),
);

/** Elements that may hold text. */
export const textElements: ReadonlySet<string> = new Set([
  ...referenceElements,
  ...types.filter(type => hasBody(type.name)).map(type => lower(local(type.name))),
  ...properties
    .filter(({ isAttr, type }) => !isAttr && (!typeNames.has(local(type)) || hasBody(type)))
    .map(({ name }) => name),
]);
