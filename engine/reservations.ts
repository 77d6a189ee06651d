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
export async function reserve(store: Store, input: StartInput & { request?: Json }, at: number): Promise<Reservation> {
  const { tenant = '', by = '', idempotencyKey } = input;
  const asked = JSON.stringify(input.request ?? [input.key, input.definition, input.businessKey, input.variables]);
  const key: KeyDocument = {
    id: `start:${JSON.stringify([tenant, by, idempotencyKey])}`,
    tenant,
    format: FORMAT,
    instance: newId(at),
    request: createHash('sha256').update(asked).digest('hex'),
    at,
    expiresAt: at + DAY,
  };
  if (await store.insert('keys', key)) return key;
  const known = (await store.get<KeyDocument>('keys', key.id)) ?? key;
  if (known.expiresAt <= at) return renew(store, known, key);
  if (known.request === key.request) return known;
  throw new KeyReused(`idempotency key '${idempotencyKey}' was used for another request; use a new key for a new one`);
}

/** One whose day is over is free; of two who take it at once one does, and the other finds that. */
async function renew(store: Store, old: KeyDocument, key: KeyDocument): Promise<Reservation> {
  const { instance, request, at, expiresAt } = key;
  const change = { set: { instance, request, at, expiresAt }, unset: ['answer'] };
  const taken = await store.patch<KeyDocument>('keys', old.id, { expiresAt: old.expiresAt }, change);
  const holder = taken ?? (await store.get<KeyDocument>('keys', old.id)) ?? key;
  if (holder.request === request) return holder;
  throw new KeyReused('the idempotency key was used for another request; use a new key for a new one');
}

/** Keeps what was answered: the same request gets the same words. The first one stays. */
export async function keepAnswer(store: Store, { id, instance }: Reservation, answer: Json): Promise<void> {
  await store.patch('keys', id, { instance, answer: null }, { set: { answer } });
}
