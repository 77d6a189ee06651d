/** The ways in which a step says no. */

import type { Thrown } from './types.js';

/** An expression, script or flow failed: the command's `onFailure` decides what becomes of it. */
export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    /** As `Incident.type`. */
    readonly type: string,
    message: string,
    readonly node?: number,
    readonly flow?: number,
  ) {
    super(message);
  }
}

/** The text of an expression as messages show it: in one line, a long one cut. */
export function shortened(source: string): string {
  const line = source.replace(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

/** A late or repeated command: the wait is answered, the instance has ended. HTTP 409, or silence for a timer. */
export class StaleCommand extends Error {
  override readonly name = 'StaleCommand';
}

/** A command that makes no sense for this instance: HTTP 400. */
export class BadCommand extends Error {
  override readonly name = 'BadCommand';
}

/** The instance is suspended: the command may come again later. */
export class SuspendedInstance extends BadCommand {}

/** The definition is suspended: nothing of it starts until it is active again. */
export class SuspendedDefinition extends SuspendedInstance {}

/** A script threw a BPMN error: not a failure, it goes the way of error events. */
export class ThrownInScript extends Error {
  override readonly name = 'ThrownInScript';
  constructor(readonly thrown: Thrown) {
    super(thrown.message ?? thrown.code ?? 'BPMN error');
  }
}
