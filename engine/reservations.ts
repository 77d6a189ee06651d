/** Keys that are taken once: an idempotency key and the instance it stands for. */

import { createHash } from 'node:crypto';
import { DuplicateKey, type StartInput } from './contract.js';
import { newId } from './ids.js';
import { FORMAT } from './store/documents.js';
import type { Document, Store } from './store/port.js';

interface KeyDocument extends Document {
  instance: string;
  /** Hash of what was asked for with it. */
  request: string;
  at: number;
}

/**
 * Reserves an idempotency key of a person with an instance id; whoever finds a reservation finishes it.
 * Throws DuplicateKey when the key was used for something else.
 */
export async function reserve(store: Store, input: StartInput, at: number): Promise<string> {
  const { tenant = '', by = '', idempotencyKey } = input;
  const asked = JSON.stringify([input.key, input.definition, input.businessKey, input.variables]);
  const key: KeyDocument = {
    id: `start:${JSON.stringify([tenant, by, idempotencyKey])}`,
    tenant,
    format: FORMAT,
    instance: newId(at),
    request: createHash('sha256').update(asked).digest('hex'),
    at,
  };
  if (await store.insert('keys', key)) return key.instance;
  const known = await store.get<KeyDocument>('keys', key.id);
  if (known && known.request !== key.request) {
    throw new DuplicateKey(
      `idempotency key '${idempotencyKey}' was used for another request; use a new key for a new one`,
    );
  }
  return known?.instance ?? key.instance;
}
