/** Why a token does not go on, in a sentence: whom or what it waits for, and what would help. */

import type { Definition, Incident, Instance } from '../../engine/core/types.js';
import type { WorkerDocument } from '../../engine/jobs/sightings.js';
import type { JobDocument, SubscriptionDocument, TaskDocument } from '../../engine/store/documents.js';
import { time } from '../schemas.js';

/** What is known around a wait. */
export interface Around {
  now: number;
  definition: Definition;
  /** Workers seen lately, newest first. */
  workers: WorkerDocument[];
}

/** How a place of the diagram is called. */
export const placeOf = ({ nodes }: Definition, element: string): string =>
  `“${nodes.find(({ id }) => id === element)?.name ?? element}”`;

const since = (at: number, now: number) => {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  return seconds < 120 ? `${seconds} seconds ago` : `${Math.round(seconds / 60)} minutes ago`;
};

export function whyTask(task: TaskDocument, { now }: Around): string {
  const { name, assignee, candidateUsers, candidateGroups, delegation, owner, due } = task;
  const late = due !== undefined && due < now ? `; it was due at ${time(due)}` : '';
  if (delegation === 'pending') return `“${name}” waits for ${assignee} to hand it back to ${owner}${late}`;
  if (assignee !== undefined) return `“${name}” waits for ${assignee} to complete it${late}`;
  const candidates = [...candidateUsers, ...candidateGroups.map(group => `the group ${group}`)];
  if (candidates.length > 0) return `“${name}” waits for ${candidates.join(', or ')} to claim it${late}`;
  return `“${name}” has neither an assignee nor candidates: somebody must assign it${late}`;
}

/** Kind of a job → why it does not go on. */
const jobs: Record<JobDocument['kind'], (job: JobDocument, around: Around) => string> = {
  work(job, { now, definition, workers }) {
    const { topic = '', element, lockedBy, lockedUntil, due, error } = job;
    const place = placeOf(definition, element);
    if (lockedBy !== undefined && lockedUntil !== undefined && lockedUntil > now)
      return `${place}: worker ${lockedBy} is at work on it, and has it until ${time(lockedUntil)}`;
    if (due > now && error === undefined) return `${place}: no worker gets it before ${time(due)}`;
    if (due > now) return `${place}: the next attempt is at ${time(due)}; the one before failed: ${error}`;
    const seen = workers.find(worker => worker.topic === topic);
    const who = seen
      ? `the last one, ${seen.worker}, asked ${since(seen.seenAt, now)}`
      : 'none has asked for it in the last five minutes';
    return `${place} waits for a worker of the topic ${topic}; ${who}`;
  },
  async: (job, around) => `${placeOf(around.definition, job.element)} goes on by itself${onceDue(job, around)}`,
  timer: (job, around) => `${placeOf(around.definition, job.element)} waits for its time${onceDue(job, around)}`,
  start: (job, around) => `${placeOf(around.definition, job.element)} starts an instance${onceDue(job, around)}`,
  order: (job, around) => `what was put off to a date is carried out${onceDue(job, around)}`,
};

const onceDue = ({ due, error, retries }: JobDocument, { now }: Around) => {
  const failed = error === undefined ? '' : `; the last attempt failed: ${error} (${retries} left)`;
  return due > now ? `: ${time(due)}${failed}` : `; due since ${time(due)}${failed}`;
};

export function whyJob(job: JobDocument, around: Around): string {
  if (job.retries > 0) return jobs[job.kind](job, around);
  const place = placeOf(around.definition, job.element);
  return `${place} has no attempts left: ${job.error ?? 'it failed'}; retry its incident`;
}

/** Kind of a subscription → what it listens for. */
const subscriptions: Record<SubscriptionDocument['kind'], (subscription: SubscriptionDocument) => string> = {
  message: ({ name, key, businessKey }) =>
    `the message ${name}${key === undefined ? (businessKey === undefined ? '' : ` for the business key ${businessKey}`) : ` with the key ${key}`}`,
  signal: ({ name }) => `the signal ${name}`,
  condition: () => 'its condition to become true',
};

export const whySubscription = (subscription: SubscriptionDocument, { definition }: Around): string =>
  `${placeOf(definition, subscription.element)} waits for ${subscriptions[subscription.kind](subscription)}`;

export const whyTrigger = (element: string, { definition }: Around): string =>
  `${placeOf(definition, element)} waits for a trigger: POST /engine-rest/execution/{id}/signal`;

export const whyChild = (element: string, child: Instance | undefined, { definition }: Around): string =>
  child
    ? `${placeOf(definition, element)} waits for the instance that it called, ${child.id}, which is ${child.state}`
    : `${placeOf(definition, element)} waits for the instance that it called`;

/** The sentence of an incident names its place itself. */
export const whyIncident = ({ message }: Incident): string => `stopped by an incident: ${message}`;
