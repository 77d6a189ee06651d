/**
 * Typed variables: `{value, type, valueInfo}` outside, plain JSON inside. What JSON alone does not tell (a Long, a Date,
 * the Java class of an Object) is remembered beside the variables as a hint, which holds only while it fits the value.
 * A file is a value that names its bytes in the store.
 */

import { z } from 'zod';
import type { Json, TypeHint, TypeHints, Variables } from '../../engine/core/types.js';
import type { Store } from '../../engine/store/port.js';
import { refuseDepth, refuseUnsafe } from '../json.js';
import { roundedLiterals } from '../literals.js';
import { changedNumber, isRounded, numberOf, wholeWithin } from '../numbers.js';
import { AnyJson } from '../schemas.js';
import type { Settings } from '../settings.js';
import { readDate, restDate } from './dates.js';
import { invalid } from './errors.js';
import { members, VariableName } from './schemas.js';
import { parsedOf, wayOut } from './wholes.js';

/** One variable as a client sends it. `local` is what modifications and triggers say beside. */
export const TypedValueIn = members({
  value: AnyJson.optional(),
  type: z.string().max(100).optional(),
  valueInfo: z.record(z.string(), AnyJson).optional(),
  local: z.boolean().optional(),
});
export type TypedValueIn = z.output<typeof TypedValueIn>;

/** Variables by name, as clients send them. */
export const TypedVariablesIn = z.record(VariableName, TypedValueIn);
export type TypedVariablesIn = z.output<typeof TypedVariablesIn>;

/** A variable as clients get it. */
export interface TypedValue {
  type: string;
  value: Json;
  valueInfo: Record<string, Json>;
}

/** Variables as the engine takes them, with what JSON does not tell. */
export interface ReadVariables {
  variables: Variables;
  types: TypeHints;
}

/** A file as a variable. */
export interface FileValue {
  file: string;
  mimeType?: string;
  encoding?: string;
  /** SHA-256 of its bytes, by which the store has them. */
  blob: string;
  size: number;
}

export const isFile = (value: Json | undefined): value is Json & FileValue =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  typeof value.file === 'string' &&
  typeof value.blob === 'string' &&
  typeof value.size === 'number';

/** Where files go, and how much a value may be. */
export interface ReadingTools {
  store: Pick<Store, 'putBlob'>;
  tenant: string;
  settings: Pick<Settings, 'variableLimit' | 'jsonDepth'>;
}

/** For what may be heard in any of these tenants: its files are there in each. */
export const toolsFor = (tenants: string[], { store, settings }: Omit<ReadingTools, 'tenant'>): ReadingTools => ({
  tenant: tenants[0] ?? '',
  settings,
  store: {
    putBlob: async (first, bytes) =>
      (await Promise.all([first, ...tenants.slice(1)].map(tenant => store.putBlob(tenant, bytes))))[0]!,
  },
});

/** Reads variables. Throws RestError 400 with the name of one that cannot be read, or is too large. */
export async function readVariables(input: TypedVariablesIn | undefined, tools: ReadingTools): Promise<ReadVariables> {
  const variables: Variables = {};
  const types: TypeHints = {};
  for (const [name, given] of Object.entries(input ?? {})) {
    const { value, hint } = await readValue(name, given, tools);
    variables[name] = value;
    types[name] = hint ?? null;
  }
  return { variables, types };
}

