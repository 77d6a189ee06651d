/** Drives the pure step of one command: answers what it must know, and says what its failure means outside. */

import type { Asker } from './answers.js';
import { Refused, type StartInput } from './contract.js';
import { Failure } from './core/errors.js';
import type { Answer, Command, Need, Step } from './core/language.js';
import type { StepFunction } from './core/step.js';
import type { Definition, Instance, Wait } from './core/types.js';

/** A step that was made, with all that its commit is made of. */
export interface Made {
  definition: Definition;
  /** Absent for a start. */
  before: Instance | undefined;
  command: Command;
  step: Step;
  /** What the waits were, of the instance before and of the chunks that the step loaded. */
  waits: Record<string, Wait>;
}

export type Answering = (need: Need, asker: Asker) => Promise<Answer>;

/** Makes one step; `answer` in place of the usual one. */
export type Drive = (
  definition: Definition,
  before: Instance | undefined,
  command: Command,
  answer?: Answering,
) => Promise<Made>;

export function createDriver(step: StepFunction, usual: Answering): Drive {
  return async (definition, before, command, answer = usual) => {
    const waits: Record<string, Wait> = { ...before?.waits };
    const instance = before?.id ?? (command.do === 'start' ? command.instance : '');
    const steps = step(definition, before, command);
    let turn = steps.next();
    while (!turn.done) turn = steps.next(await answer(turn.value, { definition, instance, waits }));
    return { definition, before, command, step: turn.value, waits };
  };
}

/** Where a start comes from, when a process caused it. */
export interface Origin {
  parent?: { instance: string; wait: string };
  root?: string;
  depth?: number;
  hops?: number;
}

/** The command that starts an instance of this definition. */
export function startCommand(definition: Definition, id: string, input: StartInput, from: Origin, at: number): Command {
  return {
    do: 'start',
    instance: id,
    tenant: definition.tenant,
    businessKey: input.businessKey,
    variables: input.variables ?? {},
    startEvent: input.startEvent,
    types: input.types,
    form: input.form,
    instructions: input.instructions,
    skipListeners: input.skipListeners,
    skipMappings: input.skipMappings,
    by: input.by,
    at,
    onFailure: input.onFailure ?? 'incident',
    ...from,
  };
}

/** What a failed step means to whoever sent the command. */
export function refusal(error: unknown, definition: Definition | undefined): unknown {
  if (!(error instanceof Failure) || !definition) return error;
  const element = error.node === undefined ? undefined : definition.nodes[error.node]?.id;
  return new Refused(error.message, error.type, element);
}
