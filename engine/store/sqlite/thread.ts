/** Requests to a worker thread and their answers, many in one message. */

import { type MessagePort, parentPort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { StoreError } from '../port.js';
import type { Outcome } from './groups.js';

interface Request<T> {
  number: number;
  request: T;
}

type Reply = { answers: [number: number, outcome: Outcome][] } | { closed: true };

/** Callers resumed at once; the event loop gets a turn between two slices. */
const slice = 32;

export interface Thread<T> {
  request(request: T): Promise<unknown>;
  /** Answers what was asked, then ends the thread. May be called twice. */
  close(): Promise<void>;
}

/** Starts a worker thread; it keeps the process alive only while somebody waits for an answer. */
export function startThread<T>(file: URL, workerData: unknown, name: string): Thread<T> {
  const worker = new Worker(file, { workerData, name });
  const callers = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let outgoing: Request<T>[] = [];
  let next = 1;
  let ended: Error | undefined;
  let closing: Promise<void> | undefined;
  /** Hears that nobody waits for an answer any more. */
  let answered: (() => void) | undefined;
  const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()));

  function flush() {
    if (outgoing.length === 0) return;
    worker.postMessage(outgoing);
    outgoing = [];
  }

  function settle(answers: [number, Outcome][], from = 0) {
    for (const [number, outcome] of answers.slice(from, from + slice)) {
      const caller = callers.get(number);
      callers.delete(number);
      if ('error' in outcome) caller?.reject(new StoreError(outcome.error));
      else caller?.resolve(outcome.value);
    }
    if (from + slice < answers.length) setImmediate(settle, answers, from + slice);
    if (callers.size > 0) return;
    answered?.();
    if (!closing) worker.unref();
  }

  function fail(reason: string) {
    ended ??= new StoreError(reason);
    for (const caller of callers.values()) caller.reject(ended);
    callers.clear();
    answered?.();
  }

  worker.on('message', (reply: Reply) => {
    if ('answers' in reply) settle(reply.answers);
  });
  worker.on('error', error => fail(`the ${name} of the store has stopped: ${error.message}; restart the program`));
  worker.on('exit', () => fail('the store is closed'));
  // listening has made it hold the process
  worker.unref();

  return {
    request(request) {
      if (ended || closing) return Promise.reject(ended ?? new StoreError('the store is closed'));
      if (callers.size === 0) worker.ref();
      if (outgoing.length === 0) setImmediate(flush);
      const number = next++;
      outgoing.push({ number, request });
      return new Promise((resolve, reject) => callers.set(number, { resolve, reject }));
    },
    close() {
      closing ??= (async () => {
        worker.ref();
        flush();
        // The end of a thread can be heard before its last answers.
        if (callers.size > 0) await new Promise<void>(resolve => (answered = resolve));
        if (!ended) worker.postMessage('close');
        await exited;
      })();
      return closing;
    },
  };
}

/**
 * The worker's side: `answer` gets what has arrived, at most `most` requests at once, and answers them in order.
 * What arrives while it runs is the next group: no timer.
 */
export function serveThread<T>(most: number, answer: (requests: T[]) => Outcome[], close: () => void): void {
  const port = parentPort as MessagePort;
  let waiting: Request<T>[] = [];
  let closing = false;

  function take(message: Request<T>[] | 'close') {
    if (message === 'close') closing = true;
    else waiting.push(...message);
  }

  function takeArrived() {
    for (let one = receiveMessageOnPort(port); one; one = receiveMessageOnPort(port)) take(one.message);
  }

  port.on('message', (message: Request<T>[] | 'close') => {
    take(message);
    while (waiting.length > 0) {
      takeArrived();
      const group = waiting.slice(0, most);
      waiting = waiting.slice(most);
      const outcomes = answer(group.map(one => one.request));
      port.postMessage({ answers: outcomes.map((outcome, index) => [group[index]!.number, outcome]) });
    }
    if (closing) {
      close();
      port.close();
    }
  });
}
