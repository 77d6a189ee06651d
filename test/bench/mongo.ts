/** `npm run bench:mongodb`: the workloads on MongoDB, Weft against the driver alone, in turn; and starts over HTTP. `--quick` takes a few minutes. */

import { startMongod } from '../mongod.js';
import { type Column, many, printMachine, table } from './table.js';

const mongod = await startMongod();
process.env.MONGODB_URI = mongod.uri;
process.env.TEST_STORE = 'mongodb';

const instances = many(400, 4_000);
const columns: Column[] = [
  { title: 'Weft', subject: 'weft', instances, atOnce: 50 },
  { title: 'floor', subject: 'floor-mongo', instances, atOnce: 50 },
];
const overHttp: Column[] = [
  { title: 'Weft', subject: 'weft-http', instances, atOnce: 50 },
  { title: 'floor', subject: 'floor-http', instances, atOnce: 50 },
];

try {
  printMachine();
  const server = mongod.process ? `${mongod.process.spawnfile.split('/').at(-1)}` : 'the server of MONGODB_URI';
  table(`MongoDB (${server}), write concern majority and journal, 50 clients`, columns, ['W1', 'W3', 'W6', 'W8']);
  table('Starts over HTTP on MongoDB, 50 clients in the same process', overHttp, ['W1']);
} finally {
  await mongod.stop();
}
