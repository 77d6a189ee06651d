/** Writes the types of the client from the OpenAPI document: every operation with what it takes and what it answers. */

type JsonSchema = Record<string, unknown>;

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: JsonSchema;
}

interface Content {
  content?: Record<string, { schema?: JsonSchema }>;
}

interface Operation {
  summary: string;
  parameters?: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content>;
}

/** As much of an OpenAPI document as the client needs. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

const head = `/** Generated from the OpenAPI document by \`npm run client\`; a test says when it is behind. */

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
`;

/**
 * The source of \`schema.ts\`: a type per named schema, and \`Operations\` by method and path.
 *
 * @example clientSource(await (await fetch('http://localhost:3000/api/v1/openapi.json')).json())
 */
export function clientSource({ paths, components }: ApiDocument): string {
  const types = Object.entries(components.schemas)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        `  /** ${operation.summary} */\n  '${method.toUpperCase()} ${path}': ${operationType(operation)};\n`,
    ),
  );
  return `${head}\n${types.join('\n')}\n/** Method and path → what goes in, and what comes back. */\nexport interface Operations {\n${operations.join('')}}\n`;
}

function operationType({ parameters = [], requestBody, responses }: Operation): string {
  const members = (['path', 'query', 'header'] as const).flatMap(place => {
    const own = parameters.filter(parameter => parameter.in === place);
    if (own.length === 0) return [];
    const optional = own.every(({ required }) => !required) ? '?' : '';
    return [`${place}${optional}: { ${own.map(parameterType).join(' ')} };`];
  });
  const body = requestBody?.content?.['application/json']?.schema;
  if (body) members.push(`body${takesNothing(body) ? '?' : ''}: ${bodyType(requestBody, body)};`);
  return `{ ${members.join(' ')} answer: ${answerType(responses)} }`;
}

/** All of what it may hold is optional. */
const takesNothing = ({ type, required }: JsonSchema) =>
  type === 'object' && (required === undefined || (required as string[]).length === 0);

/** Where files may be sent, a form is as good. */
const bodyType = ({ content = {} }: Content, body: JsonSchema) =>
  content['multipart/form-data'] ? `${typeOf(body)} | FormData` : typeOf(body);

/** Addresses are text: numbers and truth values become it. */
const parameterType = ({ name, required, schema }: Parameter) =>
  `${keyOf(name)}${required ? '' : '?'}: ${queryType(schema)};`;

function queryType(schema: JsonSchema): string {
  const { type, enum: values } = schema;
  const truth = Array.isArray(values) && values.length === 2 && values.includes('true') && values.includes('false');
  return truth || type === 'boolean' ? 'boolean' : typeOf(schema);
}

function answerType(responses: Record<string, Content>): string {
  const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  return successes.length === 0 ? 'undefined' : union(successes.flatMap(([, success]) => contentTypes(success)));
}

function contentTypes({ content = {} }: Content): string[] {
  const [type, { schema }] = Object.entries(content)[0] ?? ['', { schema: undefined }];
  if (type === '') return ['undefined'];
  if (type !== 'application/json') return [type.startsWith('text/') ? 'string' : 'Blob'];
  return schema ? ((schema.anyOf as JsonSchema[] | undefined) ?? [schema]).map(typeOf) : ['Json'];
}

const plain: Record<string, string> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** A JSON schema as a type. */
function typeOf(schema: JsonSchema): string {
  const { $ref, const: value, enum: values, type } = schema;
  if (typeof $ref === 'string') return $ref.split('/').at(-1)!;
  if (value !== undefined) return JSON.stringify(value);
  if (Array.isArray(values)) return union(values.map(one => JSON.stringify(one)));
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (choices) return union(choices.map(typeOf));
  if (schema.allOf) return (schema.allOf as JsonSchema[]).map(typeOf).join(' & ');
  if (Array.isArray(type)) return union(type.map(one => typeOf({ ...schema, type: one })));
  if (type === 'array') return schema.items ? `(${typeOf(schema.items as JsonSchema)})[]` : 'Json[]';
  if (type === 'object') return objectType(schema);
  return plain[type as string] ?? 'Json';
}

const union = (types: string[]) => [...new Set(types)].join(' | ');

function objectType({ properties, required = [], additionalProperties }: JsonSchema): string {
  const rest = typeof additionalProperties === 'object' ? (additionalProperties as JsonSchema) : undefined;
  if (!properties) return `Record<string, ${rest ? typeOf(rest) : 'Json'}>`;
  const members = Object.entries(properties as Record<string, JsonSchema>).map(
    ([name, schema]) => `${keyOf(name)}${(required as string[]).includes(name) ? '' : '?'}: ${typeOf(schema)};`,
  );
  return members.length === 0 ? 'Record<string, never>' : `{ ${members.join(' ')} }`;
}

const keyOf = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`);
