/** Data that must be there already: who only looks at them, or mends them, makes no new ones by a wrong name. */

import { StoreError } from './port.js';
import { checkThere } from './sqlite/files.js';

/**
 * Throws StoreError where the folder, or the database of MongoDB, holds no data of Weft.
 *
 * @example
 * await requireData({ data: './data' });
 */
export async function requireData({ data, mongodb = '' }: { data: string; mongodb?: string }): Promise<void> {
  if (mongodb === '') return checkThere(data);
  // The driver is slow to load for those who do not need it.
  const { connect } = await import('./mongo/connection.js');
  const { client, database } = await connect(mongodb);
  try {
    if ((await database.listCollections({ name: 'meta' }).toArray()).length === 0)
      throw new StoreError(`there are no data in the database "${database.databaseName}": name another in MONGODB_URI`);
  } finally {
    await client.close();
  }
}
