/** Carries documents of older formats over in place, while everything runs: each where nobody changed it meanwhile. */

import type { Json } from '../core/types.js';
import type { FormatDocument } from './census.js';
import { collections } from './collections.js';
import { valueAt } from './paths.js';
import type { Adapter, Change, CollectionName, Document, Filter, Scalar } from './port.js';
import { type Upgrade, upgraded } from './upgrades.js';

const PAGE = 200;
/** How long whoever began is left alone with it, milliseconds. */
const LEASE = 600_000;
/** Counters that every change of a document raises, beside what stands in it. */
const counters = ['wait.v'];

/** Brings every document to the format that is written. Answers whether all of them are; false: somebody else does it. */
export async function carryOver(
  store: Adapter,
  { data, carried = data }: FormatDocument,
  steps: Upgrade[],
  clock: () => number,
  stopped: () => boolean,
): Promise<boolean> {
  const free = { $or: [{ carriedUntil: null }, { carriedUntil: { $lte: clock() } }] };
  const until = { set: { carriedUntil: clock() + LEASE } };
  if (!(await store.patch('meta', 'format', { $and: [{ data }, { carried }, free] }, until))) return false;
  const known = steps.filter(step => step.to <= data);
  for (const collection of Object.keys(collections) as CollectionName[]) {
    if (!(await carryCollection(store, collection, data, known, stopped))) return false;
  }
  const done = { unset: ['carried', 'carriedUntil'] };
  return (await store.patch('meta', 'format', { data, carried }, done)) !== undefined;
}

async function carryCollection(
  store: Adapter,
  collection: CollectionName,
  to: number,
  steps: Upgrade[],
  stopped: () => boolean,
): Promise<boolean> {
  for (let after: string | undefined; !stopped(); ) {
    const older = await store.find<Document>(collection, {
      filter: { format: { $lt: to } },
      sort: { id: 1 },
      limit: PAGE,
      ...(after !== undefined && { after: [after] }),
    });
    for (const document of older) await carry(store, collection, document, steps, to);
    if (older.length < PAGE) return true;
    after = older.at(-1)!.id;
  }
  return false;
}

/** One document; again where somebody changed it in between. */
async function carry(
  store: Adapter,
  collection: CollectionName,
  found: Document,
  steps: Upgrade[],
  to: number,
): Promise<void> {
  for (let before: Document | undefined = found; before && before.format < to; ) {
    const after = { ...upgraded(steps, collection, before), format: to };
    if (await store.patch(collection, before.id, unchanged(before), difference(before, after))) return;
    before = await store.get<Document>(collection, before.id);
  }
}

/** Holds while nothing that can be compared has changed. */
function unchanged(document: Document): Filter {
  const fields = Object.entries(document).filter(([, value]) => value === null || typeof value !== 'object');
  const counted = counters.map(path => [path, valueAt(document, path)] as const).filter(([, value]) => value != null);
  return Object.fromEntries([...fields, ...counted]) as Record<string, Scalar>;
}

function difference(before: Document, after: Document): Change {
  const old = before as unknown as Record<string, Json>;
  const set = Object.entries(after).filter(([name, value]) => JSON.stringify(old[name]) !== JSON.stringify(value));
  return { set: Object.fromEntries(set), unset: Object.keys(before).filter(name => !(name in after)) };
}
