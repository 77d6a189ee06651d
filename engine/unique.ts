/** Business keys that only one open instance of a process may bear, where the starter says so. */

import { DuplicateKey } from './contract.js';
import type { Definition, Instance } from './core/types.js';
import { newId } from './ids.js';
import { FORMAT } from './store/documents.js';
import type { Document, Store } from './store/port.js';

/** Guards the moment between the look for an open instance and the commit of the new one; later the instance itself does. */
interface ClaimDocument extends Document {
  instance: string;
  at: number;
  expiresAt: number;
}

/** Longer than any start takes, milliseconds: a claim without an instance that is older was left by a crash. */
const LEFT = 10_000;

const ROUNDS = 5;

export interface UniqueStart {
  businessKey: string;
  policy: 'refuse' | 'answer';
  /** Id that the new instance is to have; default: a new one. */
  id?: string;
}

/**
 * The id under which to start: a new one that nobody else can take meanwhile, or with the policy `answer` that of the
 * open instance. Throws DuplicateKey with the policy `refuse`.
 */
export async function claimBusinessKey(
  store: Store,
  { key, tenant }: Pick<Definition, 'key' | 'tenant'>,
  { businessKey, policy, id }: UniqueStart,
  now: number,
): Promise<string> {
  const claim: ClaimDocument = {
    id: `businessKey:${JSON.stringify([tenant, key, businessKey])}`,
    tenant,
    format: FORMAT,
    instance: id ?? newId(now),
    at: now,
    expiresAt: now + LEFT,
  };
  const duplicate = (instance: string) => {
    if (policy === 'answer' || instance === id) return instance;
    throw new DuplicateKey(`an instance of '${key}' with the business key '${businessKey}' is open`, { instance });
  };
  for (let round = 0; round < ROUNDS; round++) {
    const filter = { businessKey, key, tenant, state: { $in: ['running', 'suspended'] } };
    const [open] = await store.find<Instance>('instances', { filter, limit: 1 });
    if (open) return duplicate(open.id);
    if (await store.insert('keys', claim)) return claim.instance;
    const known = await store.get<ClaimDocument>('keys', claim.id);
    if (!known) continue;
    const started = await store.get<Instance>('instances', known.instance);
    // Somebody is starting it now: whoever may have it, too, starts the same one.
    if (!started && (policy === 'answer' || known.at > now - LEFT)) return duplicate(known.instance);
    if (started && started.endedAt === undefined) return duplicate(started.id);
    const { instance, at, expiresAt } = claim;
    const taken = { instance: started ? instance : known.instance, at, expiresAt };
    if (await store.patch('keys', claim.id, { instance: known.instance, at: known.at }, { set: taken }))
      return taken.instance;
  }
  throw new DuplicateKey(`others keep starting '${key}' with the business key '${businessKey}'; try again`);
}
