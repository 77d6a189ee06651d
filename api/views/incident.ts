/** Incidents as the API shows them, from the folded documents. */

import type { z } from 'zod';
import type { Engine } from '../../engine/contract.js';
import type { IncidentDocument } from '../../engine/store/documents.js';
import { maybeTime, time } from '../schemas.js';
import type { IncidentView } from './instance.js';

/** Answers the function that makes a view of a document; names come from the diagram. */
export const folded =
  (engine: Pick<Engine, 'definition'>) =>
  async (document: IncidentDocument): Promise<z.infer<typeof IncidentView>> => {
    const { id, instance, definition, definitionKey, element, type, message, at, state, resolvedAt, resolvedBy } =
      document;
    const { nodes } = await engine.definition(definition);
    return {
      id,
      instance,
      definition,
      key: definitionKey,
      element,
      name: nodes.find(node => node.id === element)?.name,
      type,
      message,
      at: time(at),
      state,
      resolvedAt: maybeTime(resolvedAt),
      resolvedBy,
    };
  };
