/** Checks the texts of a compiled process: expressions, literal times and the names of variables. */

import type { Calendar } from '../core/language.js';
import { wrongTimeToLive } from '../core/removal.js';
import type { Expression, Flow, Node } from '../core/types.js';
import { type Inspection, isEventSubProcess } from './validate.js';

/** What validation is handed: it knows neither calendar nor languages itself. */
export interface Checks {
  /** Reads literal times; throws with a sentence. */
  calendar?: Calendar;
  /** What is wrong with an expression, in one sentence. */
  expression?(expression: Expression): Promise<string | undefined>;
  /** What is wrong with a retry cycle, by throwing. */
  retries?(text: string): unknown;
}

/** Names that would reach into the machine instead of naming a variable. */
const reserved = new Set(['__proto__', 'constructor', 'prototype']);

/** Every expression, literal time and variable name of the process. */
export async function checkTexts(cx: Inspection): Promise<void> {
  for (const of of [...cx.process.nodes, ...cx.process.flows]) {
    for (const expression of expressionsIn(of)) {
      if (expression.language === 'literal') continue;
      const wrong = await cx.checks.expression?.(expression);
      if (wrong) cx.error({ ...of, line: expression.line }, wrong.replace(/^line \d+: /, ''));
    }
    for (const name of variableNamesIn(of)) if (reserved.has(name)) cx.error(of, `"${name}" is no name for a variable`);
    if ('type' in of && !isEventSubProcess(of)) checkTimes(of, cx);
  }
  checkTimeToLive(cx);
}

function checkTimeToLive({ process, checks: { calendar }, error }: Inspection): void {
  const { historyTimeToLive, nodes } = process;
  const wrong = historyTimeToLive !== undefined && calendar && wrongTimeToLive(historyTimeToLive, calendar);
  if (wrong) error(nodes[0]!, wrong);
}

function checkTimes(node: Node, cx: Inspection): void {
  const timer = node.event?.timer;
  const attempt = (line: number, read: () => unknown) => {
    try {
      read();
    } catch (error) {
      cx.error({ ...node, line }, (error as Error).message);
    }
  };
  const { calendar, retries } = cx.checks;
  if (timer?.value.language === 'literal')
    attempt(timer.value.line, () => calendar?.next(timer.kind, timer.value.source, 0));
  if (node.retryCycle?.language === 'literal') attempt(node.retryCycle.line, () => retries?.(node.retryCycle!.source));
}

/** Expressions of a node or flow, wherever they stand; its event sub-process's event is its start event's. */
function expressionsIn(of: Node | Flow): Expression[] {
  const found: Expression[] = [];
  const rest: unknown[] = Object.entries(of)
    .filter(([name]) => !(name === 'event' && 'type' in of && isEventSubProcess(of)))
    .map(([, value]) => value);
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value !== 'object' || value === null) continue;
    if ('language' in value && 'source' in value) found.push(value as Expression);
    else rest.push(...Object.values(value));
  }
  return found;
}

function variableNamesIn(of: Node | Flow): string[] {
  if (!('type' in of)) return [];
  const { inputs = [], outputs = [], call, loop, script, job, initiator, event } = of;
  return [
    ...[...inputs, ...outputs, ...(call?.in ?? []), ...(call?.out ?? []), ...(event?.payload ?? [])].map(
      ({ target }) => target,
    ),
    ...[loop?.elementVariable, loop?.elementIndexVariable, loop?.outputCollection, script?.resultVariable],
    ...[job?.resultVariable, initiator, event?.codeVariable, event?.messageVariable],
  ].filter(name => name !== undefined);
}
