/** What a script finds around it. These functions run inside QuickJS: only their source texts get there, nothing from outside. */

import type { ExecutionView, Write } from '../../core/language.js';
import type { Json, Variables } from '../../core/types.js';

/** What the worker is told about the scope of an evaluation. */
export interface GuestScope {
  /** Those that the text can see. */
  variables: Variables;
  /** Names that are local to the innermost scope. */
  local: string[];
  /** Every variable there is, for messages. */
  names: string[];
  execution: ExecutionView;
}

/** What the guest hands back, as JSON. */
export interface Outcome {
  value: Json;
  writes: Write[];
}

/** Makes the variables global. Answers their scope, and the function that makes the outcome of a script's value. */
export function variablesAsGlobals(json: string) {
  const { stringify } = JSON;
  const scope = JSON.parse(json) as GuestScope;
  const writes: Write[] = [];
  for (const name of Object.keys(scope.variables)) {
    // `JSON` and `Object` stay what they are; such a variable is there for execution.getVariable().
    if (!(name in globalThis)) Object.assign(globalThis, { [name]: scope.variables[name] });
  }
  const outcome = (value: unknown) => {
    if (value instanceof Promise) throw new TypeError('a script must answer at once; promises are not awaited');
    return stringify({ value: value === undefined || typeof value === 'function' ? null : value, writes });
  };
  return { scope, writes, outcome };
}

/** Names that `execution` and its company go by: a script without them does not pay for them. */
export const surroundings =
  /\b(execution|task|authenticatedUserId|BpmnError|print|console|eval|Function|constructor|globalThis|this)\b|\\[ux]/;

/** The objects that Camunda 7 gives to a script. */
export function camundaObjects({ scope, writes }: ReturnType<typeof variablesAsGlobals>): void {
  const { stringify, parse } = JSON;
  const { variables, local, execution: facts } = scope;
  const has = (name: string) => Object.hasOwn(variables, name);
  const read = (name: string) => (has(name) ? variables[name] : null);
  const write = (isLocal: boolean) => (name: string, value: unknown) => {
    // As it is now: the script may go on to change it.
    const copy = parse(stringify(value) ?? 'null') as Json;
    variables[name] = copy;
    writes.push({ name: String(name), value: copy, local: isLocal });
  };
  const execution: Record<string, unknown> = {
    ...facts,
    businessKey: facts.processBusinessKey,
    name: facts.currentActivityName,
    taskDefinitionKey: facts.currentActivityId,
    variables,
  };
  for (const name of Object.keys(execution)) {
    execution[`get${name[0]!.toUpperCase()}${name.slice(1)}`] = () => execution[name];
  }
  Object.assign(execution, {
    getVariable: read,
    getVariableLocal: (name: string) => (local.includes(name) ? read(name) : null),
    getVariableNames: () => Object.keys(variables),
    hasVariable: has,
    hasVariableLocal: (name: string) => local.includes(name) && has(name),
    setVariable: write(false),
    setVariableLocal: write(true),
    removeVariable(name: string) {
      delete variables[name];
      writes.push({ name: String(name), value: undefined });
    },
  });
  function BpmnError(code: string, message = '') {
    return Object.assign(new Error(message), { name: 'BpmnError', code });
  }
  const silent = () => {};
  Object.assign(globalThis, {
    execution,
    task: { ...execution, execution, getExecution: () => execution },
    authenticatedUserId: facts.by,
    BpmnError,
    // Where scripts for the JVM look for it.
    org: { camunda: { bpm: { engine: { delegate: { BpmnError } } } } },
    print: silent,
    console: { log: silent, info: silent, warn: silent, error: silent, debug: silent },
  });
}
