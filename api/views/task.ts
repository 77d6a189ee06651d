/** Tasks, their forms and comments as the API shows them. */

import { z } from 'zod';
import type { CommentDocument } from '../../engine/store/documents.js';
import type { FilledForm, TaskView } from '../../tasklist/tasks.js';
import { AnyJson, maybeTime, TenantOut, Time, tenantOut, time, VariablesOut } from '../schemas.js';

const actions = [
  'claim',
  'unclaim',
  'assign',
  'delegate',
  'resolve',
  'complete',
  'change',
  'draft',
  'comment',
] as const;

export const Task = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string().optional(),
    element: z.string(),
    instance: z.string(),
    definition: z.string(),
    key: z.string().meta({ description: 'Process id of the model' }),
    tenant: TenantOut,
    definitionName: z.string().optional(),
    businessKey: z.string().optional(),
    createdAt: Time,
    due: Time.optional(),
    followUp: Time.optional(),
    priority: z.number(),
    assignee: z.string().optional(),
    assigneeName: z.string().optional(),
    owner: z.string().optional(),
    ownerName: z.string().optional(),
    delegation: z.enum(['pending', 'resolved']).optional(),
    resolvedBy: z.string().optional().meta({ description: 'Who handed it back to its owner' }),
    resolvedByName: z.string().optional(),
    candidateUsers: z.array(z.string()),
    candidateGroups: z.array(z.string()),
    state: z.enum(['open', 'completed', 'cancelled']),
    completedBy: z.string().optional(),
    completedByName: z.string().optional(),
    completedAt: Time.optional(),
    draft: z.boolean().meta({ description: 'A half-filled form waits' }),
    rev: z.int(),
    can: z.record(z.enum(actions), z.boolean()).meta({ description: 'What the asker may do with it now' }),
  })
  .meta({ id: 'Task' });

export const Form = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('form-js'),
      schema: z.record(z.string(), AnyJson).meta({ description: 'form-js schema' }),
      origin: z.enum(['deployed', 'fields', 'embedded', 'inferred']),
      degraded: z.literal(true).optional(),
      businessKey: z.string().optional().meta({ description: 'The field that is the business key' }),
      notice: z.string().optional(),
      data: VariablesOut,
    }),
    z.strictObject({ kind: z.literal('variables'), notice: z.string().optional(), data: VariablesOut }),
    z.strictObject({ kind: z.literal('external'), url: z.string(), notice: z.string().optional(), data: VariablesOut }),
  ])
  .meta({ id: 'Form' });

export const Comment = z
  .strictObject({ id: z.string(), by: z.string(), byName: z.string().optional(), at: Time, text: z.string() })
  .meta({ id: 'Comment' });

export function taskView({ tenant, claimedAt: _, ...task }: TaskView): z.infer<typeof Task> {
  const { createdAt, due, followUp, completedAt } = task;
  return {
    ...task,
    tenant: tenantOut(tenant),
    createdAt: time(createdAt),
    due: maybeTime(due),
    followUp: maybeTime(followUp),
    completedAt: maybeTime(completedAt),
  };
}

/** A form-js schema is JSON, whatever its type says. */
export const formView = (form: FilledForm) => form as z.infer<typeof Form>;

export function commentView({ id, by, at, text }: CommentDocument, byName?: string): z.infer<typeof Comment> {
  return { id, by, byName, at: time(at), text };
}
