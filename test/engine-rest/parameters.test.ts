/** Every parameter and every member of a body that the document of Camunda 7 names is read by the operation it belongs to. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { z } from 'zod';
import { restOperations } from '../../api/engine-rest/index.js';
import { laterOf } from '../../api/engine-rest/later.js';
import type { Operation } from '../../api/engine-rest/operation.js';
import { type DocumentedOperation, operations, propertiesOf, type Schema, schemaOf } from './document.js';
import { startRest } from './harness.js';

type Json = z.core.JSONSchema.BaseSchema;

/** What a schema lets in, as data. */
const read = (schema: z.ZodType | undefined): Json =>
  schema ? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) : {};

const anonymous = (path: string) => path.replaceAll(/\{[^}]+\}/g, '{}');

/** Documented members that a body does not let in, at any depth. */
function unreadIn(documented: Schema | undefined, own: Json | undefined, path: string, depth = 0): string[] {
  if (!own) return [path];
  const { items } = schemaOf(documented) ?? {};
  if (items) return unreadIn(items, (own.items as Json | undefined) ?? {}, `${path}[]`, depth);
  // A query in a query has no end.
  if (depth > 4 || !own.properties) return [];
  return Object.entries(propertiesOf(documented)).flatMap(([name, schema]) =>
    unreadIn(schema, own.properties![name] as Json | undefined, `${path}.${name}`, depth + 1),
  );
}

function unread({ spec }: DocumentedOperation, own: Operation): string[] {
  const asked = read(own.query).properties ?? {};
  const parameters = (spec.parameters ?? []).filter(one => one.in === 'query' && !Object.hasOwn(asked, one.name));
  const body = spec.requestBody?.content['application/json']?.schema;
  return [...parameters.map(({ name }) => `?${name}`), ...(body ? unreadIn(body, read(own.body), 'body') : [])];
}

test('every documented parameter and member of a body is read', async t => {
  const { server } = await startRest(t);
  const own = new Map(restOperations(server.services).map(one => [`${one.method} ${anonymous(one.path)}`, one]));

  const missing = operations
    .filter(({ path }) => laterOf(path.replaceAll(/\{[^}]+\}/g, 'x')) === undefined)
    .flatMap(operation => {
      const { method, path } = operation;
      const served = own.get(`${method} ${anonymous(path)}`);
      return served ? unread(operation, served).map(what => `${method} ${path} ${what}`) : [`${method} ${path}`];
    });

  assert.deepEqual(missing, []);
});
