/** Folds history into activities: one document per visit of a node. Pure. */

import type { Definition, Node, RecordedEvent } from '../core/types.js';
import { type ActivityDocument, FORMAT, type HistoryDocument } from '../store/documents.js';

/** The activities of one instance as they are before the history that is folded. */
export interface ActivitiesBefore {
  at(activation: number): ActivityDocument | undefined;
  /** The one whose work the wait is. */
  waitingFor(wait: string): ActivityDocument | undefined;
  /** Those still active: of the whole instance, or directly inside an activation. */
  active(parent?: number): ActivityDocument[];
}

/** `instance~activation`: the id of an activity, and the head of its variables' ids. */
export const activityId = (instance: string, activation: number) => `${instance}~${activation}`;

/** The body of a multi-instance holds its items; for whoever counts tokens it is no visit of its own. */
const elementTypeOf = (node: Node, item: number | undefined) =>
  node.loop !== undefined && item === undefined ? 'multiInstanceBody' : node.type;

/**
 * The activities that a history document changed, as they are after it. One that was folded before changes nothing.
 *
 *     foldActivities(history, definition, before).filter(activity => activity.state === 'completed')
 */
export function foldActivities(
  history: HistoryDocument,
  definition: Definition,
  before: ActivitiesBefore,
): ActivityDocument[] {
  const changed = new Map<number, ActivityDocument>();
  const enteredInside = new Map<number, number[]>();
  const byWait = new Map<string, number>();

  const at = (activation: number) => changed.get(activation) ?? before.at(activation);
  const change = (activation: number, fields: Partial<ActivityDocument>) => {
    const own = changed.get(activation);
    if (own) {
      Object.assign(own, fields);
      return;
    }
    const stored = before.at(activation);
    if (stored && stored.seq < history.seq) changed.set(activation, { ...stored, ...fields, seq: history.seq });
  };
  const end = (activity: ActivityDocument, state: 'completed' | 'cancelled', when: number) =>
    change(activity.activation, { state, endedAt: when, duration: Math.max(0, when - activity.startedAt) });
  const enter = (event: Extract<RecordedEvent, { type: 'entered' }>) => {
    const node = definition.nodes[event.node]!;
    changed.set(event.activation, {
      id: activityId(history.instance, event.activation),
      tenant: history.tenant,
      format: FORMAT,
      instance: history.instance,
      definition: definition.id,
      definitionKey: definition.key,
      activation: event.activation,
      element: node.id,
      elementType: elementTypeOf(node, event.item),
      ...(node.name !== undefined && { name: node.name }),
      startedAt: event.at,
      state: 'active',
      parent: event.parent,
      ...(event.item !== undefined && { item: event.item }),
      seq: history.seq,
    });
    enteredInside.set(event.parent, [...(enteredInside.get(event.parent) ?? []), event.activation]);
  };
  const stillActive = (activations: Iterable<number>) =>
    [...new Set(activations)].map(activation => at(activation)!).filter(activity => activity.state === 'active');
  /** What was inside an activation when it was left did not complete. */
  const cancelInside = (parent: number, when: number) => {
    const stored = before.active(parent).map(activity => activity.activation);
    for (const activity of stillActive([...stored, ...(enteredInside.get(parent) ?? [])])) {
      cancelInside(activity.activation, when);
      end(activity, 'cancelled', when);
    }
  };

  for (const event of history.events) {
    if (event.type === 'entered') {
      if (!before.at(event.activation)) enter(event);
    } else if (event.type === 'waiting') {
      const { activation, node, id } = event.wait;
      // The wait of a boundary event hangs on the activity, but is not what the activity is about.
      if (definition.nodes[node]?.id !== at(activation)?.element) continue;
      change(activation, { wait: id });
      byWait.set(id, activation);
    } else if (event.type === 'answered') {
      const activation = byWait.get(event.wait) ?? before.waitingFor(event.wait)?.activation;
      if (activation !== undefined && event.by !== undefined) change(activation, { answeredBy: event.by });
    } else if (event.type === 'left') {
      // Also inside one that a torn batch has ended already: what it held may still be active.
      cancelInside(event.activation, event.at);
      const activity = at(event.activation);
      if (activity?.state === 'active') end(activity, event.cancelled ? 'cancelled' : 'completed', event.at);
    } else if (event.type === 'ended') {
      const stored = before.active().map(activity => activity.activation);
      for (const activity of stillActive([...stored, ...changed.keys()])) {
        const whole = activity.activation === 1 && event.state === 'completed';
        end(activity, whole ? 'completed' : 'cancelled', event.at);
      }
    }
  }
  return [...changed.values()];
}
