/** Reads BPMN files in a thread of their own, with limits, a deadline and a bounded heap. */

import { Worker } from 'node:worker_threads';
import type { ModelReader, Picture, ReadResult } from './contract.js';
import { defaultLimits, type Limits } from './limits.js';
import type { Request } from './worker.js';

export interface ReaderOptions {
  limits?: Partial<Limits>;
  /** Milliseconds that one file may take. */
  deadline?: number;
  /** Heap of the parsing thread, megabytes. */
  heap?: number;
}

/**
 * Makes a reader. Its thread starts with the first file and is replaced when a file breaks it.
 *
 * @example
 * const reader = createModelReader();
 * const { processes, problems } = await reader.read({ name: 'order.bpmn', bytes });
 * await reader.close();
 */
export function createModelReader({ limits, deadline = 20_000, heap = 512 }: ReaderOptions = {}): ModelReader {
  const bounds = { ...defaultLimits, ...limits };
  let worker: Worker | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  function open(): Worker {
    const opened = new Worker(new URL('./worker.js', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: heap },
    });
    // An idle reader keeps no process alive.
    opened.unref();
    return opened;
  }

  /** `refused` makes an answer of a sentence, where the thread cannot give one. */
  function ask<T>(request: Request, refused: (message: string) => T): Promise<T> {
    worker ??= open();
    const asked = worker;
    return new Promise(resolve => {
      const finish = (result: T) => {
        clearTimeout(timer);
        asked.off('message', finish);
        asked.off('error', broke);
        asked.unref();
        resolve(result);
      };
      const giveUp = (message: string) => {
        worker = undefined;
        finish(refused(message));
        void asked.terminate();
      };
      const broke = (error: NodeJS.ErrnoException) =>
        giveUp(
          error.code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? `reading the file needs more than ${heap} MB of memory; make it smaller`
            : `the file cannot be read: ${error.message}`,
        );
      const timer = setTimeout(
        () => giveUp(`reading the file took longer than ${deadline / 1000} seconds; make it smaller`),
        deadline,
      );
      asked.ref();
      asked.on('message', finish);
      asked.on('error', broke);
      asked.postMessage(request);
    });
  }

  /** One file after the other. */
  function inTurn<T>(request: Request, refused: (message: string) => T): Promise<T> {
    const result = queue.then(() => ask(request, refused));
    queue = result;
    return result;
  }

  return {
    async read({ name, bytes }, scripts) {
      const refused = refusalOf(name);
      if (bytes.byteLength > bounds.bytes)
        return refused(`the file has ${bytes.byteLength} bytes; ${bounds.bytes} are allowed, so split it`);
      return inTurn<ReadResult>({ name, bytes, limits: bounds, ...(scripts && { scripts }) }, refused);
    },
    draw: ({ name, bytes }, process) =>
      inTurn<Picture>({ name, bytes, limits: bounds, draw: process }, failure => ({ failure })),
    async close() {
      await queue;
      await worker?.terminate();
      worker = undefined;
    },
  };
}

const refusalOf =
  (file: string) =>
  (message: string): ReadResult => ({ processes: [], drawings: [], problems: [{ level: 'error', file, message }] });
