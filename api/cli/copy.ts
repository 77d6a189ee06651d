/** `weft copy`: carries all data from SQLite to MongoDB, or back, while no server runs. */

import { parseArgs } from 'node:util';
import { copyStore } from '../../engine/store/copy.js';
import type { Store } from '../../engine/store/port.js';
import { type Output, Usage } from './output.js';

const places = 'a place is sqlite:FOLDER or mongodb://…';

export async function run(args: string[], output: Output): Promise<void> {
  const { values } = parseArgs({ args, options: { from: { type: 'string' }, to: { type: 'string' } } });
  if (!values.from || !values.to) throw new Usage(`weft copy --from PLACE --to PLACE: ${places}`);
  const [from, to] = [await storeAt(values.from), await storeAt(values.to)];
  try {
    await from.open();
    await to.open();
    const carried = await copyStore(from, to);
    const lines = Object.entries(carried).filter(([, count]) => count > 0);
    output.say(lines.map(([name, count]) => `${name}: ${count}`).join('\n') || 'there was nothing to copy', carried);
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

async function storeAt(place: string): Promise<Store> {
  if (/^mongodb(\+srv)?:\/\//.test(place)) {
    const { createMongoStore } = await import('../../engine/store/mongo.js');
    return createMongoStore({ uri: place });
  }
  if (!place.startsWith('sqlite:')) throw new Usage(`"${place}" is no place of data: ${places}`);
  const { createSqliteStore } = await import('../../engine/store/sqlite.js');
  return createSqliteStore({ folder: place.slice('sqlite:'.length) });
}
