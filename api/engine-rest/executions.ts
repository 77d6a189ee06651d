/**
 * Executions in the words of Camunda 7, made of activations. The process runs in the execution whose id is the instance's; an
 * activity that is alone in its scope, and is no scope itself, runs in that of the scope; every other one has its own.
 */

import type { Activation, Chunk, Definition, Incident, Instance, Node, Wait } from '../../engine/core/types.js';
import type { Store } from '../../engine/store/port.js';
import { executionId } from './ids.js';

/** An instance with the items of its large multi-instances. */
export interface Whole {
  instance: Instance;
  activations: Record<string, Activation>;
  waits: Record<string, Wait>;
  incidents: Record<string, Incident>;
}

/** Reads what lies in chunks, where there are any. */
export async function wholeOf(store: Store, instance: Instance): Promise<Whole> {
  const { activations, waits, incidents } = instance;
  const isLarge = Object.values(activations).some(({ loop }) => (loop?.chunkSize ?? 0) > 0);
  if (!isLarge) return { instance, activations, waits, incidents };
  const chunks = await store.find<Chunk>('chunks', { filter: { instance: instance.id } });
  return {
    instance,
    activations: Object.assign({}, activations, ...chunks.map(chunk => chunk.activations)),
    waits: Object.assign({}, waits, ...chunks.map(chunk => chunk.waits)),
    incidents: Object.assign({}, incidents, ...chunks.map(chunk => chunk.incidents)),
  };
}

/** Elements that Camunda 7 runs in an execution of their own, whatever hangs on them. */
const scopes = new Set([
  'process',
  'subProcess',
  'transaction',
  'adHocSubProcess',
  'callActivity',
  'intermediateCatchEvent',
  'eventBasedGateway',
]);

const isScope = (node: Node, { loop }: Activation): boolean =>
  scopes.has(node.type) ||
  // One without a message has nothing that hangs on it.
  (node.type === 'receiveTask' && node.event !== undefined) ||
  loop !== undefined ||
  node.attached.length > 0 ||
  node.inputs !== undefined ||
  node.outputs !== undefined;

/** Whether an activity runs in the execution of the scope around it. */
function sharesExecution({ activations }: Whole, { nodes }: Definition, activation: Activation): boolean {
  const parent = activations[activation.parent];
  return parent !== undefined && parent.live <= 1 && !isScope(nodes[activation.node]!, activation);
}

/** The activation whose execution an activation runs in; undefined where that is not open. */
export function runsIn(whole: Whole, definition: Definition, number: number): Activation | undefined {
  let at = whole.activations[number];
  while (at && at.id > 1 && sharesExecution(whole, definition, at)) at = whole.activations[at.parent];
  return at;
}

/** The id of the execution that an activation runs in. */
export const executionOf = (whole: Whole, definition: Definition, number: number): string =>
  executionId(whole.instance.id, runsIn(whole, definition, number)?.id ?? 1);

/** Number of each activation that is open → the numbers of all that run in the same execution, itself among them. */
export function togetherIn(whole: Whole, definition: Definition): Map<number, number[]> {
  const groups = new Map<Activation, number[]>();
  const together = new Map<number, number[]>();
  for (const { id } of Object.values(whole.activations)) {
    const owner = runsIn(whole, definition, id)!;
    const group = groups.get(owner) ?? [];
    groups.set(owner, group);
    group.push(id);
    together.set(id, group);
  }
  return together;
}

/** The innermost activation that runs in an execution: what is waited for there. */
export function activationIn(whole: Whole, definition: Definition, number: number): Activation | undefined {
  const own = whole.activations[number];
  const inside = Object.values(whole.activations).find(({ parent }) => parent === number);
  if (!own || !inside || !sharesExecution(whole, definition, inside)) return own;
  return activationIn(whole, definition, inside.id);
}

/** All activations that have an execution of their own. */
export const executionsOf = (whole: Whole, definition: Definition): Activation[] =>
  Object.values(whole.activations).filter(
    activation => activation.id === 1 || !sharesExecution(whole, definition, activation),
  );
