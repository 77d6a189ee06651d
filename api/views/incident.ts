/** Incidents as the API shows them, from the folded documents. */

import type { z } from 'zod';
import type { Engine } from '../../engine/contract.js';
import type { Instance } from '../../engine/core/types.js';
import type { IncidentDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { maybeTime, tenantOut, time } from '../schemas.js';
import type { IncidentView } from './instance.js';

/** Views of documents: names come from the diagram, business keys from the instances. */
export async function foldedViews(
  { engine, store }: { engine: Pick<Engine, 'definition'>; store: Pick<Store, 'getMany'> },
  documents: IncidentDocument[],
): Promise<z.infer<typeof IncidentView>[]> {
  const instances = await store.getMany<Instance>('instances', [...new Set(documents.map(({ instance }) => instance))]);
  const keys = new Map(instances.map(({ id, businessKey }) => [id, businessKey]));
  const view = async (document: IncidentDocument): Promise<z.infer<typeof IncidentView>> => {
    const { id, instance, definition, element, type, message, at, state, resolvedAt, resolvedBy } = document;
    const { nodes } = await engine.definition(definition);
    const node = nodes.find(node => node.id === element);
    return {
      id,
      instance,
      definition,
      key: document.definitionKey,
      tenant: tenantOut(document.tenant),
      businessKey: keys.get(instance),
      element,
      elementType: node?.type,
      name: node?.name,
      type,
      message,
      at: time(at),
      state,
      resolvedAt: maybeTime(resolvedAt),
      resolvedBy,
    };
  };
  return Promise.all(documents.map(view));
}
