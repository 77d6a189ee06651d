/** Folds history into variables: one document per name and activation, with its newest value; and each assignment. Pure. */

import { variableHash } from '../commit.js';
import type { Definition, Json, RecordedEvent, Variables } from '../core/types.js';
import { type DetailDocument, FORMAT, type HistoryDocument, type VariableDocument } from '../store/documents.js';
import { activityId } from './activities.js';

/** `instance~activation~name`. */
export const variableId = (instance: string, activation: number, name: string) =>
  `${activityId(instance, activation)}~${name}`;

interface Assignment {
  activation: number;
  name: string;
  /** Undefined removes. */
  value: Json | undefined;
  at: number;
  initial: boolean;
}

/** Every assignment and removal of a history document, in order. */
export function* assignments(history: HistoryDocument): Generator<Assignment> {
  let initial = false;
  function* each(event: Extract<RecordedEvent, { activation: number; at: number }>, variables: Variables | undefined) {
    const { activation, at } = event;
    for (const [name, value] of Object.entries(variables ?? {})) yield { activation, name, value, at, initial };
  }
  for (const event of history.events) {
    if (event.type === 'entered') {
      initial = event.activation === 1;
      yield* each(event, event.variables);
      initial = false;
    } else if (event.type === 'set') yield* each(event, event.variables);
    else if (event.type === 'unset') {
      for (const name of event.names) {
        yield { activation: event.activation, name, value: undefined, at: event.at, initial };
      }
    }
  }
}

/** Where an activation is: the id of its element, and its user task if it is one. */
export interface Place {
  element: string;
  task?: string;
}

/**
 * The variables that a history document changed, as they are after it, and each assignment. One that was folded before
 * changes nothing.
 */
export function foldVariables(
  history: HistoryDocument,
  definition: Definition,
  before: (id: string) => VariableDocument | undefined,
  placeOf: (activation: number) => Place,
): { variables: VariableDocument[]; details: DetailDocument[] } {
  const changed = new Map<string, VariableDocument>();
  const details: DetailDocument[] = [];
  const { instance, tenant, seq } = history;
  const common = { tenant, format: FORMAT, instance, definition: definition.id, definitionKey: definition.key, seq };
  for (const { activation, name, value = null, at, initial, removed } of told(history)) {
    const id = variableId(instance, activation, name);
    const stored = before(id);
    if (stored && stored.seq >= seq) continue;
    const last = changed.get(id) ?? stored;
    const place = placeOf(activation);
    const revision = (last?.revision ?? 0) + 1;
    const same = { activation, name, value, revision, at, ...common, ...place };
    changed.set(id, {
      id,
      createdAt: last && !last.removed ? last.createdAt : at,
      ...(removed ? { removed } : hashed(name, value)),
      ...same,
    });
    details.push({
      id: `${history.id}.${details.length}`,
      variable: id,
      ...(initial && { initial }),
      ...(history.by !== undefined && { operation: history.id }),
      ...same,
    });
  }
  return { variables: [...changed.values()], details };
}

/** What a form brought, field by field; `taskOf`: the activity whose work a wait is. */
export function foldFields(
  history: HistoryDocument,
  definition: Definition,
  at: (wait: string) => (Place & { activation: number }) | undefined,
): DetailDocument[] {
  if (!history.form) return [];
  const submitted = history.events.flatMap(event => {
    if (event.type === 'answered' && event.variables) return [{ ...at(event.wait), variables: event.variables }];
    if (event.type !== 'entered' || event.activation !== 1 || history.did !== 'start') return [];
    return [{ activation: 1, element: definition.key, variables: event.variables ?? {} }];
  });
  const { instance, tenant, seq, by } = history;
  const fields = submitted.flatMap(({ variables, activation = 1, element = definition.key, task }) =>
    Object.entries(variables).map(([name, value]) => ({ activation, element, ...(task && { task }), name, value })),
  );
  return fields.map((field, index) => ({
    ...{ id: `${history.id}.field.${index}`, tenant, format: FORMAT, instance, seq, at: history.at },
    ...{ definition: definition.id, definitionKey: definition.key, ...field },
    ...(by !== undefined && { operation: history.id }),
  }));
}

/** The assignments, with flags only where they are so. */
function* told(history: HistoryDocument) {
  for (const { initial, value, ...assignment } of assignments(history)) {
    yield {
      value,
      initial: initial ? (true as const) : undefined,
      removed: value === undefined ? (true as const) : undefined,
      ...assignment,
    };
  }
}

const hashed = (name: string, value: Json) =>
  typeof value === 'object' && value !== null ? {} : { hash: variableHash(name, value) };
