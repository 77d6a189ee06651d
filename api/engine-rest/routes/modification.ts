/** Modification of many instances of a definition at once, in the order of the instances. */

import { z } from 'zod';
import { Id } from '../../schemas.js';
import type { Services } from '../../services.js';
import { definitionFor, demandOnInstance } from '../access.js';
import { invalid } from '../errors.js';
import { wholeOf } from '../executions.js';
import { chosenBy, chosenInstances } from '../instances.js';
import { InstructionIn, readInstructions } from '../instructions.js';
import { type Operation, operation } from '../operation.js';
import { LongText, members } from '../schemas.js';

const Modification = members({
  processDefinitionId: Id.optional(),
  instructions: z.array(InstructionIn).max(1000).optional(),
  skipCustomListeners: z.boolean().optional(),
  skipIoMappings: z.boolean().optional(),
  annotation: LongText.optional(),
  ...chosenBy,
});

export function modificationOperations(services: Services): Operation[] {
  const { store, engine, clock, settings } = services;
  return [
    operation({ method: 'post', path: '/modification/execute', body: Modification }, async ({ body, person }) => {
      const { processDefinitionId, instructions = [] } = body;
      if (processDefinitionId === undefined) throw invalid('processDefinitionId is null');
      if (instructions.length === 0) throw invalid('executionInstructions is empty');
      const definition = await definitionFor(store, person, processDefinitionId);
      const chosen = await chosenInstances({ services, person, now: clock(), given: {} }, body);
      if (chosen.length === 0) throw invalid('Process instance ids cannot be empty');
      for (const instance of chosen) {
        demandOnInstance(person, 'update', instance);
        if (instance.definition !== definition.id)
          throw invalid(`process instance '${instance.id}' is none of definition '${definition.id}'`);
      }
      for (const instance of chosen) {
        const tools = { store, settings, tenant: instance.tenant };
        const read = await readInstructions(instructions, tools, await wholeOf(store, instance));
        await engine.send(instance.id, {
          do: 'modify',
          ...read,
          skipListeners: body.skipCustomListeners === true,
          skipMappings: body.skipIoMappings === true,
          ...(body.annotation !== undefined && { reason: body.annotation }),
          by: person.person,
          at: clock(),
          onFailure: 'refuse',
        });
      }
    }),
  ];
}
