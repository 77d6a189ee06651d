/** Logs what a person did that is no commit of an instance: deploying, suspending a definition, tasks without a process. */

import { FORMAT, type OperationDocument } from './store/documents.js';
import type { Document, Store } from './store/port.js';

/** What was done, and to what; `by` absent: nobody, so nothing is logged. */
export type Operation = Omit<OperationDocument, keyof Document | 'operation' | 'at' | 'by' | 'seq' | 'annotation'> & {
  /** Names the operation: the same id is logged once. */
  id: string;
  tenant: string;
  at: number;
  by: string | undefined;
};

/**
 * Adds an operation to the log.
 *
 * @example await logOperation(store, { id: `${deployment}:created`, type: 'Create', entity: 'Deployment', … });
 */
export async function logOperation(store: Store, { by, ...operation }: Operation): Promise<void> {
  if (by === undefined) return;
  const entry: OperationDocument = { ...operation, by, format: FORMAT, operation: operation.id, seq: 1 };
  await store.put('operations', [entry], 'seq');
}
