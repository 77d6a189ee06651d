/** Requests to a worker thread and their answers, many in one message. */

import { type MessagePort, parentPort, Worker } from 'node:worker_threads';
import { StoreError } from '../port.js';
import type { Outcome } from './groups.js';

interface Request<T> {
  number: number;
  request: T;
}

interface Reply {
  answers: [number: number, outcome: Outcome][];
}

/** Callers resumed at once; the event loop gets a turn between two slices. */
const slice = 32;

/** Messages on their way: one that is worked on and the next one. What is asked meanwhile goes together. */
const ahead = 2;

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
  /** The last numbers of the messages that are not answered yet. */
  const sent: number[] = [];
  let next = 1;
  let ended: Error | undefined;
  let closing: Promise<void> | undefined;
  /** Hears that nobody waits for an answer any more. */
  let answered: (() => void) | undefined;
  const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()));

  function flush() {
    if (outgoing.length === 0 || sent.length >= ahead) return;
    worker.postMessage(outgoing);
    sent.push(outgoing.at(-1)!.number);
    outgoing = [];
  }

  function answeredUpTo(number: number) {
    while (sent.length > 0 && sent[0]! <= number) sent.shift();
    flush();
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
    answeredUpTo(reply.answers.at(-1)![0]);
    settle(reply.answers);
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
 * The worker's side: `answer` gets what came in one message, at most `most` requests at once, and answers them in order.
 * What is asked while it runs is the next message: no timer.
 */
export function serveThread<T>(most: number, answer: (requests: T[]) => Outcome[], close: () => void): void {
  const port = parentPort as MessagePort;
  port.on('message', (message: Request<T>[] | 'close') => {
    if (message === 'close') {
      close();
      port.close();
      return;
    }
    for (let from = 0; from < message.length; from += most) {
      const group = message.slice(from, from + most);
      const outcomes = answer(group.map(one => one.request));
      port.postMessage({ answers: outcomes.map((outcome, index) => [group[index]!.number, outcome]) });
    }
  });
}
