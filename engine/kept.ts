/** Messages that are kept until somebody listens: which of them a wait takes. */

import { variableHash } from './commit.js';
import type { MessageDocument, SubscriptionDocument } from './store/documents.js';
import type { Filter, RowWrite, Scalar, Store } from './store/port.js';
import { cursorOf } from './store/queries.js';

/** Messages that are looked at together. */
const PAGE = 100;

/** May a commit that writes this row have made a wait that a kept message fits: a new one, or one that sees other variables? */
export const mayTakeKept = ({ collection, insert, set }: RowWrite): boolean =>
  collection === 'subscriptions' &&
  (insert ? (insert as unknown as SubscriptionDocument).kind === 'message' : set?.hashes !== undefined);

/**
 * The oldest message that the wait may take: for its key, else for its business key, or for anybody; and only if it sees
 * the variables, and is of the instance, that the message asks for.
 *
 * @example const message = await keptFor(store, subscription, clock());
 */
export async function keptFor(
  store: Store,
  row: SubscriptionDocument,
  now: number,
): Promise<MessageDocument | undefined> {
  const { tenant, name } = row;
  const filter: Filter = { $and: [{ tenant, name, state: 'stored', expiresAt: { $gt: now } }, keyOf(row)] };
  const sort = { at: 1 } as const;
  for (let after: Scalar[] | undefined; ; ) {
    const page = await store.find<MessageDocument>('messages', { filter, sort, limit: PAGE, after });
    const fitting = page.find(message => fits(message, row));
    if (fitting || page.length < PAGE) return fitting;
    after = cursorOf(page.at(-1)!, sort);
  }
}

function keyOf({ key, businessKey }: SubscriptionDocument): Filter {
  const own = key ?? businessKey;
  return own === undefined ? { key: null } : { key: { $in: [own, null] } };
}

const fits = ({ correlation = {}, instance }: MessageDocument, row: SubscriptionDocument): boolean =>
  (instance === undefined || instance === row.instance) &&
  Object.entries(correlation).every(([name, value]) => row.hashes.includes(variableHash(name, value)));
