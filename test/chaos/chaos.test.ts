/** A short storm on each database; `npm run test:chaos -- --minutes 60 --seed 7` makes a long one. */
import test from 'node:test';
import { skip } from '../mongod.js';
import { storm } from './storm.js';

const length = 20_000;

for (const database of ['sqlite', 'mongodb'] as const) {
  const seed = Math.floor(Math.random() * 1e6);
  test(
    `${database}: a storm loses nothing and does nothing twice (seed ${seed})`,
    { skip: database === 'mongodb' && skip },
    t => storm({ database, seed, length, say: sentence => t.diagnostic(sentence) }),
  );
}
