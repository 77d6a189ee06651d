/** `weft backup`: copies the embedded database into a file, also while the server runs. */

import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { backUp } from '../../engine/store/sqlite/backups.js';
import { readSettings } from '../settings.js';
import { type Output, Usage } from './output.js';

export async function run(args: string[], output: Output): Promise<void> {
  const [file, ...more] = parseArgs({ args, allowPositionals: true }).positionals;
  if (file === undefined || more.length > 0) throw new Usage('name one file to write: weft backup monday.weft');
  const { data, mongodb } = readSettings();
  if (mongodb !== '')
    throw new Usage('MongoDB is backed up by its own tools: mongodump --oplog, or a snapshot of its volume');
  backUp(data, file);
  const { size } = statSync(file);
  output.say(`wrote ${file}, ${Math.ceil(size / 1024)} KB; weft restore ${file} makes a data folder of it`, {
    file,
    size,
  });
}
