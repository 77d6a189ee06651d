/** A random walk through a random process: answers, failures, errors, retries and interruptions in any order, to its end. */

import assert from 'node:assert/strict';
import type { Definition, Wait } from '../../engine/core/types.js';
import type { Limits } from '../../engine/core/world.js';
import { type Answers, type Scenario, scenario } from '../scenario.js';
import type { RandomProcess } from './blocks.js';
import type { Chance } from './chance.js';

/** A script knows what its variable is; a called process is always there. */
const answers: Answers = need => {
  if (need.need === 'definition') return { definition: 'child:1' };
  if (need.need !== 'value') return { failure: need.need };
  const name = need.expression.source.trim();
  return name in need.scope.variables ? { value: 1 } : { failure: `${name} is not defined` };
};

const maxActions = 3000;

/** Walks to the end; `rests`: every put-off queue is worked off before the next action. */
export function walk(
  definition: Definition,
  { variables, missing, throwers }: RandomProcess,
  chance: Chance,
  { limits = {} as Partial<Limits>, rests = true } = {},
): { entered: string[]; actions: string[] } {
  const process = scenario(definition, { answers, limits });
  const actions: string[] = [];
  const fired = new Map<string, number>();
  process.start(variables);
  if (rests) process.goOn();
  while (process.instance().state === 'running') {
    assert.ok(actions.length < maxActions, `no end after ${maxActions} actions; it waits at ${process.waiting()}`);
    actions.push(act());
    if (rests) process.goOn();
  }
  process.goOn();
  assert.equal(process.instance().state, 'completed');
  assert.deepEqual(process.waiting(), [], 'nothing is left that waits');
  return { entered: [...process.entered()].sort(), actions };

  function act(): string {
    const { queue } = process.instance();
    const incidents = process.incidents();
    const open = process.waits().filter(wait => !isListener(wait) || (fired.get(nameOf(wait)) ?? 0) < 2);
    const possible = [
      ...(queue.length > 0 ? [() => goOn(process)] : []),
      ...(incidents.length > 0 ? [() => mend(chance.below(incidents.length))] : []),
      ...(open.length > 0 ? [() => answer(chance.pick(open)), () => answer(chance.pick(open))] : []),
    ];
    assert.ok(possible.length > 0, `it waits for nothing that would bring it on: ${process.waiting()}`);
    return chance.is(0.02) ? pause(process) : chance.pick(possible)();
  }

  function nameOf(wait: Wait): string {
    return definition.nodes[wait.node]!.id;
  }

  /** An event beside the way: nobody has to bring it. */
  function isListener(wait: Wait): boolean {
    return /^(boundary|event)/.test(nameOf(wait)) && wait.kind !== 'async';
  }

  function answer(wait: Wait): string {
    const name = nameOf(wait);
    fired.set(name, (fired.get(name) ?? 0) + 1);
    if (wait.kind === 'condition') {
      const [condition] = definition.nodes[wait.node]!.event!.variableNames!;
      process.set({ [condition!]: true });
      return `${name} holds`;
    }
    const isWork = wait.kind === 'task' || wait.kind === 'job' || wait.kind === 'child';
    if (isWork && throwers.has(name) && chance.is(0.3)) {
      process.send({ do: 'throw', wait: wait.id, thrown: { type: 'error', code: 'NO' } });
      return `${name} throws`;
    }
    if (isWork && chance.is(0.1)) {
      process.send({ do: 'throw', wait: wait.id, thrown: { type: 'escalation', code: 'UP' } });
      return `${name} escalates`;
    }
    if (wait.kind === 'job' && !process.hasIncident(wait.id) && chance.is(0.2)) {
      process.send({ do: 'fail', wait: wait.id, message: 'no connection' });
      return `${name} fails`;
    }
    process.send({ do: 'resume', wait: wait.id, variables: chance.is(0.5) ? { result: chance.below(10) } : {} });
    return `${name} is answered`;
  }

  function mend(index: number): string {
    process.set(missing);
    // A condition that looked at what was missing may have changed the list.
    const left = process.incidents();
    if (left.length > 0) process.retry(left[Math.min(index, left.length - 1)]);
    return 'an incident is retried';
  }
}

function goOn(process: Scenario): string {
  process.send({ do: 'continue' });
  return 'the queue goes on';
}

function pause(process: Scenario): string {
  process.send({ do: 'suspend' });
  process.send({ do: 'activate' });
  return 'a pause';
}
