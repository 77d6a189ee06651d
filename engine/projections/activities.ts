/** Folds history into activities: one document per visit of a node. Pure. */

import type { Definition, Node, RecordedEvent, Wait } from '../core/types.js';
import { childId } from '../ids.js';
import { type ActivityDocument, FORMAT, type HistoryDocument } from '../store/documents.js';

/** The activities of one instance as they are before the history that is folded. */
export interface ActivitiesBefore {
  at(activation: number): ActivityDocument | undefined;
  /** The one whose work the wait is. */
  waitingFor(wait: string): ActivityDocument | undefined;
}

/** `instance~activation`: the id of an activity, and the head of its variables' ids. */
export const activityId = (instance: string, activation: number) => `${instance}~${activation}`;

/** The body of a multi-instance holds its items; for whoever counts tokens it is no visit of its own. */
const elementTypeOf = (node: Node, item: number | undefined) =>
  node.loop !== undefined && item === undefined ? 'multiInstanceBody' : node.type;

/** What is looked up by the kind of a wait: its task, or the instance that it called. */
const aboutWait = ({ id, kind }: Wait): Pick<ActivityDocument, 'task' | 'called'> => {
  if (kind === 'task') return { task: id };
  return kind === 'child' ? { called: childId(id) } : {};
};

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
  const byWait = new Map<string, number>();

  const at = (activation: number) => changed.get(activation) ?? before.at(activation);
  const change = (activation: number, fields: Partial<ActivityDocument>) => {
    const own = changed.get(activation);
    if (own) {
      Object.assign(own, fields);
      return;
    }
    const stored = before.at(activation);
    if (stored && stored.seq < history.seq)
      changed.set(activation, Object.assign({}, stored, fields, { seq: history.seq }));
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
      startedAt: event.at,
      state: 'active',
      parent: event.parent,
      seq: history.seq,
      ...(node.event && { event: node.event.type }),
      ...(node.name !== undefined && { name: node.name }),
      ...(event.item !== undefined && { item: event.item }),
    });
  };
  for (const event of history.events) {
    if (event.type === 'entered') {
      if (!before.at(event.activation)) enter(event);
    } else if (event.type === 'waiting') {
      const { activation, node, id } = event.wait;
      // The wait of a boundary event hangs on the activity, but is not what the activity is about.
      if (definition.nodes[node]?.id !== at(activation)?.element) continue;
      change(activation, { wait: id, ...aboutWait(event.wait) });
      byWait.set(id, activation);
    } else if (event.type === 'answered') {
      const activation = byWait.get(event.wait) ?? before.waitingFor(event.wait)?.activation;
      if (activation !== undefined && event.by !== undefined) change(activation, { answeredBy: event.by });
    } else if (event.type === 'left') {
      const activity = at(event.activation);
      if (!activity) continue;
      end(activity, event.cancelled ? 'cancelled' : 'completed', event.at);
      if (event.tokens === 0 && !event.cancelled) change(activity.activation, { endsPath: true });
    }
  }
  return [...changed.values()];
}
