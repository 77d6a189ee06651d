/** The OpenAPI document of Camunda 7 as data: operations, filters with their types, sort keys, properties of answers. */

import { fixture } from '../api/harness.js';
import type { Method } from './harness.js';

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  allOf?: Schema[];
  additionalProperties?: Schema;
}

interface OperationObject {
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

interface Document {
  paths: Record<string, Partial<Record<Method, OperationObject>>>;
  components: { schemas: Record<string, Schema> };
}

const document = JSON.parse(fixture('engine-rest/openapi.json')) as Document;

export interface DocumentedOperation {
  path: string;
  method: Method;
  spec: OperationObject;
}

export const operations: DocumentedOperation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, spec]) => ({ path, method: method as Method, spec })),
);

/** The schema itself, where only its name stands. */
export const schemaOf = (schema: Schema | undefined): Schema | undefined =>
  schema?.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)!] : schema;

/** All properties of a schema, those of what it extends, too. */
export function propertiesOf(named: Schema | undefined): Record<string, Schema> {
  const schema = schemaOf(named);
  if (!schema) return {};
  return Object.assign({}, ...(schema.allOf ?? []).map(propertiesOf), schema.properties);
}

/** What a filter is called and how its values look. */
export interface Filter {
  name: string;
  type: string;
  format?: string | undefined;
  words?: string[] | undefined;
}

const paging = new Set(['sortBy', 'sortOrder', 'firstResult', 'maxResults', 'sorting', 'orQueries']);

const filterOf = ([name, { type = 'object', format, enum: words }]: [string, Schema]): Filter => ({
  name,
  type,
  format,
  words,
});

/** The documented filters of a list, in its address or in its body. */
export function filtersOf({ method, spec }: DocumentedOperation): Filter[] {
  const all: [string, Schema][] =
    method === 'get'
      ? (spec.parameters ?? []).filter(one => one.in === 'query').map(({ name, schema }) => [name, schema])
      : Object.entries(propertiesOf(spec.requestBody?.content['application/json']?.schema));
  return all.filter(([name]) => !paging.has(name)).map(filterOf);
}

/** The documented sort keys of a list. */
export function sortsOf({ spec }: DocumentedOperation): string[] {
  const sortBy = spec.parameters?.find(({ name }) => name === 'sortBy')?.schema.enum;
  const sorting = propertiesOf(spec.requestBody?.content['application/json']?.schema).sorting;
  const words = sortBy ?? sorting?.items?.properties?.sortBy?.enum ?? [];
  return words.map(word => word.trim());
}

const answerOf = ({ spec }: DocumentedOperation) => spec.responses['200']?.content?.['application/json']?.schema;

/** The documented properties of the answer, or of each item of it. */
export function answeredProperties(operation: DocumentedOperation): string[] {
  const schema = answerOf(operation);
  return Object.keys(propertiesOf(schema?.items ?? schema));
}

/** The documented properties that an answer lacks, at any depth; of a list the first item tells. */
export const absentIn = (operation: DocumentedOperation, answer: unknown): string[] =>
  absent(answerOf(operation), answer, '');

function absent(named: Schema | undefined, value: unknown, path: string): string[] {
  const schema = schemaOf(named);
  if (value === null || value === undefined || !schema) return [];
  if (Array.isArray(value)) return absent(schema.items, value[0], path);
  const members = value as Record<string, unknown>;
  const own = Object.entries(propertiesOf(schema)).flatMap(([name, inner]) =>
    Object.hasOwn(members, name) ? absent(inner, members[name], `${path}.${name}`) : [`${path}.${name}`],
  );
  const { additionalProperties: any } = schema;
  const some = typeof any === 'object' ? Object.entries(members).slice(0, 1) : [];
  return [...own, ...some.flatMap(([name, inner]) => absent(any, inner, `${path}.${name}`))];
}

/** The counts: what is counted is the list beside. */
export const counts = operations.filter(({ path }) => path.endsWith('/count') && !path.includes('{'));

/** The lists that sort. */
export const lists = operations.filter(one => !/\{|\/(count|fetchAndLock)$/.test(one.path) && sortsOf(one).length > 0);
