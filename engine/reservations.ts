/** Keys that are taken once: an idempotency key and the instance it stands for. */

import type { StartInput } from './contract.js';
import { newId } from './ids.js';
import { FORMAT } from './store/documents.js';
import type { Document, Store } from './store/port.js';

interface KeyDocument extends Document {
  instance: string;
  at: number;
}

/** Reserves the idempotency key with an instance id; whoever finds a reservation finishes it. */
export async function reserve(store: Store, { tenant = '', idempotencyKey }: StartInput, at: number): Promise<string> {
  const key: KeyDocument = {
    id: `start:${tenant}:${idempotencyKey}`,
    tenant,
    format: FORMAT,
    instance: newId(at),
    at,
  };
  if (await store.insert('keys', key)) return key.instance;
  return (await store.get<KeyDocument>('keys', key.id))?.instance ?? key.instance;
}
