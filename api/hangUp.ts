/** One signal per request: whoever asked is gone, or the server drains. */

import type { Response } from 'express';

/**
 * Makes the signals of requests. Two of Node's signals joined by `AbortSignal.any` cost each request more than its routing.
 *
 * @example
 * const hungUp = createHangUp(draining);
 * const signal = hungUp(response);
 */
export function createHangUp(draining: AbortSignal): (response: Response) => AbortSignal {
  const open = new Set<AbortController>();
  draining.addEventListener('abort', () => {
    for (const controller of open) controller.abort();
  });
  return response => {
    const controller = new AbortController();
    if (draining.aborted || response.destroyed) controller.abort();
    open.add(controller);
    response.on('close', () => {
      open.delete(controller);
      if (!response.writableFinished) controller.abort();
    });
    return controller.signal;
  };
}
