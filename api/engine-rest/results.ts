/** What a process has come to: its variables after a command, also when it has ended by that. */

import type { Instance, TypeHints, Variables } from '../../engine/core/types.js';
import type { VariableDocument } from '../../engine/store/documents.js';
import type { Services } from '../services.js';

/** The variables of the process itself, as they are now or were at its end. */
export async function variablesAfter(
  { store, engine }: Pick<Services, 'store' | 'engine'>,
  id: string,
): Promise<{ variables: Variables; types?: TypeHints | undefined }> {
  const instance = await store.get<Instance>('instances', id);
  if (!instance) return { variables: {} };
  const { types, endedAt, activations } = instance;
  if (endedAt === undefined) return { variables: activations[1]?.variables ?? {}, types };
  await engine.projector.caughtUp(id);
  const found = await store.find<VariableDocument>('variables', { filter: { instance: id, activation: 1 } });
  const left = found.filter(({ removed }) => !removed);
  return { variables: Object.fromEntries(left.map(({ name, value }) => [name, value])), types };
}
