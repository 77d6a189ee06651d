/** The ways in which the engine says no to whoever asks it for something. */

import type { Problem } from './contract.js';
import type { Json } from './core/types.js';

/** Nothing there, or not for the asker: HTTP 404. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** The deployment has errors: HTTP 422 with all of them; the message tells the first three. */
export class DeploymentRefused extends Error {
  override readonly name = 'DeploymentRefused';
  constructor(readonly problems: Problem[]) {
    const errors = problems.filter(problem => problem.level === 'error');
    const told = errors.slice(0, 3).map(({ file, message }) => `${file}: ${message}`);
    super([...told, ...(errors.length > 3 ? [`and ${errors.length - 3} more`] : [])].join('\n'));
  }
}

/** A command with `refuse` or `retry` failed; nothing was kept. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    message: string,
    /** As `Incident.type`. */
    readonly type: string,
    /** Element id. */
    readonly element?: string,
  ) {
    super(message);
  }
}

/** Others kept committing first, for five seconds: HTTP 503. */
export class Busy extends Error {
  override readonly name = 'Busy';
}

/** An idempotency key, or the id of a message, was used for another one within a day: HTTP 422. */
export class KeyReused extends Error {
  override readonly name = 'KeyReused';
}

/** The business key is taken, or a uniqueness rule is broken: HTTP 409. */
export class DuplicateKey extends Error {
  override readonly name = 'DuplicateKey';
  constructor(
    message: string,
    readonly details: Record<string, Json> = {},
  ) {
    super(message);
  }
}
