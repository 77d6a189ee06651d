/** Keeps a demo and the data that people work with apart: everybody knows how to sign in to a demo. */

import type { Document, Store } from '../../engine/store/port.js';
import type { Settings } from '../settings.js';

/** Meta document `demo`: stands in the data before the first person of the demo does. */
export interface DemoDocument extends Document {
  /** What broke off is not made a second time. */
  state: 'prepared' | 'begun' | 'done' | 'broken off';
  /** When its maker said so, epoch milliseconds. */
  at?: number;
}

export const demoOf = (store: Store) => store.get<DemoDocument>('meta', 'demo');

/**
 * Refuses to open a demo without demo mode, and in demo mode what is no demo. Throws Error with the way out.
 *
 * @example
 * await keepApart(store, readSettings(process.env));
 */
export async function keepApart(
  store: Store,
  { demo, data, mongodb }: Pick<Settings, 'demo' | 'data' | 'mongodb'>,
): Promise<void> {
  const [place, elsewhere] =
    mongodb === '' ? [data, 'another folder as WEFT_DATA'] : ['the database', 'another database in MONGODB_URI'];
  // In this order: a demo that another server makes meanwhile is marked before it has people.
  const isUsed = demo && (await holdsWork(store));
  const isDemo = (await demoOf(store)) !== undefined;
  if (!demo && isDemo)
    throw new Error(
      `${place} holds the data of a demo, whose passwords everybody knows: name ${elsewhere}, ` +
        'go on with the demo ("weft serve --demo", "npm start"), or remove its data by hand',
    );
  if (isUsed && !isDemo)
    throw new Error(
      `${place} holds data that are no demo: the people of the demo, whose passwords everybody knows, ` +
        `are not added to them; name ${elsewhere} for the demo`,
    );
}

async function holdsWork(store: Store): Promise<boolean> {
  const counts = await Promise.all(
    (['users', 'deployments'] as const).map(collection => store.count(collection, {}, 1)),
  );
  return counts.some(count => count > 0);
}
