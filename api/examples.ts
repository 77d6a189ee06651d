/** Examples for the OpenAPI document: what a schema names itself, else a plausible value of its type. */

type JsonSchema = Record<string, unknown>;

/** Values of a type that names no example. */
const plain: Record<string, unknown> = { string: 'an example', integer: 1, number: 1, boolean: true, null: null };

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
export function exampleOf(schema: JsonSchema, schemas: Record<string, JsonSchema>, inside: string[] = []): unknown {
  const [first] = (schema.examples as unknown[] | undefined) ?? [];
  if (first !== undefined) return first;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const reference = schema.$ref as string | undefined;
  if (reference !== undefined) {
    const name = reference.split('/').at(-1)!;
    return inside.includes(name) ? {} : exampleOf(schemas[name] ?? {}, schemas, [...inside, name]);
  }
  const [choice] = (schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []) as JsonSchema[];
  if (choice) return exampleOf(choice, schemas, inside);
  if (schema.type === 'array') return schema.items ? [exampleOf(schema.items as JsonSchema, schemas, inside)] : [];
  if (schema.type === 'object') return objectOf(schema, schemas, inside);
  if (schema.type === undefined) return plain.string;
  if (typeof schema.format === 'string' && formats[schema.format]) return formats[schema.format];
  if (typeof schema.minimum === 'number' && schema.minimum > 1) return schema.minimum;
  return plain[schema.type as string];
}

function objectOf(schema: JsonSchema, schemas: Record<string, JsonSchema>, inside: string[]): unknown {
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, exampleOf(property, schemas, inside)]),
  );
}
