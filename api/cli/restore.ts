/** `weft restore`: makes the data folder of a backup. */

import { parseArgs } from 'node:util';
import { restore } from '../../engine/store/sqlite/backups.js';
import { readSettings } from '../settings.js';
import { type Output, Usage } from './output.js';

export async function run(args: string[], output: Output): Promise<void> {
  const [file, ...more] = parseArgs({ args, allowPositionals: true }).positionals;
  if (file === undefined || more.length > 0)
    throw new Usage('name one file that weft backup wrote: weft restore monday.weft');
  const { data, mongodb } = readSettings();
  if (mongodb !== '') throw new Usage('MongoDB is restored by its own tools: mongorestore --oplogReplay');
  restore(file, data);
  output.say(`made ${data} of ${file}`, { file, data });
}
