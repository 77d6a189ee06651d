/** The reader thread: scans, counts, bytes and backups, which must hold up neither commits nor the event loop. */

import { workerData } from 'node:worker_threads';
import { openForReading } from './files.js';
import type { Outcome } from './groups.js';
import { createReads, type Read } from './reads.js';
import { serveThread } from './thread.js';

const { file } = workerData as { file: string };
const database = openForReading(file);
const run = createReads(database, file);

function answer(read: Read): Outcome {
  try {
    return { value: run(read) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

serveThread<Read>(
  1,
  reads => reads.map(answer),
  () => database.close(),
);
