/** Answers the Needs for values: hands FEEL and JavaScript to a worker thread, and replaces it when it does not come back. */

import { Worker } from 'node:worker_threads';
import type { Answer, Need, ScopeView } from '../core/language.js';
import { mentioned } from './mentioned.js';
import type { GuestScope } from './sandbox/guest.js';
import type { Task } from './worker.js';

export interface Evaluator {
  /** Never rejects: what fails is a failure in the answer, without the text and its line, which the asker knows. */
  evaluate(need: Extract<Need, { need: 'value' }>): Promise<Answer>;
  /** Ends the thread; what is still asked is answered with a failure. */
  close(): Promise<void>;
}

export interface EvaluatorOptions {
  /** Milliseconds that one evaluation may take; 200. */
  deadline?: number;
  /** Milliseconds beyond the deadline until the thread is given up; 1,000. */
  grace?: number;
  /** Megabytes that FEEL may use; 128. A script has 64 of its own. */
  memory?: number;
}

interface Asked {
  task: Task;
  answer(answer: Answer): void;
}

/** Milliseconds that the thread may take to begin; loading its libraries takes 100 on an idle machine. */
const START_LIMIT = 30_000;

/**
 * Makes an evaluator. Its thread begins with the first evaluation and does not keep the process alive. It is asked one
 * question at a time, so a bomb takes nobody along: the thread is replaced, and goes on with the next question.
 *
 * @example
 * const { evaluate, close } = createEvaluator();
 * await evaluate({ need: 'value', expression: { language: 'feel', source: '=a + 1', line: 1 }, scope }); // { value: 2 }
 */
export function createEvaluator({ deadline = 200, grace = 1000, memory = 128 }: EvaluatorOptions = {}): Evaluator {
  const queue: Asked[] = [];
  let worker: Worker | undefined;
  let ready = false;
  let current: Asked | undefined;
  let watch: NodeJS.Timeout | undefined;
  let closed = false;

  function start(): Worker {
    const started = new Worker(new URL('./worker.js', import.meta.url), {
      env: {},
      resourceLimits: { stackSizeMb: 16, maxOldGenerationSizeMb: memory },
    });
    started.on('message', (message: Answer | 'ready') => (message === 'ready' ? begin() : settle(message)));
    started.on('error', error => replace(started, explain(error, memory)));
    started.on('exit', () => replace(started, 'ended its thread'));
    guard(started, START_LIMIT, 'could not be evaluated: the thread did not start');
    return started;
  }

  function begin(): void {
    clearTimeout(watch);
    ready = true;
    next();
  }

  function next(): void {
    if (closed || current || queue.length === 0) return;
    worker ??= start();
    worker.ref();
    if (!ready) return;
    current = queue.shift()!;
    guard(worker, deadline + grace, `takes longer than ${deadline} ms; simplify it or move the work into a worker`);
    worker.postMessage(current.task);
  }

  function settle(answer: Answer): void {
    clearTimeout(watch);
    const settled = current;
    current = undefined;
    if (queue.length === 0) worker?.unref();
    settled?.answer(answer);
    next();
  }

  /** Gives the thread up when it has not answered in time. */
  function guard(guarded: Worker, milliseconds: number, reason: string): void {
    // An answer that lies there while this thread was busy is taken first.
    watch = setTimeout(() => setImmediate(() => replace(guarded, reason)), milliseconds);
  }

  /** The question that it was at, or that it could not even begin with, fails; the next one gets a new thread. */
  function replace(broken: Worker, reason: string): void {
    if (broken !== worker) return;
    current ??= queue.shift();
    worker = undefined;
    ready = false;
    void broken.terminate();
    settle({ failure: reason });
  }

  return {
    evaluate({ expression, scope }) {
      if (closed) return Promise.resolve({ failure: 'the evaluator is closed' });
      return new Promise(answer => {
        queue.push({ task: { expression, scope: JSON.stringify(narrow(scope, expression.source)), deadline }, answer });
        next();
      });
    },
    async close() {
      closed = true;
      clearTimeout(watch);
      for (const { answer } of [...(current ? [current] : []), ...queue.splice(0)])
        answer({ failure: 'the evaluator is closed' });
      current = undefined;
      const ending = worker;
      worker = undefined;
      await ending?.terminate();
    },
  };
}

/** The scope with no more variables than the text can see: large ones that it does not name stay here. */
function narrow({ variables, local, execution }: ScopeView, source: string): GuestScope {
  const names = Object.keys(variables);
  const seen = mentioned(source, names).map(name => [name, variables[name]]);
  return { variables: Object.fromEntries(seen), local, names, execution };
}

const explain = (error: Error & { code?: string }, memory: number) =>
  error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? `needs more memory than the ${memory} MB that an expression may have`
    : `could not be evaluated: ${error.message}`;
