/** Modification: tokens are put and taken away by hand, and with them the scopes around, as in Camunda 7. */

import { BadCommand, StaleCommand } from './errors.js';
import type { Instruction, Placement, Steps } from './language.js';
import { takeLeave } from './leave-taking.js';
import { itemOf, openScopes } from './placement.js';
import { loadChunkOf } from './run.js';
import { setVariables } from './scope.js';
import { cancel, clear, interrupt, isOpen, unloadedChunks } from './scopes.js';
import { chunkOfId } from './state.js';
import { behaviourOf, enter } from './tokens.js';
import type { Activation, Node, Variables } from './types.js';
import { activationOf, place, record, type World } from './world.js';

type Kinds = { [K in Instruction['do']]: (world: World, instruction: Extract<Instruction, { do: K }>) => Steps };

const BODY = '#multiInstanceBody';

const kinds: Kinds = {
  *startBefore(world, placement) {
    const { node, isBody } = elementOf(world, placement.element);
    const isItem = node.loop !== undefined && !isBody;
    const scope = yield* openScopes(world, node, isItem, placement);
    set(world, scope, placement.variables);
    const joins = behaviourOf(world, node.type).join !== undefined && node.incoming.length > 1;
    if (joins) return putOn(world, freeFlow(world, node, scope), scope);
    if (isItem) return enterItem(world, node, scope, placement.local);
    enterBy(world, node, scope, placement.local);
  },

  *startAfter(world, placement) {
    const { node } = elementOf(world, placement.element);
    const [flow, ...others] = node.outgoing;
    if (flow === undefined || others.length > 0) {
      const count = flow === undefined ? 'no' : 'more than one';
      throw new BadCommand(`${place(node)} has ${count} outgoing flow; start on a flow or before an element`);
    }
    yield* startOnFlow(world, flow, placement);
  },

  *startOn(world, placement) {
    const flow = world.definition.flows.find(({ id }) => id === placement.flow);
    if (!flow) throw new BadCommand(`process '${world.definition.key}' has no sequence flow '${placement.flow}'`);
    yield* startOnFlow(world, flow.index, placement);
  },

  *cancel(world, { activation: id, chunk }) {
    yield* loadChunkOf(world, chunk);
    const activation = activationOf(world, id);
    if (!activation || !isOpen(world, id))
      throw new BadCommand(`activation ${id} is not open in instance ${world.state.instance.id}`);
    yield* takeOut(world, activation);
  },

  *cancelAt(world, { wait: id }) {
    yield* loadChunkOf(world, chunkOfId(id));
    const wait = world.state.instance.waits[id];
    if (!wait || !isOpen(world, wait.activation))
      throw new StaleCommand(`${id} is not open any more in instance ${world.state.instance.id}`);
    yield* takeOut(world, activationOf(world, wait.activation)!);
  },

  *cancelAll(world, { element }) {
    const { node } = elementOf(world, element);
    yield* loadAround(world, node);
    const all = Object.values(world.state.instance.activations);
    for (const { id, node: index, item } of all) {
      if (index === node.index && item === undefined && isOpen(world, id))
        yield* takeOut(world, activationOf(world, id)!);
    }
    for (const { id, arrived } of all) {
      if (!arrived?.[node.index] || !isOpen(world, id)) continue;
      record(world, { type: 'withdrawn', node: node.index, scope: id });
      const scope = activationOf(world, id)!;
      if (scope.live === 0 && scope.parent !== 0) yield* takeOut(world, scope);
    }
  },
};

/**
 * Follows the instructions in order and queues what the tokens do next. Throws BadCommand with a sentence when a place is
 * unknown, or open more than once.
 */
export function* follow(world: World, instructions: Instruction[]): Steps {
  if (instructions.length === 0) throw new BadCommand('a modification needs at least one instruction');
  const before = new Set(world.stack);
  for (const instruction of instructions) {
    yield* (kinds[instruction.do] as (world: World, instruction: Instruction) => Steps)(world, instruction);
    world.stack.push(...world.produced.splice(0));
  }
  // What was placed first moves first.
  const placed = world.stack.filter(move => !before.has(move));
  world.stack = [...world.stack.filter(move => before.has(move)), ...placed.reverse()];
}

