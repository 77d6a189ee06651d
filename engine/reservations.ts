/** Idempotency keys: the first request that bears one takes it for a day, with the instance it stands for and its answer. */

import { createHash } from 'node:crypto';
import { KeyReused, type StartInput } from './contract.js';
import type { Json } from './core/types.js';
import { newId } from './ids.js';
import { FORMAT } from './store/documents.js';
import type { Document, Store } from './store/port.js';

interface KeyDocument extends Document {
  instance: string;
  /** Hash of what was asked for with it. */
  request: string;
  at: number;
  expiresAt: number;
  /** The first answer, once it is known. */
  answer?: Json;
}

export interface Reservation {
  id: string;
  instance: string;
  answer?: Json;
}

const DAY = 24 * 3_600_000;

/**
 * Reserves an idempotency key of a person with an instance id; whoever finds a reservation finishes it.
 * `request` is what was asked for, word for word (default: what is started). Throws KeyReused for another request.
 *
 * @example (await reserve(store, { key: 'order', idempotencyKey: '47' }, Date.now())).instance
 */
export async function reserve(store: Store, input: Asked, at: number): Promise<Reservation> {
  const key = keyOf(input, at);
  if (await store.insert('keys', key)) return key;
  const known = (await store.get<KeyDocument>('keys', key.id)) ?? key;
  if (known.expiresAt <= at) return renew(store, known, key);
  return theSame(known, key);
}

/**
 * What was reserved under the key, and maybe answered; undefined: it is free. Throws KeyReused for another request.
 *
 * @example (await reserved(store, { key: 'order', idempotencyKey: '47' }, Date.now()))?.answer
 */
export async function reserved(store: Store, input: Asked, at: number): Promise<Reservation | undefined> {
  const key = keyOf(input, at);
  const known = await store.get<KeyDocument>('keys', key.id);
  return known && known.expiresAt > at ? theSame(known, key) : undefined;
}

type Asked = StartInput & { request?: Json };

function keyOf(input: Asked, at: number): KeyDocument {
  const { tenant = '', by = '', idempotencyKey } = input;
  const asked = JSON.stringify(input.request ?? [input.key, input.definition, input.businessKey, input.variables]);
  return {
    id: `start:${JSON.stringify([tenant, by, idempotencyKey])}`,
    tenant,
    format: FORMAT,
    instance: newId(at),
    request: createHash('sha256').update(asked).digest('hex'),
    at,
    expiresAt: at + DAY,
  };
}

function theSame(known: KeyDocument, { id, request }: KeyDocument): Reservation {
  if (known.request === request) return known;
  const name = (JSON.parse(id.slice('start:'.length)) as string[])[2];
  throw new KeyReused(`idempotency key '${name}' was used for another request; use a new key for a new one`);
}

/** One whose day is over is free; of two who take it at once one does, and the other finds that. */
async function renew(store: Store, old: KeyDocument, key: KeyDocument): Promise<Reservation> {
  const { instance, request, at, expiresAt } = key;
  const change = { set: { instance, request, at, expiresAt }, unset: ['answer'] };
  const taken = await store.patch<KeyDocument>('keys', old.id, { expiresAt: old.expiresAt }, change);
  return theSame(taken ?? (await store.get<KeyDocument>('keys', old.id)) ?? key, key);
}

/** Keeps what was answered: the same request gets the same words. The first one stays. */
export async function keepAnswer(store: Store, { id, instance }: Reservation, answer: Json): Promise<void> {
  await store.patch('keys', id, { instance, answer: null }, { set: { answer } });
}
