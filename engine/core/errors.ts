/** The ways in which a step says no. */

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

/** A late or repeated command: the wait is answered, the instance has ended. HTTP 409, or silence for a timer. */
export class StaleCommand extends Error {
  override readonly name = 'StaleCommand';
}

/** A command that makes no sense for this instance: HTTP 400. */
export class BadCommand extends Error {
  override readonly name = 'BadCommand';
}
