/** The OpenAPI 3.1 document, made from the same routes that express runs. */

import { z } from 'zod';
import { locatesIn } from './addresses.js';
import { codes } from './codes.js';
import { exampleOf } from './examples.js';
import type { Route } from './route.js';
import { fieldsOf, listShaping, shaping } from './shaping.js';
import { WebhookMessage, webhookHeaders } from './webhooks/message.js';

type JsonSchema = Record<string, unknown>;

const statusTexts: Record<number, string> = {
  400: 'Bad input: each wrong value with its path and the reason',
  401: 'Not signed in',
  403: 'Visible, but not allowed',
  404: 'Does not exist, or is not visible to the asker',
  409: 'Somebody was faster, or it is a duplicate; says who and when',
  412: 'Was changed since the revision that If-Match names',
  413: 'Too large',
  422: 'The deployment has errors; all of them are listed',
  429: 'Too many attempts',
};

export interface Served {
  /** The path under which the routes are mounted. */
  base: string;
  version: string;
  /** Name of the session cookie. */
  cookie: string;
}

/** What holds for every operation, in paragraphs. */
const description = [
  'BPMN processes and human tasks. Times are ISO 8601 in UTC; every refusal is a problem (RFC 9457) with a `code` that stays.',
  'Programs send `Authorization: Bearer weft_…`, an API token from the profile page, or HTTP Basic; pages have a session cookie.',
  'Lists answer `limit` items and, where there are more, `next`: it goes into `after` of the next request. `fields` names the ' +
    'fields to send; `format=csv`, or `Accept: text/csv`, sends the whole list as CSV.',
  'What people edit answers an `ETag`: sent back as `If-Match`, it changes just what was read, or is refused with 412. ' +
    'What takes more with it than it names has a `dryRun`. An `Idempotency-Key` makes a start happen once.',
].join('\n\n');

/** Answers the document. */
export function openApi(routes: Route[], { base, version, cookie }: Served): JsonSchema {
  const schemas: Record<string, JsonSchema> = {};
  const paths: Record<string, JsonSchema> = {};
  inline(Problem, 'output', schemas);
  const locates = locatesIn(routes);
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, schemas, locates(route)) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Weft',
      version,
      description,
    },
    servers: [{ url: base }],
    security: [{ session: [] }, { token: [] }, { basic: [] }],
    paths,
    webhooks: { event: { post: receipt(schemas) } },
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: cookie },
        token: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic' },
      },
      schemas,
    },
  };
}