async function readValue(
  name: string,
  { value = null, type, valueInfo = {} }: TypedValueIn,
  tools: ReadingTools,
): Promise<{ value: Json; hint?: TypeHint }> {
  if (Buffer.byteLength(JSON.stringify(value)) > tools.settings.variableLimit * (4 / 3) + 2)
    throw invalid(`variable '${name}' is larger than the ${tools.settings.variableLimit} bytes allowed`);
  const known = type === undefined || type === '' ? inferred(value) : type.toLowerCase();
  if (isWhole(known) && isRounded(value)) throw invalid(`variable '${name}': ${wayOut}`);
  const rounded = isText(known) && typeof value === 'string' ? roundedLiterals(Buffer.from(value))[0] : undefined;
  if (rounded) throw invalid(`variable '${[name, ...rounded].join('.')}': ${wayOut}`);
  const read = readers[known];
  if (!read) throw invalid(`variable '${name}': Unsupported value type '${type}'`);
  if (known === 'file') return { value: await storedFile(name, value, valueInfo, tools) };
  if (value === null) return { value: null, ...hintOf(known, valueInfo, null) };
  const inside = read(value, tools.settings);
  if (inside === undefined)
    throw invalid(`variable '${name}': Cannot convert value '${shown(value)}' of type '${type || names[known]}'`);
  const changed = typeof inside === 'object' ? changedNumber(inside) : undefined;
  if (changed) throw invalid(`variable '${[name, ...changed.path].join('.')}': ${changed.reason}`);
  return { value: inside, ...hintOf(known, valueInfo, inside) };
}

const shown = (value: Json) => (typeof value === 'number' ? String(value) : JSON.stringify(value).slice(0, 100));

function hintOf(known: string, valueInfo: Record<string, Json>, value: Json): { hint?: TypeHint } {
  const type = names[known]!;
  if (type === inferredType(value) && known !== 'object') return {};
  const info = known === 'object' ? pick(valueInfo, ['objectTypeName', 'serializationDataFormat']) : {};
  return { hint: { type, ...(Object.keys(info).length > 0 && { info }) } };
}

const pick = (from: Record<string, Json>, keys: string[]): Record<string, Json> =>
  Object.fromEntries(keys.filter(key => typeof from[key] === 'string').map(key => [key, from[key]!]));

async function storedFile(
  name: string,
  value: Json,
  { filename, mimeType, encoding }: Record<string, Json>,
  { store, tenant }: ReadingTools,
): Promise<Json> {
  if (value !== null && typeof value !== 'string') throw invalid(`variable '${name}': a file is sent as Base64`);
  if (typeof filename !== 'string') throw invalid(`variable '${name}': a file needs its 'filename' in valueInfo`);
  const bytes = Buffer.from(value ?? '', 'base64');
  return fileValue(await store.putBlob(tenant, bytes), bytes.byteLength, {
    filename,
    ...(typeof mimeType === 'string' && { mimeType }),
    ...(typeof encoding === 'string' && { encoding }),
  });
}

/** A file whose bytes lie in the store under `blob`. */
export const fileValue = (
  blob: string,
  size: number,
  { filename, mimeType, encoding }: { filename: string; mimeType?: string; encoding?: string },
): Json => ({
  file: filename,
  ...(mimeType !== undefined && { mimeType }),
  ...(encoding !== undefined && { encoding }),
  blob,
  size,
});

/** How a type is written in answers. */
const names: Record<string, string> = {
  string: 'String',
  boolean: 'Boolean',
  integer: 'Integer',
  short: 'Short',
  long: 'Long',
  double: 'Double',
  number: 'Number',
  date: 'Date',
  bytes: 'Bytes',
  null: 'Null',
  json: 'Json',
  xml: 'Xml',
  object: 'Object',
  file: 'File',
};

type Read = (value: Json, settings: ReadingTools['settings']) => Json | undefined;

const isWhole = (type: string) => type === 'integer' || type === 'short' || type === 'long';

/** Whether its values may be sent as the text of some JSON. */
const isText = (type: string) => type === 'json' || type === 'object';

/** Text that holds JSON, or JSON itself. */
const json: Read = (value, { jsonDepth }) => {
  if (typeof value !== 'string') return value;
  const bytes = Buffer.from(value);
  refuseDepth(bytes, jsonDepth);
  const parsed = parsedOf(value);
  refuseUnsafe(parsed, 'value');
  return parsed;
};

