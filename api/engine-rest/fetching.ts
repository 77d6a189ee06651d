/** What a worker of Camunda 7 says when it asks for work, in the words of the job service. */

import { z } from 'zod';
import type { Variables } from '../../engine/core/types.js';
import type { Topic } from '../../engine/jobs/index.js';
import type { Filter } from '../../engine/store/port.js';
import { AnyJson, Id } from '../schemas.js';
import { Duration, Long, members, Texts, VariableName, Whole } from './schemas.js';

/** Longest time that a fetch may wait, milliseconds. */
export const longestWait = 1_800_000;

const TopicIn = members({
  topicName: Id,
  lockDuration: Duration.min(1, 'must be positive'),
  variables: z.array(VariableName).max(10_000).optional(),
  localVariables: z.boolean().optional(),
  businessKey: Id.optional(),
  processDefinitionId: Id.optional(),
  processDefinitionIdIn: Texts.optional(),
  processDefinitionKey: Id.optional(),
  processDefinitionKeyIn: Texts.optional(),
  processDefinitionVersionTag: Id.optional(),
  withoutTenantId: z.boolean().optional(),
  tenantIdIn: Texts.optional(),
  processVariables: z.record(VariableName, AnyJson).optional(),
  deserializeValues: z.boolean().optional(),
  includeExtensionProperties: z.boolean().optional(),
});
export type TopicIn = z.output<typeof TopicIn>;

export const Fetch = members({
  workerId: Id,
  maxTasks: Whole.min(0),
  usePriority: z.boolean().optional(),
  asyncResponseTimeout: Long.optional(),
  topics: z.array(TopicIn).max(1_000).default([]),
  sorting: z
    .array(members({ sortBy: z.enum(['createTime']), sortOrder: z.enum(['asc', 'desc']) }))
    .max(10)
    .optional(),
});

/** How the engine is asked for one topic; the instance of a row decides who may have it. */
export function topicOf(asked: TopicIn): Topic {
  const { topicName, lockDuration, localVariables = false, processVariables = {} } = asked;
  const definitions = asked.processDefinitionIdIn ?? [];
  const keys = asked.processDefinitionKeyIn ?? [];
  const narrowed: Filter[] = [
    asked.businessKey === undefined ? {} : { businessKey: asked.businessKey },
    asked.processDefinitionId === undefined ? {} : { definition: asked.processDefinitionId },
    definitions.length === 0 ? {} : { definition: { $in: definitions } },
    asked.processDefinitionKey === undefined ? {} : { definitionKey: asked.processDefinitionKey },
    keys.length === 0 ? {} : { definitionKey: { $in: keys } },
    asked.withoutTenantId ? { tenant: '' } : {},
    asked.tenantIdIn?.length ? { tenant: { $in: asked.tenantIdIn } } : {},
  ].filter(part => Object.keys(part).length > 0);
  return {
    topic: topicName,
    lock: lockDuration,
    local: localVariables,
    ...(asked.variables && { variables: asked.variables }),
    ...(narrowed.length > 0 && { filter: { $and: narrowed } }),
    ...(asked.processDefinitionVersionTag !== undefined && { versionTag: asked.processDefinitionVersionTag }),
    ...(Object.keys(processVariables).length > 0 && { having: processVariables as Variables }),
  };
}