/** How every refusal looks; the codes stand in `codes.ts`. */
const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'One sentence: the thing, the place, the way out' }),
    code: z.enum(Object.keys(codes)).meta({ description: 'Stable, for programs' }),
    errors: z.array(z.object({ path: z.string(), value: z.unknown().optional(), reason: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

function operation(route: Route, schemas: Record<string, JsonSchema>, located: boolean): JsonSchema {
  const parameters = [
    ...parametersOf('path', route.params, schemas),
    ...parametersOf('query', route.query, schemas),
    ...parametersOf('query', shapingOf(route), schemas),
    ...parametersOf('header', route.headers, schemas),
    ...((route.errors ?? []).includes(412) ? [ifMatch] : []),
  ];
  const errors = new Set([400, ...(route.access === 'anyone' ? [] : [401, 403]), ...(route.errors ?? [])]);
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.access === 'anyone' ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body ? { requestBody: requestBody(route, route.body, schemas) } : {}),
    responses: {
      ...successes(route, schemas, located),
      ...Object.fromEntries([...errors].sort().map(status => [String(status), problem(status)])),
      default: problem(),
    },
  };
}

/** Of an answer whose fields can be chosen. */
function shapingOf(route: Route): z.ZodType | undefined {
  const { names, list } = fieldsOf(route);
  if (!names) return undefined;
  return z.strictObject(list ? listShaping : shaping);
}

const ifMatch: JsonSchema = {
  name: 'if-match',
  in: 'header',
  required: false,
  description: 'The ETag of what was read: 412 where it was changed since',
  schema: { type: 'string', examples: ['"7"'] },
};

/** `POST /tasks/{id}/claim` is `postTasksClaim`: a name for generated clients. */
const operationId = (route: Route) =>
  route.method +
  route.path
    .split('/')
    .filter(part => part !== '')
    .map(part => (part.startsWith('{') ? `By${capital(part.slice(1, -1))}` : capital(part.replaceAll(/\W/g, ''))))
    .join('');

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function requestBody(route: Route, body: z.ZodType, schemas: Record<string, JsonSchema>): JsonSchema {
  const schema = inline(body, 'input', schemas);
  const json = { 'application/json': { schema, example: route.example ?? exampleOf(schema, schemas) } };
  const content = route.accepts === 'multipart' ? { ...json, 'multipart/form-data': { schema: formOf(schema) } } : json;
  return { required: true, content };
}

/** A form: each part of a file under whatever name, everything else under its own. */
function formOf({ properties }: JsonSchema): JsonSchema {
  const { files: _, ...fields } = properties as Record<string, JsonSchema>;
  return { type: 'object', properties: fields, additionalProperties: { type: 'string', format: 'binary' } };
}

/** What is answered where all is well. What is only tried out has an answer of its own, with 200. */
function successes(route: Route, schemas: Record<string, JsonSchema>, located: boolean): Record<string, JsonSchema> {
  const { produces, answer, tried, already, status = answer || produces ? 200 : 204 } = route;
  const done = { description: status === 302 ? 'Goes on at another address' : 'Done' };
  return {
    ...(tried ? { 200: success('Only tried: nothing is changed', tried, schemas) } : {}),
    ...(already && answer ? { 200: success(already, answer, schemas) } : {}),
    [status]: produces
      ? { description: 'Success', content: { [produces]: {} } }
      : answer && status !== 204
        ? { ...success('Success', answer, schemas, fieldsOf(route).list), ...(located && { headers: { Location } }) }
        : done,
  };
}

const Location: JsonSchema = {
  description: 'Where what was made is read, seen from the address that was asked',
  schema: { type: 'string', format: 'uri-reference' },
};

function success(
  description: string,
  answer: z.ZodType,
  schemas: Record<string, JsonSchema>,
  list = false,
): JsonSchema {
  const schema = inline(answer, 'output', schemas);
  const csv = list ? { 'text/csv': { schema: { type: 'string' } } } : {};
  const example = exampleOf(schema, schemas);
  return { description, content: { 'application/json': { schema, example }, ...csv } };
}

/** What a receiver of webhooks is sent, and what it answers. */
function receipt(schemas: Record<string, JsonSchema>): JsonSchema {
  const schema = inline(WebhookMessage, 'output', schemas);
  const headers = Object.entries(webhookHeaders).map(([name, description]) => ({
    ...{ name, in: 'header', required: true, description },
    schema: { type: 'string' },
  }));
  return {
    operationId: 'webhookEvent',
    tags: ['Webhooks'],
    summary: 'What a webhook is sent (https://www.standardwebhooks.com), at least once and until it is taken',
    security: [],
    parameters: headers,
    requestBody: { required: true, content: { 'application/json': { schema, example: exampleOf(schema, schemas) } } },
    responses: {
      '2XX': { description: 'Taken, within ten seconds' },
      default: { description: 'Not taken: sent again later, eight times within a day; redirects are not followed' },
    },
  };
}

const problem = (status?: number): JsonSchema => ({
  description: status === undefined ? 'Any other refusal' : (statusTexts[status] ?? 'Refused'),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

function parametersOf(place: string, schema: z.ZodType | undefined, schemas: Record<string, JsonSchema>): JsonSchema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = inline(schema, 'input', schemas) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

/** The JSON schema of a part, with its named parts moved to the components. */
function inline(schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, JsonSchema>): JsonSchema {
  const { $schema: _dialect, $defs = {}, ...rest } = toJsonSchema(schema, io);
  Object.assign(schemas, $defs);
  return rest;
}

/** Named schemas refer to each other by `$defs`; in the document they are components. */
function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema & { $defs?: Record<string, JsonSchema> } {
  const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }));
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'));
}
