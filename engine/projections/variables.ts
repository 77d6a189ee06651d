/** Folds history into variables: one document per name and activation, with its newest value. Pure. */

import type { Json, Variables } from '../core/types.js';
import { FORMAT, type HistoryDocument, type VariableDocument } from '../store/documents.js';
import { activityId } from './activities.js';

/** `instance~activation~name`. */
export const variableId = (instance: string, activation: number, name: string) =>
  `${activityId(instance, activation)}~${name}`;

/** Every assignment and removal of a history document, in order; `value` undefined removes. */
export function* assignments(
  history: HistoryDocument,
): Generator<{ activation: number; name: string; value: Json | undefined; at: number }> {
  function* each(activation: number, variables: Variables | undefined, at: number) {
    for (const [name, value] of Object.entries(variables ?? {})) yield { activation, name, value, at };
  }
  for (const event of history.events) {
    if (event.type === 'entered' || event.type === 'set') yield* each(event.activation, event.variables, event.at);
    else if (event.type === 'unset') {
      for (const name of event.names) yield { activation: event.activation, name, value: undefined, at: event.at };
    }
  }
}

/**
 * The variables that a history document changed, as they are after it. One that was folded before changes nothing.
 * `elementOf` names the element of an activation.
 */
export function foldVariables(
  history: HistoryDocument,
  before: (id: string) => VariableDocument | undefined,
  elementOf: (activation: number) => string,
): VariableDocument[] {
  const changed = new Map<string, VariableDocument>();
  for (const { activation, name, value, at } of assignments(history)) {
    const id = variableId(history.instance, activation, name);
    const stored = before(id);
    if (stored && stored.seq >= history.seq) continue;
    const { removed: _, ...last } = changed.get(id) ??
      stored ?? {
        id,
        tenant: history.tenant,
        format: FORMAT,
        instance: history.instance,
        activation,
        element: elementOf(activation),
        name,
        revision: 0,
      };
    changed.set(id, {
      ...last,
      value: value ?? null,
      at,
      revision: last.revision + 1,
      seq: history.seq,
      ...(value === undefined && { removed: true as const }),
    });
  }
  return [...changed.values()];
}
