/** What happens to whole scopes: cancelling what is inside, and finding who catches what is thrown. */

import { outwards } from './scope.js';
import { chunkKey } from './state.js';
import type { Activation, Move, Node, Thrown, Variables, Wait } from './types.js';
import { activationOf, nodeOf, record, send, type World } from './world.js';

/** Closes the open waits of an activation (or those for which `concerns` holds), and the incidents that are about it. */
export function dropWaits(world: World, activation: Activation, concerns: (wait: Wait) => boolean = () => true): void {
  const { instance } = world.state;
  for (const id of activation.waits ?? []) {
    const wait = instance.waits[id]!;
    if (!concerns(wait)) continue;
    record(world, { type: 'dropped', wait: id });
    if (wait.kind === 'child' && !keepsChildren(world)) send(world, { do: 'cancelChild', child: id });
  }
  resolveIncidents(world, incident => incident.activation === activation.id);
}

/** Called processes go on although their caller is cancelled: the command says so. */
const keepsChildren = ({ command }: World) => command.do === 'cancel' && command.keepChildren === true;

/** Resolves the incidents for which `about` holds. */
export function resolveIncidents(
  world: World,
  about: (incident: { activation: number; wait?: string }) => boolean,
): void {
  for (const incident of Object.values(world.state.instance.incidents)) {
    if (about(incident)) record(world, { type: 'resolved', incident: incident.id, by: world.command.by });
  }
}

/** Cancels everything inside an activation; itself stays, with its own waits. */
export function clear(world: World, scope: Activation): void {
  const inside = scope.live > 0 ? descendants(world, scope) : [];
  const chunked = [scope, ...inside].flatMap(activation => unloadedChunks(world, activation));
  for (const activation of inside.reverse()) cancel(world, activation);
  resolveIncidents(world, incident => incident.activation === scope.id);
  record(world, { type: 'cleared', activation: scope.id });
  const isInside = (move: Move) => move.do === 'open' || move.do === 'childLeft' || 'scope' in move;
  world.stack = world.stack.filter(move => !isOver(world, move) && !(placeOf(move) === scope.id && isInside(move)));
  if (chunked.length > 0) send(world, { do: 'sweep', chunks: chunked });
}

/** The activation that a move is about. */
export const placeOf = (move: Move): number => ('activation' in move ? move.activation : move.scope);

/** Whether what a move is about has been cancelled; what lies in a chunk that is not loaded goes with its multi-instance. */
export function isOver(world: World, move: Move): boolean {
  const isUnloaded = move.chunk !== undefined && !world.state.chunks.has(move.chunk);
  if (isUnloaded) return !activationOf(world, Number.parseInt(move.chunk!, 10))?.loop;
  return !isOpen(world, placeOf(move));
}

/** Whether an activation is there, in open scopes up to the process; an item needs its multi-instance to go on. */
export function isOpen(world: World, id: number): boolean {
  let isItem = false;
  for (let at = id; at !== 0; ) {
    const activation = activationOf(world, at);
    if (!activation || (isItem && !activation.loop)) return false;
    isItem = activation.item !== undefined;
    at = activation.parent;
  }
  return true;
}

/** Takes one activation out, cancelled. */
export function cancel(world: World, activation: Activation, tokens = 0): void {
  dropWaits(world, activation);
  record(world, { type: 'left', activation: activation.id, tokens, cancelled: true });
}

/** Makes room for an interrupting listener: everything in its scope goes, or the activity that it is attached to. */
export function interrupt(world: World, host: Activation, listener: Node): void {
  clear(world, host);
  // Its other event sub-processes cannot begin any more; boundary events around it still can.
  if (listener.parent === host.node)
    dropWaits(world, host, wait => world.definition.nodes[wait.node]!.parent === host.node);
  else cancel(world, activationOf(world, host.id)!, 1);
}

/** All activations inside, outer ones first. */
export function descendants(world: World, scope: Activation): Activation[] {
  const children = new Map<number, Activation[]>();
  for (const activation of Object.values(world.state.instance.activations)) {
    const siblings = children.get(activation.parent);
    if (siblings) siblings.push(activation);
    else children.set(activation.parent, [activation]);
  }
  const found: Activation[] = [];
  const open = [scope.id];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const child of children.get(id) ?? []) {
      found.push(child);
      open.push(child.id);
    }
  }
  return found;
}

/** Keys of the chunks of a multi-instance body that lie in the store only: with open items, or with results. */
export function unloadedChunks(world: World, body: Activation): string[] {
  const { loop, live } = body;
  if (!loop?.chunkSize || (live === 0 && !nodeOf(world, body).loop?.outputCollection)) return [];
  const count = Math.ceil(loop.opened / loop.chunkSize);
  const keys = Array.from({ length: count }, (_, number) => chunkKey(body, number));
  return keys.filter(key => !world.state.chunks.has(key));
}

/** Who catches: the activation that the catcher is attached to, and the catching node. */
export interface Catcher {
  host: Activation;
  node: Node;
}

/**
 * Searches outwards for the boundary event or event sub-process that catches (BPMN 2.0.2, 10.5.1 and 10.5.7). Event
 * sub-processes of a scope come before the boundary events around it; one does not catch what is thrown inside itself.
 */
export function findCatcher(world: World, from: Activation, thrown: Thrown): Catcher | undefined {
  let inner = -1;
  for (const host of outwards(world, from)) {
    const candidates = attachedNodes(world, host).filter(
      ({ index, event }) =>
        index !== inner && event?.type === thrown.type && (event.code === undefined || event.code === thrown.code),
    );
    const inside = candidates.filter(({ parent }) => parent === host.node);
    const node = mostSpecific(inside) ?? mostSpecific(candidates);
    if (node) return { host, node };
    inner = host.node;
  }
  return undefined;
}

/** One that names the code comes before one that catches all. */
const mostSpecific = (candidates: Node[]): Node | undefined =>
  candidates.find(({ event }) => event?.code !== undefined) ?? candidates[0];

/** Event sub-processes listen inside a scope, also of one item; boundary events on the activity as a whole. */
export function attachedNodes(world: World, activation: Activation): Node[] {
  const node = nodeOf(world, activation);
  if (node.attached.length === 0) return [];
  const isBody = activation.loop !== undefined || (node.loop !== undefined && activation.item === undefined);
  return node.attached
    .map(index => world.definition.nodes[index]!)
    .filter(attached => (attached.parent === node.index ? !isBody : activation.item === undefined));
}

/** The variables that a catcher hands on: its code and message variables, and what was thrown with it. */
export function caughtVariables({ event }: Node, thrown: Thrown): Variables {
  return {
    ...thrown.variables,
    ...(event?.codeVariable && { [event.codeVariable]: thrown.code ?? null }),
    ...(event?.messageVariable && { [event.messageVariable]: thrown.message ?? null }),
  };
}
