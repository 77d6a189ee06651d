/** The ways in which the job service says no, and what a worker throws. */

import type { Variables } from '../core/types.js';

/** The job is not (or no longer) locked by the one who answers it: HTTP 409, with who has it. */
export class LockLost extends Error {
  override readonly name = 'LockLost';
  constructor(
    message: string,
    /** Worker that holds the lock now; absent: nobody. */
    readonly by?: string,
    /** Epoch milliseconds (UTC) until when. */
    readonly until?: number,
  ) {
    super(message);
  }
}

/** The job was changed since it was read: HTTP 412. */
export class JobChanged extends Error {
  override readonly name = 'JobChanged';
}

/** As many requests are parked as may be, of one client or in all: HTTP 429. */
export class TooManyParked extends Error {
  override readonly name = 'TooManyParked';
}

/**
 * A worker throws it where the model is to catch an error (boundary event, event sub-process) by its code.
 *
 * @example
 * jobs.worker('charge', async job => {
 *   if (job.variables.amount > 1000) throw new BpmnError('CARD_DECLINED', 'the card says no');
 * });
 */
export class BpmnError extends Error {
  override readonly name = 'BpmnError';
  constructor(
    readonly code: string,
    message = '',
    readonly variables: Variables = {},
  ) {
    super(message);
  }
}
