/** The checkpoint thread: brings what was committed from the log into the data file. */

import { workerData } from 'node:worker_threads';
import { openForReading } from './files.js';
import { serveThread } from './thread.js';

const database = openForReading((workerData as { file: string }).file);

serveThread<'checkpoint'>(
  1,
  // passive: nobody waits for it, and it waits for nobody
  () => [{ value: database.all('PRAGMA wal_checkpoint(PASSIVE)') }],
  () => database.close(),
);
