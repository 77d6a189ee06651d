/** The parsing thread: reads one file after the other; its parent ends it when a file takes too long. */

import { parentPort } from 'node:worker_threads';
import { checks } from './checks.js';
import type { ReadResult } from './contract.js';
import { decode } from './decode.js';
import type { Limits } from './limits.js';
import { compileXml } from './read.js';

/** What the parent sends. */
export interface Request {
  name: string;
  bytes: Uint8Array;
  limits: Limits;
}

parentPort!.on('message', async ({ name, bytes, limits }: Request) => {
  parentPort!.postMessage(await read(name, bytes, limits));
});

async function read(name: string, bytes: Uint8Array, limits: Limits): Promise<ReadResult> {
  const decoded = decode(bytes);
  if ('text' in decoded) return compileXml(decoded.text, name, { limits, ...checks });
  return { processes: [], drawings: [], problems: [{ level: 'error', file: name, line: 1, message: decoded.failure }] };
}
