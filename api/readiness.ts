/** Whether this server can do its work now: it does not stop, and its database answers and takes writes. */

import { FORMAT } from '../engine/store/documents.js';
import type { Document } from '../engine/store/port.js';
import type { Services } from './services.js';

/** A write is tried at most this often, milliseconds: whoever asks all the time costs no more. */
const PAUSE = 5_000;

/**
 * Answers a function that says why the server is not ready, in a sentence; undefined: it is.
 *
 * @example const reason = await createReadiness(services, draining)();
 */
export function createReadiness({ store, clock }: Pick<Services, 'store' | 'clock'>, draining: AbortSignal) {
  let tried: { at: number; works: Promise<boolean> } | undefined;

  const works = (attempt: Promise<unknown>) =>
    attempt.then(
      () => true,
      error => {
        console.error('the database is not ready:', error);
        return false;
      },
    );

  function takesWrites(): Promise<boolean> {
    const at = clock();
    if (!tried || at - tried.at >= PAUSE) {
      // With the time: a document that has not changed need not be written.
      const probe: Document & { at: number } = { id: 'ready', tenant: '', format: FORMAT, at };
      tried = { at, works: works(store.put('meta', [probe])) };
    }
    return tried.works;
  }

  return async (): Promise<string | undefined> => {
    if (draining.aborted) return 'this server is stopping';
    if (!(await works(store.get('meta', 'ready')))) return 'the database does not answer; the log says why';
    if (!(await takesWrites())) return 'the database takes no writes; the log says why, such as a full disk';
    return undefined;
  };
}