/** Each type: a value as it was sent → as it is kept; undefined: it cannot be read so. */
const readers: Record<string, Read> = {
  string: value => (typeof value === 'object' ? undefined : String(value)),
  boolean: value =>
    value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined,
  integer: wholeWithin(32),
  short: wholeWithin(16),
  long: wholeWithin(54),
  double: numberOf,
  number: numberOf,
  date(value) {
    const at = typeof value === 'string' ? readDate(value) : undefined;
    return at === undefined ? undefined : new Date(at).toISOString();
  },
  bytes: value => (typeof value === 'string' && /^[A-Za-z0-9+/\s]*={0,2}$/.test(value) ? value : undefined),
  null: value => value,
  json,
  xml: value => (typeof value === 'string' ? value : undefined),
  object: json,
  file: value => value,
};

/** The type of a value that was sent without one: that of its JSON, as Java reads it. */
const inferred = (value: Json) => inferredType(value).toLowerCase();

function inferredType(value: Json): string {
  if (value === null) return 'Null';
  if (typeof value === 'string') return 'String';
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? (Math.abs(value) < 2 ** 31 ? 'Integer' : 'Long') : 'Double';
  return isFile(value) ? 'File' : 'Json';
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Whether a hint still fits: the variable may have been set to something else since. */
const holds: Record<string, (value: Json) => boolean> = {
  Integer: value => Number.isInteger(value),
  Short: value => Number.isInteger(value),
  Long: value => Number.isInteger(value),
  Double: value => typeof value === 'number',
  Number: value => typeof value === 'number',
  Date: value => typeof value === 'string' && instant.test(value) && !Number.isNaN(Date.parse(value)),
  Bytes: value => typeof value === 'string',
  Xml: value => typeof value === 'string',
  Json: () => true,
  Object: () => true,
  String: value => typeof value === 'string',
  Boolean: value => typeof value === 'boolean',
};

/** The type that clients are told. */
export function typeOf(value: Json, hint?: TypeHint | null): string {
  if (hint && !isFile(value) && (value === null || holds[hint.type]?.(value))) return hint.type;
  return inferredType(value);
}

/**
 * A variable as clients get it. `deserialize` (default) gives an Object as JSON, else as the text of it; Json is always
 * its text, as in Camunda 7.
 *
 * @example typedValue(5) // { type: 'Integer', value: 5, valueInfo: {} }
 */
export function typedValue(
  value: Json,
  { hint, deserialize = true }: { hint?: TypeHint | null | undefined; deserialize?: boolean | undefined } = {},
): TypedValue {
  const type = typeOf(value, hint);
  if (isFile(value)) {
    const { file: filename, mimeType, encoding } = value;
    const valueInfo = {
      filename,
      ...(mimeType !== undefined && { mimeType }),
      ...(encoding !== undefined && { encoding }),
    };
    return { type, value: null, valueInfo };
  }
  if (type === 'Json') return { type, value: JSON.stringify(value), valueInfo: {} };
  if (type === 'Object') {
    const valueInfo = {
      objectTypeName: javaTypeOf(value),
      serializationDataFormat: 'application/json',
      ...hint?.info,
    };
    return { type, value: deserialize || value === null ? value : JSON.stringify(value), valueInfo };
  }
  if (type === 'Date' && value !== null) return { type, value: restDate(Date.parse(value as string)), valueInfo: {} };
  return { type, value, valueInfo: {} };
}

const javaTypeOf = (value: Json) => (Array.isArray(value) ? 'java.util.ArrayList' : 'java.util.LinkedHashMap');

/** What a client said of a variable beside its JSON. Its name may be `toString`, too. */
export const hintIn = (types: TypeHints | undefined, name: string): TypeHint | undefined =>
  types && Object.hasOwn(types, name) ? (types[name] ?? undefined) : undefined;

/** All variables as clients get them. */
export const typedVariables = (
  variables: Variables,
  { types, deserialize }: { types?: TypeHints | undefined; deserialize?: boolean | undefined } = {},
): Record<string, TypedValue> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      typedValue(value, { hint: hintIn(types, name), deserialize }),
    ]),
  );
