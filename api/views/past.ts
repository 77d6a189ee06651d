/** What was done in an instance, as programs read it: assignments of variables, what jobs went through, operations of people. */

import { z } from 'zod';
import type { DetailDocument, JobLogDocument, OperationDocument } from '../../engine/store/documents.js';
import { AnyJson, maybeTime, Time, time } from '../schemas.js';

export const Assignment = z
  .strictObject({
    at: Time,
    activation: z.int().meta({ description: 'Where the variable lives; 1 is the process' }),
    element: z.string(),
    name: z.string(),
    value: AnyJson.meta({ description: 'Null where it was taken away' }),
    revision: z.int().meta({ description: 'Counted per variable, from 1' }),
    initial: z.boolean().meta({ description: 'Given with the start' }),
  })
  .meta({ id: 'Assignment' });

export const assignmentView = ({
  at,
  activation,
  element,
  name,
  value,
  revision = 0,
  initial,
}: DetailDocument): z.infer<typeof Assignment> => ({
  at: time(at),
  ...{ activation, element, name, value, revision, initial: initial === true },
});

export const JobEntry = z
  .strictObject({
    at: Time,
    job: z.string(),
    kind: z.string(),
    type: z.enum(['created', 'failed', 'succeeded', 'deleted']),
    element: z.string(),
    topic: z.string().optional(),
    due: Time.optional(),
    retries: z.int().meta({ description: 'Attempts that were left' }),
    worker: z.string().optional(),
    error: z.string().optional(),
    errorDetails: z.string().optional(),
  })
  .meta({ id: 'JobEntry' });

export function jobEntryView(entry: JobLogDocument): z.infer<typeof JobEntry> {
  const { at, job, kind, type, element, topic, due, retries, worker, error, errorDetails } = entry;
  return { at: time(at), job, kind, type, element, topic, due: maybeTime(due), retries, worker, error, errorDetails };
}

export const OperationEntry = z
  .strictObject({
    at: Time,
    by: z.string(),
    type: z.string().meta({ description: 'As the user operation log of Camunda 7 calls it', examples: ['Claim'] }),
    entity: z.string().meta({ examples: ['Task'] }),
    task: z.string().optional(),
    job: z.string().optional(),
    property: z.string().optional(),
    before: z.string().optional(),
    after: z.string().optional(),
    annotation: z.string().optional(),
  })
  .meta({ id: 'OperationEntry' });

export function operationView(entry: OperationDocument): z.infer<typeof OperationEntry> {
  const { at, by, type, entity, task, job, property, before, after, annotation } = entry;
  return { at: time(at), by, type, entity, task, job, property, before, after, annotation };
}
