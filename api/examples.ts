/** Examples for the OpenAPI document: what a schema names itself, else a plausible value of its type. */

type JsonSchema = Record<string, unknown>;

/** Values of a type that names no example. */
const plain: Record<string, unknown> = { string: 'an example', integer: 1, number: 1, null: null };

/** Texts by the name of their field, where the schema shows none: what a reader of the documentation recognises. */
const byName: Record<string, string> = {
  id: '01a218ed-c835-73b2-a3bb-1b759f854a41',
  key: 'order',
  name: 'Check the order',
  title: 'Clerk',
  definition: 'order:3',
  definitionName: 'Order',
  versionTag: '1.2',
  deployment: 'fc29fe0c-a5a9-4375-bc8a-195c20950c33',
  resource: 'order.bpmn',
  file: 'order.bpmn',
  source: 'pipeline',
  instance: '01a218ed-c835-73b2-a3bb-1b759f854a41',
  parent: '01a218ed-c835-73b2-a3bb-1b759f854a41',
  businessKey: 'order 47',
  element: 'check',
  elementType: 'userTask',
  flow: 'approved',
  tenant: 'acme',
  topic: 'ship-parcel',
  worker: 'worker-1',
  lockedBy: 'worker-1',
  task: '01a218ed-c835-73b2-a3bb-1b759f854a41~4',
  wait: '01a218ed-c835-73b2-a3bb-1b759f854a41~4',
  user: 'mary',
  by: 'mary',
  byName: 'Mary Major',
  assignee: 'mary',
  assigneeName: 'Mary Major',
  owner: 'mary',
  to: 'mary',
  startedBy: 'mary',
  createdBy: 'mary',
  completedBy: 'mary',
  completedByName: 'Mary Major',
  resolvedBy: 'mary',
  resolvedByName: 'Mary Major',
  answeredBy: 'mary',
  ownerName: 'Mary Major',
  firstName: 'Mary',
  lastName: 'Major',
  email: 'mary@example.org',
  group: 'clerks',
  description: 'Compare it with the offer.',
  next: 'WyJvcmRlciIsMV0',
  type: 'userTask',
  kind: 'task',
  action: 'user created',
  subject: 'mary',
  child: '01a218ed-c835-73b2-a3bb-1b759f854a41',
  webhook: 'fc29fe0c-a5a9-4375-bc8a-195c20950c33',
  job: '01a218ed-c835-73b2-a3bb-1b759f854a41~4',
  text: 'As agreed on the phone.',
  reason: 'the wrong department',
  message: 'the service does not answer',
  error: 'the service does not answer',
  because: '“Check the order” waits for mary to complete it',
  sentence: 'no worker has asked for the topic ship-parcel in the last five minutes; start one',
  url: 'https://example.org/hook',
  address: '192.0.2.7',
  agent: 'Mozilla/5.0',
  password: 'a long sentence',
  newPassword: 'another long sentence',
};

/** What is untrue of most things, such as of one that is shown as running. */
const seldom = ['ended', 'disabled', 'degraded', 'demo', 'needsSetup'];

/** Told only of what is over. */
const afterwards = /^(ended|resolved|completed)(At|By|ByName)$/;

/** Texts of a format. */
const formats: Record<string, string> = {
  'date-time': '2026-03-01T12:00:00.000Z',
  email: 'mary@example.org',
  uri: 'https://example.org/hook',
};

/**
 * An example that the schema accepts. References lead to `schemas`; what is optional is left out where it refers to
 * itself.
 *
 * @example exampleOf({ type: 'object', properties: { id: { type: 'string', examples: ['order:3'] } } }, {})
 */
export function exampleOf(
  schema: JsonSchema,
  schemas: Record<string, JsonSchema>,
  inside: string[] = [],
  name = '',
): unknown {
  const [first] = (schema.examples as unknown[] | undefined) ?? [];
  if (first !== undefined) return first;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const reference = schema.$ref as string | undefined;
  if (reference !== undefined) {
    const type = reference.split('/').at(-1)!;
    return inside.includes(type) ? {} : exampleOf(schemas[type] ?? {}, schemas, [...inside, type]);
  }
  const [choice] = (schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []) as JsonSchema[];
  if (choice) return exampleOf(choice, schemas, inside, name);
  if (schema.type === 'array')
    return schema.items ? [exampleOf(schema.items as JsonSchema, schemas, inside, single(name))] : [];
  if (schema.type === 'object') return objectOf(schema, schemas, inside);
  if (schema.type === undefined) return plain.string;
  if (typeof schema.format === 'string' && formats[schema.format]) return formats[schema.format];
  if (typeof schema.minimum === 'number' && schema.minimum > 1) return schema.minimum;
  if (schema.type === 'string' && byName[name] !== undefined) return byName[name];
  if (schema.type === 'boolean') return !seldom.includes(name);
  return plain[schema.type as string];
}

/** What one of several is called: `candidateGroups` holds a group. */
const single = (name: string) =>
  name.replace(/^.*(groups|users|tenants|keys|elements|instances|definitions|ids)$/i, (_, kind: string) =>
    kind.toLowerCase().slice(0, -1),
  );

function objectOf(schema: JsonSchema, schemas: Record<string, JsonSchema>, inside: string[]): unknown {
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  const { enum: names } = (schema.propertyNames ?? {}) as { enum?: string[] };
  const others = schema.additionalProperties as JsonSchema;
  if (names) return Object.fromEntries(names.map(name => [name, exampleOf(others, schemas, inside, name)]));
  const required = (schema.required ?? []) as string[];
  const shown = Object.entries(properties).map(([name, property]) => [
    name,
    exampleOf(property, schemas, inside, name),
  ]);
  const { state } = Object.fromEntries(shown) as { state?: unknown };
  const isOpen = state === 'running' || state === 'open';
  return Object.fromEntries(
    shown.filter(([name]) => !isOpen || required.includes(String(name)) || !afterwards.test(String(name))),
  );
}