function elementOf({ definition }: World, name: string): { node: Node; isBody: boolean } {
  const isBody = name.endsWith(BODY);
  const id = isBody ? name.slice(0, -BODY.length) : name;
  const node = definition.nodes.find(candidate => candidate.id === id && candidate.index !== 0);
  if (!node || (isBody && !node.loop)) throw new BadCommand(`process '${definition.key}' has no element '${name}'`);
  return { node, isBody };
}

function set(world: World, scope: number, variables: Variables | undefined, local = false): void {
  if (variables && Object.keys(variables).length > 0)
    setVariables(world, activationOf(world, scope)!, variables, local);
}

/** An interrupting event that is put in place interrupts, as if it had been triggered. */
function enterBy(world: World, node: Node, scope: number, variables: Variables | undefined): void {
  const listens = node.attachedTo !== undefined && node.interrupting !== false;
  const [host, ...others] = listens ? hostsOf(world, node, scope) : [];
  if (!host || others.length > 0) return void enter(world, node.index, scope, { fresh: true, variables });
  interrupt(world, host, node);
  enter(world, node.index, scope, { fresh: host.id === scope, variables });
}

function hostsOf(world: World, node: Node, scope: number): Activation[] {
  if (node.attachedTo === node.parent) return [activationOf(world, scope)!];
  return Object.values(world.state.instance.activations).filter(
    activation => activation.node === node.attachedTo && activation.parent === scope,
  );
}

/** One more item of a multi-instance. */
function enterItem(world: World, node: Node, body: number, local: Variables | undefined): void {
  const item = itemOf(world, body);
  enter(world, node.index, body, { fresh: true, ...item, variables: { ...item.variables, ...local } });
}

/** A flow into a join that brings a token which is missing there. */
function freeFlow(world: World, node: Node, scope: number): number {
  const arrived = activationOf(world, scope)!.arrived?.[node.index] ?? {};
  return node.incoming.find(flow => !arrived[flow]) ?? node.incoming[0]!;
}

function* startOnFlow(world: World, flow: number, placement: Placement): Steps {
  const target = world.definition.nodes[world.definition.flows[flow]!.to]!;
  const scope = yield* openScopes(world, target, false, placement);
  set(world, scope, placement.variables);
  set(world, scope, placement.local, true);
  putOn(world, flow, scope);
}

function putOn(world: World, flow: number, scope: number): void {
  record(world, { type: 'placed', flow, scope });
  world.produced.push({ do: 'take', flow, scope });
}

/** Takes out an activation, or the outermost one around it that holds nothing else; the process itself stays. */
function* takeOut(world: World, activation: Activation): Steps {
  let top = activation;
  for (let around = top; around.parent !== 0 && around.live <= 1; around = activationOf(world, around.parent)!)
    top = around;
  yield* takeLeave(world, top);
  clear(world, top);
  if (top.parent === 0) return;
  cancel(world, activationOf(world, top.id)!);
  const body = top.item === undefined ? undefined : activationOf(world, top.parent);
  if (body) record(world, { type: 'looped', activation: body.id, loop: { completed: body.loop!.completed + 1 } });
}

/** Brings in all chunks of the multi-instances that an element lies in. */
function* loadAround(world: World, node: Node): Steps {
  const scopes = new Set<number>();
  for (let at = node.parent; at >= 0; at = world.definition.nodes[at]!.parent) scopes.add(at);
  const missing = () =>
    Object.values(world.state.instance.activations).flatMap(activation =>
      scopes.has(activation.node) ? unloadedChunks(world, activation) : [],
    );
  for (let chunks = missing(); chunks.length > 0; chunks = missing())
    for (const chunk of chunks) yield* loadChunkOf(world, chunk);
}
