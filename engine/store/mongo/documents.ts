/** Documents on their way into BSON and back: `id` becomes `_id`, and whatever a JSON text may hold survives. */

import { Binary, type Document as Bson } from 'mongodb';
import type { Document } from '../port.js';

export type { Bson };

/** A document as it is stored. */
export interface Stored extends Bson {
  _id: string;
}

/** Fields of this adapter within a stored document; nobody sees them outside. */
export const own = { pending: '_pending', claim: '_claim', gone: '_gone' } as const;

/** Binary subtype of a text that UTF-8 cannot say: half of a surrogate pair without the other. */
const UTF16 = 0x80;
const illFormed = /\p{Surrogate}/u;
/** Names that mean something to MongoDB, its driver or JavaScript, and `%`, which marks the ones that were changed. */
const special = /^[$%]|[.\0]|\p{Surrogate}|^(?:_bsontype|toBSON|__proto__)$/u;

/** A JSON value as BSON; what is undefined is left out. */
export function encode(value: unknown): unknown {
  if (typeof value === 'string')
    return illFormed.test(value) ? new Binary(Buffer.from(value, 'utf16le'), UTF16) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(element => encode(element ?? null));
  const fields: Bson = {};
  for (const [name, field] of Object.entries(value)) if (field !== undefined) fields[encodeName(name)] = encode(field);
  return fields;
}

/** A whole document as it is stored. */
export function toStored({ id, ...fields }: { id: string }): Stored {
  return { _id: id, ...(encode(fields) as Bson) };
}

/** A stored document as it came. */
export function fromStored<T extends Document>(stored: Stored): T {
  const { _id, [own.pending]: _pending, [own.claim]: _claim, ...fields } = stored;
  return { id: _id, ...(decode(fields) as object) } as T;
}

export function decode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Binary) return Buffer.from(value.buffer).toString('utf16le');
  if (Array.isArray(value)) return value.map(decode);
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    const decoded = name.startsWith('%') ? decodeName(name) : name;
    // a plain assignment of `__proto__` would change the object instead
    Object.defineProperty(fields, decoded, {
      value: decode(field),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return fields;
}

const encodeName = (name: string) => (special.test(name) ? `%${Buffer.from(name, 'utf16le').toString('hex')}` : name);
const decodeName = (name: string) => Buffer.from(name.slice(1), 'hex').toString('utf16le');

/** A dotted path as it is stored. */
export const encodePath = (path: string): string => (path === 'id' ? '_id' : path.split('.').map(encodeName).join('.'));
