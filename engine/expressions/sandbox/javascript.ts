/** Runs JavaScript in QuickJS: a fresh context each time, hard limits of memory, stack and time. Only in a worker. */

import {
  DefaultIntrinsics,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSWASMModule,
  RELEASE_SYNC,
  type SuccessOrFail,
} from 'quickjs-emscripten';
import type { Answer, Write } from '../../core/language.js';
import type { Expression } from '../../core/types.js';
import { isForbidden, known } from '../names.js';
import { plain } from '../plain.js';
import { camundaObjects, type GuestScope, type Outcome, surroundings, variablesAsGlobals } from './guest.js';

/** 64 KB pages: 16 MB at first, never above 64 MB. setMemoryLimit() of the stock build counts nothing. */
const PAGES = { initial: 256, maximum: 1024 };
/** Safe with a worker's stack of 16 MB; more lets nested evals break the host's stack first. */
const STACK = 256 * 1024;
/** JSON needs no typed arrays: without them a context is made in two thirds of the time, and a class of bugs is shut out. */
const INTRINSICS = { ...DefaultIntrinsics, TypedArrays: false };
/** Memory that a module has taken does not shrink. */
const USES_PER_MODULE = 5000;

/** Of the platform, but in none of the type libraries that a server program has. */
declare const WebAssembly: { Memory: new (pages: typeof PAGES) => object };

export interface Sandbox {
  run(expression: Expression, scope: GuestScope, deadline: number): Promise<Answer>;
}

/** A sandbox that renews itself after every error and so many uses. */
export function createSandbox(): Sandbox {
  let module: Promise<QuickJSWASMModule> | undefined;
  let uses = 0;

  return {
    async run(expression, scope, deadline) {
      if (uses++ % USES_PER_MODULE === 0) module = undefined;
      module ??= newModule();
      try {
        return runIn(await module, expression, scope, deadline);
      } catch (error) {
        module = undefined;
        return answerTo(error, scope, deadline);
      }
    },
  };
}

const newModule = () =>
  newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmMemory: new WebAssembly.Memory(PAGES) }));

/** What the script threw, as QuickJS describes it. */
interface Thrown {
  name?: string;
  message?: string;
  stack?: string;
  code?: unknown;
}

class ScriptError extends Error {
  constructor(
    readonly thrown: Thrown,
    /** What it had set by then. */
    readonly writes: Write[] = [],
  ) {
    super(thrown.message);
  }
}

function runIn(module: QuickJSWASMModule, { source }: Expression, scope: GuestScope, deadline: number): Answer {
  const runtime = module.newRuntime();
  const end = Date.now() + deadline;
  runtime.setMaxStackSize(STACK);
  runtime.setInterruptHandler(() => Date.now() > end);
  const context = runtime.newContext({ intrinsics: INTRINSICS });

  const handles: QuickJSHandle[] = [];
  const kept = (handle: QuickJSHandle) => {
    handles.push(handle);
    return handle;
  };
  const run = (code: string, file: string) => kept(valueIn(context, context.evalCode(code, file)));
  const call = (code: QuickJSHandle, argument: QuickJSHandle) =>
    kept(valueIn(context, context.callFunction(code, context.undefined, argument)));

  const guest = call(run(`(${variablesAsGlobals})`, 'guest.js'), kept(context.newString(JSON.stringify(scope))));
  if (surroundings.test(source)) call(run(`(${camundaObjects})`, 'guest.js'), guest);
  const outcomeOf = (value: QuickJSHandle) =>
    JSON.parse(context.getString(call(kept(context.getProp(guest, 'outcome')), value))) as Outcome;
  const script = context.evalCode(source, 'script.js');
  if (script.error) {
    const thrown = thrownBy(context, script.error);
    throw new ScriptError(thrown, isBpmnError(thrown) ? outcomeOf(context.undefined).writes.map(checked) : []);
  }
  const { value: result, writes } = outcomeOf(kept(script.value));

  // Only on the way without errors: after one the whole module goes, and disposing it could abort.
  for (const handle of handles) handle.dispose();
  context.dispose();
  runtime.dispose();
  return { value: plain(result), writes: writes.map(checked) };
}

function checked({ name, value, local }: Write): Write {
  if (isForbidden(name)) throw new RangeError(`'${name}' is not allowed as the name of a variable; use another`);
  return { name, value: value === undefined ? undefined : plain(value), ...(local ? { local } : {}) };
}

function valueIn(context: QuickJSContext, result: SuccessOrFail<QuickJSHandle, QuickJSHandle>): QuickJSHandle {
  if (!result.error) return result.value;
  throw new ScriptError(thrownBy(context, result.error));
}

function thrownBy(context: QuickJSContext, error: QuickJSHandle): Thrown {
  const thrown: unknown = context.dump(error);
  return typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) };
}

const isBpmnError = ({ name, code }: Thrown) => name === 'BpmnError' && code !== undefined;

/** The errors of QuickJS that are limits of ours, and those of the host when a limit was hit inside it. */
const limits: [RegExp, (deadline: number) => string][] = [
  [/^interrupted$/, deadline => `takes longer than ${deadline} ms; simplify it or move the work into a worker`],
  [
    /^out of memory$|^string too long$|memory access|could not be allocated/,
    () => 'needs more memory than the 64 MB that a script may have',
  ],
  [/^stack overflow$|call stack size/, () => 'calls itself too deeply; end the recursion sooner'],
];

function answerTo(error: unknown, { names }: GuestScope, deadline: number): Answer {
  const thrown: Thrown = error instanceof ScriptError ? error.thrown : { message: (error as Error).message };
  if (isBpmnError(thrown)) {
    const { code, message } = thrown;
    return {
      thrown: { type: 'error', code: String(code), ...(message ? { message } : {}) },
      ...(error instanceof ScriptError && error.writes.length > 0 && { writes: error.writes }),
    };
  }
  const message = thrown.message ?? String(error);
  const limit = limits.find(([pattern]) => pattern.test(message));
  const reason = limit ? limit[1](deadline) : [thrown.name, message].filter(Boolean).join(': ');
  const line = /script\.js:(\d+)/.exec(thrown.stack ?? '')?.[1];
  const missing = /^'?([\w$]+)'? is not defined/.exec(message)?.[1];
  return {
    failure: `${line ? `in its line ${line}: ` : ''}${reason}${missing ? `; ${known(missing, names)}` : ''}`,
  };
}
