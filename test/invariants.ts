/** What must hold of every instance between two steps: no token is lost, none is counted twice, nothing dangles. */

import assert from 'node:assert/strict';
import type { Activation, Chunk, Definition, Incident, Instance, Move, Wait } from '../engine/core/types.js';

/** An instance together with those of its chunks that still belong to a running multi-instance. */
export interface Whole {
  activations: Record<string, Activation>;
  waits: Record<string, Wait>;
  incidents: Record<string, Incident>;
}

/**
 * Merges chunks into their instance; a chunk whose multi-instance is over must be one of those that a sweep was promised
 * for (`promised`: keys without the instance), and is left out.
 */
export function wholeOf(instance: Instance, chunks: Iterable<Chunk>, promised: ReadonlySet<string>): Whole {
  const whole: Whole = {
    activations: { ...instance.activations },
    waits: { ...instance.waits },
    incidents: { ...instance.incidents },
  };
  // Outer chunks first: the key of an inner one begins with the key of the outer one.
  for (const chunk of [...chunks].sort((a, b) => a.id.length - b.id.length)) {
    const key = chunk.id.slice(chunk.id.lastIndexOf('~') + 1);
    const body = key.split('.').at(-2)!;
    if (!whole.activations[body]?.loop) {
      const isPromised = [...promised].some(outer => key === outer || key.startsWith(`${outer}.`));
      assert.ok(isPromised, `chunk ${chunk.id} is left over, and no sweep was promised for it`);
      continue;
    }
    Object.assign(whole.activations, chunk.activations);
    Object.assign(whole.waits, chunk.waits);
    Object.assign(whole.incidents, chunk.incidents);
  }
  return whole;
}

/** Fails with a sentence when the state is not sound. */
export function assertSound(definition: Definition, instance: Instance, whole: Whole): void {
  const activations = Object.values(whole.activations);
  if (instance.state !== 'running' && instance.state !== 'suspended') {
    assert.deepEqual(activations, [], 'an ended instance has no activations');
    assert.deepEqual(Object.values(whole.waits), [], 'an ended instance waits for nothing');
    assert.deepEqual(Object.values(whole.incidents), [], 'an ended instance has no incidents');
    assert.deepEqual(instance.queue, [], 'an ended instance has nothing to do');
  }
  if (instance.queue.length === 0) assert.deepEqual(instance.visits, {}, 'visits are counted while a queue is put off');
  const parked = Object.values(whole.incidents).flatMap(incident => incident.move ?? []);
  const moves = [...instance.queue, ...parked];
  for (const activation of activations) soundActivation(definition, whole, activation, moves);
  for (const [id, wait] of Object.entries(whole.waits)) {
    assert.equal(id, wait.id);
    assert.ok(whole.activations[wait.activation]?.waits?.includes(id), `wait ${id} is known to its activation`);
  }
  for (const incident of Object.values(whole.incidents)) {
    assert.ok(whole.activations[incident.activation], `incident ${incident.id} is about an open activation`);
    if (incident.wait) assert.ok(whole.waits[incident.wait], `incident ${incident.id} is about an open wait`);
  }
  for (const id of [...Object.keys(whole.waits), ...Object.keys(whole.incidents)]) {
    assert.ok(Number(/~(\d+)/.exec(id)![1]) < instance.next, `the number of ${id} was given`);
  }
}

function soundActivation(definition: Definition, whole: Whole, activation: Activation, moves: Move[]): void {
  const { id, parent, node: index } = activation;
  const node = definition.nodes[index]!;
  const name = `${node.type} '${node.name ?? node.id}' (activation ${id})`;
  if (id !== 1) assert.ok(whole.activations[parent], `${name} lies in an open scope`);
  for (const wait of activation.waits ?? []) assert.ok(whole.waits[wait], `wait ${wait} of ${name} is open`);

  const children = Object.values(whole.activations).filter(child => child.parent === id).length;
  const arrived = Object.values(activation.arrived ?? {}).flatMap(flows => Object.values(flows));
  const onTheirWay = moves.filter(move => move.do === 'take' && move.scope === id).length;
  const tokens = children + sum(arrived) + onTheirWay;
  assert.equal(activation.live, tokens, `${name} counts the tokens inside`);

  const about = moves.filter(move => 'activation' in move && move.activation === id);
  const own = (activation.waits ?? []).filter(wait => !node.attached.includes(whole.waits[wait]!.node));
  assert.ok(
    activation.live > 0 || own.length > 0 || about.length > 0,
    `${name} holds a token that nothing moves any more`,
  );
  if (activation.loop) soundLoop(name, activation, children, about);
}

function soundLoop(name: string, { loop }: Activation, items: number, about: Move[]): void {
  const { total, opened, completed } = loop!;
  const ending = about.filter(move => move.do === 'childLeft').length;
  assert.ok(opened <= total, `${name} opens no more items than there are`);
  assert.equal(opened, completed + ending + items, `${name} counts its items`);
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
