/** Finds what an operation names, or says that it is not there. */

import { NotFound } from '../contract.js';
import { definitionOfJobDefinition, type JobDefinition, jobDefinitionsOf } from '../deployments/job-definitions.js';
import type { Deployments } from '../deployments.js';
import type { DefinitionDocument } from '../store/documents.js';
import type { Filter, Store } from '../store/port.js';

/** Throws NotFound with this sentence where there is none. */
export async function definitionsWhere(store: Store, filter: Filter, missing: string): Promise<DefinitionDocument[]> {
  const found = await store.find<DefinitionDocument>('definitions', { filter, sort: { version: 1 } });
  if (found.length === 0) throw new NotFound(missing);
  return found;
}

/** The job definition with the definition that it is a part of. Throws NotFound. */
export async function jobDefinitionOf(
  deployments: Deployments,
  id: string,
): Promise<JobDefinition & { definition: string }> {
  const definition = definitionOfJobDefinition(id);
  const known = await deployments.definition(definition).then(jobDefinitionsOf, () => []);
  const found = known.find(candidate => candidate.id === id);
  if (!found) throw new NotFound(`there is no job definition '${id}'`);
  return { ...found, definition };
}
