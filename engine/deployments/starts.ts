/** What starts a process by itself: its start events with a trigger, as rows of subscriptions and timers. */

import { asideUntil } from '../aside.js';
import type { Problem } from '../contract.js';
import type { Calendar, LiveScope } from '../core/language.js';
import type { Expression, Node } from '../core/types.js';
import { evaluateJuel } from '../expressions/index.js';
import type { CompiledProcess } from '../model/contract.js';
import { type DefinitionDocument, FORMAT, type JobDocument, type SubscriptionDocument } from '../store/documents.js';
import { jobDefinitionId } from './job-definitions.js';

/** One start event that listens. */
export type Start = { node: Node } & (
  | { kind: 'message' | 'signal' | 'condition'; name: string }
  | { kind: 'timer'; due: number; repeats: number; cycle?: string; retryCycle?: string }
);

/** How a start event of a type listens; throws an Error with a sentence. */
const plans: Record<string, (node: Node, calendar: Calendar, now: number) => Start> = {
  message: (node, _calendar, now) => ({ node, kind: 'message', name: constant(node.event!.name, now) }),
  signal: (node, _calendar, now) => ({ node, kind: 'signal', name: constant(node.event!.name, now) }),
  conditional: node => ({ node, kind: 'condition', name: node.id }),
  timer: (node, calendar, now) => {
    const { kind, value } = node.event!.timer!;
    const text = constant(value, now);
    return {
      node,
      kind: 'timer',
      ...calendar.next(kind, text, now),
      ...(kind === 'cycle' && { cycle: text }),
      ...(node.retryCycle && { retryCycle: constant(node.retryCycle, now) }),
    };
  },
};

/**
 * The start events of a process that listen, and what is wrong with them.
 *
 * @param now epoch milliseconds, from which durations and cycles count
 */
export function planStarts(
  { nodes }: Pick<CompiledProcess, 'nodes'>,
  calendar: Calendar,
  now: number,
): { starts: Start[]; problems: Omit<Problem, 'file'>[] } {
  const starts: Start[] = [];
  const problems: Omit<Problem, 'file'>[] = [];
  for (const node of nodes) {
    if (node.type !== 'startEvent' || node.parent !== 0 || !node.event) continue;
    try {
      starts.push(plans[node.event.type]!(node, calendar, now));
    } catch (error) {
      const { id, name, line } = node;
      problems.push({
        level: 'error',
        element: id,
        ...(name !== undefined && { name }),
        line,
        message: `startEvent '${id}' (line ${line}): ${(error as Error).message}`,
      });
    }
  }
  return { starts, problems };
}

/** A text that needs no instance: before the start there are no variables. */
function constant(expression: Expression | undefined, now: number): string {
  if (!expression) throw new Error('the name is missing');
  const { language, source } = expression;
  if (language === 'literal') return source;
  if (language === 'juel') return String(evaluateJuel(expression, nobody(now)));
  const quoted = /^"([^"\\]*)"$/.exec(source)?.[1];
  if (quoted === undefined)
    throw new Error(`${source} would have to be computed before there is an instance; write a fixed text`);
  return quoted;
}

/** The scope of a process that has not begun: no variables, but `now()`. */
export const nobody = (now: number): LiveScope => ({
  read: () => undefined,
  has: () => false,
  names: () => [],
  write: () => {
    throw new Error('there is no instance yet whose variables could be set');
  },
  execution: {
    id: '',
    processInstanceId: '',
    processDefinitionId: '',
    processDefinitionKey: '',
    processBusinessKey: null,
    currentActivityId: '',
    currentActivityName: null,
    tenantId: null,
    by: null,
    at: now,
  },
});

/** What all rows of start events have; their ids follow from definition and node, so that repetition changes nothing. */
const rowOf = ({ id, tenant, key }: DefinitionDocument, node: Node, createdAt: number) => ({
  id: `${id}~${node.index}`,
  tenant,
  format: FORMAT,
  instance: '',
  root: '',
  definition: id,
  definitionKey: key,
  element: node.id,
  activation: 0,
  createdAt,
  wait: { v: 1, state: 'open' as const },
  rev: 0,
  startEvent: node.index,
});

/** Attempts of a timer start when its model says nothing. */
const ATTEMPTS = 3;

/** The row of a start, and its collection. */
export function startRow(
  document: DefinitionDocument,
  start: Start,
  now: number,
): { collection: 'jobs' | 'subscriptions'; row: JobDocument | SubscriptionDocument } {
  const row = rowOf(document, start.node, now);
  if (start.kind !== 'timer') {
    const { kind, name } = start;
    return { collection: 'subscriptions', row: { ...row, kind, name, hashes: [] } };
  }
  const { due, repeats, cycle, retryCycle } = start;
  return {
    collection: 'jobs',
    row: {
      ...row,
      kind: 'start',
      jobDefinition: jobDefinitionId(document.id, start.node.index, { kind: 'start' }),
      ...(document.state === 'suspended' && { suspended: true, asideUntil: asideUntil({ suspended: true }, now)! }),
      due,
      repeats,
      retries: ATTEMPTS,
      priority: 0,
      ...(cycle !== undefined && { cycle }),
      ...(retryCycle !== undefined && { retryCycle }),
    },
  };
}
