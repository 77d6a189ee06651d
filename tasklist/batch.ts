/** Several tasks at once: each gets its own answer, and one that fails stops none of the others. */

import type { Reader } from '../engine/contract.js';
import type { Variables } from '../engine/core/types.js';
import type { TaskView } from './views.js';

/** What a batch does with each of its tasks. */
export type BatchAction =
  | { action: 'claim' | 'unclaim' }
  | { action: 'assign'; assignee: string | null }
  | { action: 'delegate'; to: string }
  | { action: 'complete'; variables?: Variables }
  | { action: 'change'; due?: number | null; followUp?: number | null; priority?: number };

export type BatchResult = { id: string; ok: true; task: TaskView } | { id: string; ok: false; error: Error };

/** Batch action → what it does with one task. */
type BatchActions = {
  [A in BatchAction['action']]: (
    reader: Reader,
    id: string,
    what: Extract<BatchAction, { action: A }>,
  ) => Promise<TaskView>;
};

export function createBatch(actions: BatchActions) {
  return async (reader: Reader, ids: string[], what: BatchAction): Promise<BatchResult[]> => {
    const run = actions[what.action] as (reader: Reader, id: string, what: BatchAction) => Promise<TaskView>;
    const results: BatchResult[] = [];
    for (const id of ids) {
      try {
        results.push({ id, ok: true, task: await run(reader, id, what) });
      } catch (error) {
        results.push({ id, ok: false, error: error as Error });
      }
    }
    return results;
  };
}
