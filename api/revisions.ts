/** What people edit has a revision that each change raises: who names the one that he read changes just that. */

import type { Change, CollectionName, Document, Store } from '../engine/store/port.js';
import { Problem } from './problems.js';

export interface Revised extends Document {
  /** Absent: nobody has changed it yet. */
  rev?: number;
}

export const revisionOf = ({ rev = 0 }: Pick<Revised, 'rev'>): number => rev;

/** Throws Problem 412 where what is there is not what the asker has read. */
export function refuseOther(document: Revised, revision: number | undefined): void {
  if (revision !== undefined && revision !== revisionOf(document)) throw changedMeanwhile(document.id);
}

const changedMeanwhile = (id: string) =>
  new Problem(412, 'changed-meanwhile', `"${id}" was changed meanwhile: read it again`);

/**
 * Changes a document; undefined where there is none. Throws Problem 412 where `revision` is not its revision.
 *
 * @example await revise<GroupDocument>(store, 'groups', 'clerks', { set: { name: 'Clerks' } }, revision)
 */
export async function revise<T extends Revised>(
  store: Store,
  collection: CollectionName,
  id: string,
  change: Change,
  revision?: number,
): Promise<T | undefined> {
  const guard = revision === undefined ? {} : { rev: revision === 0 ? null : revision };
  const changed = await store.patch<T>(collection, id, guard, { ...change, increase: { rev: 1 } });
  if (!changed && revision !== undefined && (await store.get(collection, id))) throw changedMeanwhile(id);
  return changed;
}

/**
 * Changes a document by what stands in it: reads it again for as long as somebody else changes it between reading and
 * writing. `changeOf` answers undefined where nothing is to change. Answers what stood there and what stands there now;
 * undefined where there is no such document, or nothing to change.
 *
 * @example await reviseBy<UserDocument>(store, 'users', 'ada', ({ groups }) => ({ set: { groups: [...groups, 'clerks'] } }))
 */
export async function reviseBy<T extends Revised>(
  store: Store,
  collection: CollectionName,
  id: string,
  changeOf: (found: T) => Change | undefined,
): Promise<{ before: T; after: T } | undefined> {
  for (;;) {
    const before = await store.get<T>(collection, id);
    const change = before && changeOf(before);
    if (!change) return undefined;
    const guard = { rev: before.rev ?? null };
    const after = await store.patch<T>(collection, id, guard, { ...change, increase: { rev: 1 } });
    if (after) return { before, after };
  }
}
