/** The writer thread: the one connection that writes. */

import { workerData } from 'node:worker_threads';
import { openForWriting } from './files.js';
import { runGroup } from './groups.js';
import { createOperations, type Operation } from './operations.js';
import { serveThread } from './thread.js';

const database = openForWriting((workerData as { file: string }).file);
const run = createOperations(database);

serveThread<Operation>(
  200,
  operations => runGroup(database, run, operations),
  () => database.close(),
);
