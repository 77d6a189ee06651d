/** The parsing thread: reads or draws one file after the other; its parent ends it when a file takes too long. */

import { parentPort } from 'node:worker_threads';
import { checks } from './checks.js';
import type { Picture, ReadResult } from './contract.js';
import { decode } from './decode.js';
import { svgOf } from './diagram/svg.js';
import type { Limits } from './limits.js';
import { compileXml } from './read.js';
import type { Scripts } from './scripts.js';

/** What the parent sends. */
export interface Request {
  name: string;
  bytes: Uint8Array;
  limits: Limits;
  scripts?: Scripts;
  /** The process to draw; absent: the file is compiled. */
  draw?: string;
}

parentPort!.on('message', async (request: Request) => {
  parentPort!.postMessage(request.draw === undefined ? await read(request) : draw(request, request.draw));
});

async function read({ name, bytes, limits, scripts }: Request): Promise<ReadResult> {
  const decoded = decode(bytes);
  if ('text' in decoded) return compileXml(decoded.text, name, { limits, scripts, ...checks });
  return { processes: [], drawings: [], problems: [{ level: 'error', file: name, line: 1, message: decoded.failure }] };
}

function draw({ name, bytes }: Request, process: string): Picture {
  const decoded = decode(bytes);
  if ('failure' in decoded) return decoded;
  const svg = svgOf(decoded.text, process);
  if (svg !== undefined) return { svg };
  return {
    failure: `${name} does not draw process '${process}' (BPMN DI); arrange it in a modeler, and deploy it again`,
  };
}
