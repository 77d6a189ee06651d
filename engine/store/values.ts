/**
 * Large values within documents: found, and put back. A value over 32 KB lies in a blob; a document whose smaller values are
 * many gives its largest ones away, too, and then its longest fields, so that none comes near the 16 MB of MongoDB. So do
 * values that are nested deeper than BSON can say.
 */

import type { Json } from '../core/types.js';
import type { CollectionName, Document } from './port.js';

/**
 * A document with values in blobs: the hashes, and where each value stood; behind them those of the files that it names.
 * A field that was given away in portions stands there once for each.
 */
export interface Parted extends Document {
  blobs?: string[];
  blobPaths?: string[][];
}

/** Collections whose documents hold values of processes, or may be large as a whole. */
export const holding: ReadonlySet<CollectionName> = new Set<CollectionName>([
  'definitions',
  'instances',
  'chunks',
  'history',
  'variables',
  'details',
  'messages',
  'signals',
  'drafts',
]);

/** A value of a document and where it stands. */
export interface Placed {
  path: string[];
  value: Json;
  /** Characters of its text, about. */
  size: number;
}

/** Larger ones never stay, characters. */
const LARGE = 32 * 1024;
/** Smaller ones always stay. */
const SMALL = 1024;
/** What the values that stay may have together. */
const TOGETHER = 1024 * 1024;
/** BSON allows 100 levels; what stands around a value has some of them. */
const DEEPEST = 60;

/** Fields that hold values by name, wherever they stand in a document. */
const maps = new Set(['variables', 'caught', 'data', 'over', 'correlation']);
/** Fields that hold one value. */
const singles = new Set(['value', 'results']);
/** Fields that go away when nothing smaller helps; a table goes in portions, of which a commit changes only a few. */
export const longFields = [
  'events',
  'compiled',
  'activations',
  'waits',
  'incidents',
  'queue',
  'visits',
  'types',
  'starts',
];
/** Shorter fields stay, characters. */
const SHORT = 128 * 1024;
/** Numbers of the entries in one portion of a table. */
const PORTION = 5_000;
/** Fields that hold no values, and may be long. */
const plain = new Set(['waits', 'starts', 'visits', 'types', 'arrived', 'flows']);

/** What was measured before: values are never changed in place. */
const measured = new WeakMap<object, number>();
const named = new WeakMap<object, string[]>();

/** Characters of its text, about; no more is counted than is needed to know that it is large, or too deep. */
function sizeOf(value: Json): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 5;
  const known = measured.get(value);
  if (known !== undefined) return known;
  const size = count(value, LARGE, 1);
  measured.set(value, size);
  return size;
}

function count(value: object, most: number, depth: number): number {
  if (depth > DEEPEST) return Number.POSITIVE_INFINITY;
  let size = 2;
  for (const name in value) {
    const inner = (value as Record<string, Json>)[name]!;
    size += name.length + 4;
    if (typeof inner === 'string') size += inner.length;
    else if (typeof inner === 'object' && inner !== null) size += count(inner, most - size, depth + 1);
    else size += 5;
    if (size > most) return size;
  }
  return size;
}

/** The values of a document that do not stay in it, and the blobs that its values name themselves: files. */
export interface Leaving {
  gone: Placed[];
  files: string[];
}

export function leaving(document: object): Leaving {
  const files: string[] = [];
  return { gone: partsLeaving(document, files), files };
}

function partsLeaving(document: object, files: string[]): Placed[] {
  const seen: Seen = { size: 0, candidates: [], files };
  look(document, [], seen);
  const gone = valuesLeaving(seen.candidates);
  if (seen.size - sum(gone) <= TOGETHER) return gone;
  const rest = without(document, gone) as Record<string, Json>;
  const long = longFields.filter(name => rest[name] && count(rest[name] as object, SHORT, 1) > SHORT);
  return [...gone, ...long.flatMap(name => portionsOf(name, rest[name] as Json[] | Record<string, Json>))];
}

/** A list as a whole; a table by the numbers in its keys. */
function portionsOf(name: string, field: Json[] | Record<string, Json>): Placed[] {
  if (Array.isArray(field)) return [{ path: [name], value: [...field], size: SHORT }];
  const portions = new Map<number, Record<string, Json>>();
  for (const [key, entry] of Object.entries(field)) {
    const number = Math.floor(Number(/\d+(?=\D*$)/.exec(key)?.[0] ?? 0) / PORTION);
    const portion = portions.get(number);
    if (portion) portion[key] = entry;
    else portions.set(number, { [key]: entry });
  }
  return [...portions.values()].map(value => ({ path: [name], value, size: SHORT }));
}

