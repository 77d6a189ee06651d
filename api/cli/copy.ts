/** `weft copy`: carries all data from SQLite to MongoDB, or back, while no server runs. */

import { parseArgs } from 'node:util';
import { copyStore } from '../../engine/store/copy.js';
import type { Store } from '../../engine/store/port.js';
import { requireData } from '../../engine/store/there.js';
import { type Output, Usage } from './output.js';

const places = 'a place is sqlite:FOLDER or mongodb://…';

export async function run(args: string[], output: Output): Promise<void> {
  const { values } = parseArgs({ args, options: { from: { type: 'string' }, to: { type: 'string' } } });
  if (!values.from || !values.to) throw new Usage(`weft copy --from PLACE --to PLACE: ${places}`);
  const [source, target] = [placeOf(values.from), placeOf(values.to)];
  await requireData(source);
  const [from, to] = [await storeAt(source), await storeAt(target)];
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

interface Place {
  /** Folder of the embedded database. */
  data: string;
  /** Address of a MongoDB, used in its place; else empty. */
  mongodb: string;
}

function placeOf(place: string): Place {
  if (/^mongodb(\+srv)?:\/\//.test(place)) return { data: '', mongodb: place };
  if (!place.startsWith('sqlite:')) throw new Usage(`"${place}" is no place of data: ${places}`);
  return { data: place.slice('sqlite:'.length), mongodb: '' };
}

async function storeAt({ data, mongodb }: Place): Promise<Store> {
  if (mongodb !== '') {
    const { createMongoStore } = await import('../../engine/store/mongo.js');
    return createMongoStore({ uri: mongodb });
  }
  const { createSqliteStore } = await import('../../engine/store/sqlite.js');
  return createSqliteStore({ folder: data });
}
