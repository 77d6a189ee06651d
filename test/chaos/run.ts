/** `npm run test:chaos -- --minutes 60 --seed 7 --database mongodb`: storms until the time is over, each with the next seed. */

import { parseArgs } from 'node:util';
import { storm } from './storm.js';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '2' }, seed: { type: 'string' }, database: { type: 'string' } },
});
const end = Date.now() + Number(values.minutes) * 60_000;
const databases = (['sqlite', 'mongodb'] as const).filter(name => !values.database || name === values.database);
let seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));

while (Date.now() < end) {
  for (const database of databases) {
    console.log(`${database}, seed ${seed}`);
    await storm({ database, seed, length: 120_000, say: console.log });
  }
  seed++;
}
console.log('nothing was lost, and nothing was done twice');