const sum = (placed: Placed[]) => placed.reduce((total, { size }) => total + size, 0);

function valuesLeaving(candidates: Placed[]): Placed[] {
  if (candidates.length === 0) return candidates;
  const stay = candidates.filter(({ size }) => size <= LARGE).sort((one, other) => other.size - one.size);
  let together = sum(stay);
  const gone = candidates.filter(({ size }) => size > LARGE);
  for (const one of stay) {
    if (together <= TOGETHER) break;
    together -= one.size;
    gone.push(one);
  }
  return gone;
}

/** What was found in a document. */
interface Seen {
  /** Characters of its text, about; of a value that is larger than it may be no more is counted than shows that. */
  size: number;
  /** Values that may go. */
  candidates: Placed[];
  files: string[];
}

/** Every document passes here at every write: `path` is one list that grows and shrinks, copied where something is found. */
function look(part: object, path: string[], seen: Seen): void {
  for (const name in part) {
    const value = (part as Record<string, Json>)[name]!;
    seen.size += name.length + 4;
    if (typeof value !== 'object' || value === null) {
      if (singles.has(name) && typeof value === 'string') noteAt(name, value, path, seen);
      else seen.size += typeof value === 'string' ? value.length : 5;
    } else if (plain.has(name)) seen.size += count(value, TOGETHER, 1);
    else if (singles.has(name)) noteAt(name, value, path, seen);
    else {
      path.push(name);
      if (maps.has(name)) for (const key in value) noteAt(key, (value as Record<string, Json>)[key]!, path, seen);
      else look(value, path, seen);
      path.pop();
    }
  }
}

function noteAt(name: string, value: Json, path: string[], seen: Seen): void {
  if (typeof value === 'object' && value !== null) seen.files.push(...filesIn(value));
  const size = Math.min(sizeOf(value), LARGE + 1);
  seen.size += size + name.length + 4;
  if (size > SMALL) seen.candidates.push({ path: [...path, name], value, size });
}

/** Files within a value, however deep: their bytes lie in these blobs. Values are looked through once. */
function filesIn(value: Json): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const known = named.get(value);
  if (known) return known;
  const files = Object.values(value).flatMap(filesIn);
  if ('file' in value && typeof value.blob === 'string') files.push(value.blob);
  named.set(value, files);
  return files;
}

/** What stands where a value was. */
const isMark = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** The document without these values; what it shares with the one it comes from stays as it is. */
export function without<T extends object>(document: T, gone: Placed[]): T {
  const own = new Set<object>();
  const copied = (part: object): object => {
    if (own.has(part)) return part;
    const copy = Array.isArray(part) ? [...part] : { ...part };
    own.add(copy);
    return copy;
  };
  const result = copied(document);
  for (const { path } of gone) {
    let part = result as Record<string, unknown>;
    for (const name of path.slice(0, -1)) {
      part[name] = copied(part[name] as object);
      part = part[name] as Record<string, unknown>;
    }
    part[path.at(-1)!] = {};
  }
  return result as T;
}

/** Puts all back where it was taken from: fields, the portions of each joined, then the values within them. */
export function putAllBack(document: object, placed: Pick<Placed, 'path' | 'value'>[]): void {
  const portions = new Map<string, Json[]>();
  for (const { path, value } of placed) {
    if (path.length === 1) portions.set(path[0]!, [...(portions.get(path[0]!) ?? []), value]);
  }
  for (const [name, values] of portions) {
    putBack(document, [name], values.length > 1 ? Object.assign({}, ...values) : values[0]!);
  }
  for (const { path, value } of placed) if (path.length > 1) putBack(document, path, value);
}

/** Puts a value back where it was taken from; where its surroundings are gone, it is, too. */
function putBack(document: object, path: string[], value: Json): void {
  let part: unknown = document;
  for (const name of path.slice(0, -1)) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) return;
    part = (part as Record<string, unknown>)[name];
  }
  const last = path.at(-1)!;
  const place = part as Record<string, unknown> | null;
  if (typeof place !== 'object' || place === null || !Object.hasOwn(place, last)) return;
  if (isMark(place[last])) place[last] = value;
}
