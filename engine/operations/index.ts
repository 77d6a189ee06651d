/** What operators do with whole definitions and instances: suspending, activating, deleting; and the view of job definitions. */

import type { Engine } from '../contract.js';
import { type JobDefinition, jobDefinitionsOf } from '../deployments/job-definitions.js';
import type { Deployments } from '../deployments.js';
import type { JobDocument } from '../store/documents.js';
import type { Filter } from '../store/port.js';
import { createDeletion, type Deletion } from './deletion.js';
import { createSuspension, type Suspension } from './suspension.js';

export type { JobDefinition, JobDefinitionType } from '../deployments/job-definitions.js';
export type { DefinitionDeletion, Deletion, InstanceDeletion } from './deletion.js';
export type { Suspension, SuspensionInput } from './suspension.js';

export interface OperationTools {
  engine: Engine;
  definitions: Deployments;
  jobs: {
    setAllSuspended(filter: Filter, suspended: boolean): Promise<number>;
    setAllPriority(filter: Filter, priority: number): Promise<void>;
    announce(job: JobDocument): void;
  };
  /** Takes away everything that is kept of an ended instance. Throws Busy while it is not folded. */
  forget(instance: string): Promise<void>;
}

/** A job definition, and what was laid down for it. */
export interface StandingJobDefinition extends JobDefinition {
  suspended: boolean;
  /** In place of the model's. */
  priority?: number;
}

export interface Operations extends Suspension, Deletion {
  /** What in a definition makes jobs that run by themselves. Throws NotFound. */
  jobDefinitions(definition: string): Promise<StandingJobDefinition[]>;
}

/** Makes the operations of an engine. */
export function createOperations(tools: OperationTools): Operations {
  const { definitions } = tools;
  return {
    ...createSuspension(tools),
    ...createDeletion(tools),
    async jobDefinitions(id) {
      const [definition, { jobs }] = await Promise.all([definitions.definition(id), definitions.standing(id)]);
      return jobDefinitionsOf(definition).map(jobDefinition => {
        const { suspended = false, priority } = jobs.get(jobDefinition.id) ?? {};
        return { ...jobDefinition, suspended, ...(priority !== undefined && { priority }) };
      });
    },
  };
}
