/** Each wait of an instance with its reason, as the API tells it. */

import { z } from 'zod';
import type { Instance } from '../../engine/core/types.js';
import { childId } from '../../engine/ids.js';
import type { JobDocument, SubscriptionDocument, TaskDocument } from '../../engine/store/documents.js';
import { maybeTime, Time, time } from '../schemas.js';
import { type Around, whyChild, whyIncident, whyJob, whySubscription, whyTask, whyTrigger } from './blocked.js';

export const Blocked = z
  .strictObject({
    id: z.string().meta({ description: 'Of the wait: the id of the task or job' }),
    kind: z.enum([
      'task',
      'work',
      'async',
      'timer',
      'start',
      'order',
      'message',
      'signal',
      'condition',
      'trigger',
      'child',
      'incident',
    ]),
    element: z.string(),
    name: z.string().optional(),
    since: Time,
    because: z.string().meta({ description: 'In a sentence: whom or what it waits for, and what would help' }),
    due: Time.optional(),
    child: z.string().optional(),
    attempts: z.int().optional().meta({ description: 'Attempts left, of a job' }),
  })
  .meta({ id: 'BlockedBecause' });

type Blocked = z.infer<typeof Blocked>;

/** What an instance waits for: the open rows, and the instances that it called. */
export interface Waits {
  tasks: TaskDocument[];
  jobs: JobDocument[];
  listening: SubscriptionDocument[];
  children: Instance[];
}

type Row = TaskDocument | JobDocument | SubscriptionDocument;

/** All of them, what stopped first. */
export function blockedViews(instance: Instance, waits: Waits, around: Around): Blocked[] {
  const { nodes } = around.definition;
  const nameOf = (element: string) => nodes.find(({ id }) => id === element)?.name;
  const row = ({ id, element, createdAt }: Row) => ({ id, element, name: nameOf(element), since: time(createdAt) });
  const incidents = Object.values(instance.incidents);
  const stopped = new Set(incidents.map(({ wait }) => wait));
  return [
    ...incidents.map((incident): Blocked => {
      const { id, name } = nodes[incident.node]!;
      const place = { id: incident.wait ?? incident.id, element: id, name, since: time(incident.at) };
      return { ...place, kind: 'incident', because: whyIncident(incident) };
    }),
    ...waits.tasks.map((task): Blocked => {
      const { name, due } = task;
      return { ...row(task), kind: 'task', name, due: maybeTime(due), because: whyTask(task, around) };
    }),
    ...waits.jobs
      .filter(({ id }) => !stopped.has(id))
      .map((job): Blocked => {
        const { kind, due, retries } = job;
        return { ...row(job), kind, due: time(due), attempts: retries, because: whyJob(job, around) };
      }),
    ...waits.listening.map((one): Blocked => ({ ...row(one), kind: one.kind, because: whySubscription(one, around) })),
    ...triggers(instance, around),
    ...calls(instance, waits.children, around),
  ];
}

function calls(instance: Instance, children: Instance[], around: Around): Blocked[] {
  const byId = new Map(children.map(child => [child.id, child]));
  return callsOf(instance).map(({ id, node, activation }) => {
    const { id: element, name } = around.definition.nodes[node]!;
    const child = byId.get(childId(id));
    const since = child?.startedAt ?? instance.activations[activation]?.since ?? instance.startedAt;
    const because = whyChild(element, child, around);
    return { id, kind: 'child', element, name, child: child?.id, since: time(since), because };
  });
}

/** What waits until somebody triggers it: it has no row. */
function triggers({ waits, activations, startedAt }: Instance, around: Around): Blocked[] {
  const own = Object.values(waits).filter(({ kind }) => kind === 'trigger');
  return own.map(({ id, node, activation }) => {
    const { id: element, name } = around.definition.nodes[node]!;
    const since = time(activations[activation]?.since ?? startedAt);
    return { id, kind: 'trigger', element, name, since, because: whyTrigger(element, around) };
  });
}

/** The waits for instances that were called. */
export const callsOf = ({ waits }: Instance) => Object.values(waits).filter(({ kind }) => kind === 'child');
