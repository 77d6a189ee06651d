/** Workers of external tasks: what they fetch, and how they answer. */

import { SuspendedInstance } from '../../../engine/core/errors.js';
import { LockLost, type WorkJob } from '../../../engine/jobs/index.js';
import type { JobDocument } from '../../../engine/store/documents.js';
import type { Person } from '../../auth/people.js';
import { Id } from '../../schemas.js';
import type { Services } from '../../services.js';
import { engineError, invalid, type RestError, refused } from '../errors.js';
import { commonView, externalTaskFor, workFor } from '../external-tasks.js';
import { Fetch, longestWait, type TopicIn, topicOf } from '../fetching.js';
import { type Operation, operation } from '../operation.js';
import { Duration, LongText, members, Whole } from '../schemas.js';
import { readVariables, TypedVariablesIn, typedVariables } from '../variables.js';

const worker = { workerId: Id.optional() };
const outcome = { variables: TypedVariablesIn.optional(), localVariables: TypedVariablesIn.optional() };

/** What a worker is told when another one has the task. */
function lockedBy(what: string, id: string, workerId: string, by: string | undefined): RestError {
  return refused(400, `${what.replace('{id}', id)} by worker '${workerId}'. It is locked by worker '${by ?? null}'.`);
}

const complete = 'External Task {id} cannot be completed';
const fail = 'Failure of External Task {id} cannot be reported';
const bpmnError = 'Bpmn error of External Task {id} cannot be reported';
const extend = 'The lock of the External Task {id} cannot be extended';
const lock = 'External Task {id} cannot be locked';

export function workerOperations(services: Services): Operation[] {
  const { store, engine, clock, settings } = services;
  const { jobs } = engine;

  const readFor = (job: JobDocument, variables: TypedVariablesIn | undefined) =>
    readVariables(variables, { store, tenant: job.tenant, settings });

  /** An answer of the worker that has the task. Throws in the words of Camunda 7. */
  async function answer<T>(
    what: string,
    { id, workerId, person }: { id: string; workerId: string | undefined; person: Person },
    handle: (job: JobDocument, held: { id: string; worker: string; reader: Person }) => Promise<T>,
  ): Promise<T> {
    if (workerId === undefined) throw refused(400, 'workerId is null');
    const job = await externalTaskFor(services, person, id);
    try {
      return await handle(job, { id: job.id, worker: workerId, reader: person });
    } catch (error) {
      if (error instanceof LockLost) throw lockedBy(what, id, workerId, error.by);
      if (error instanceof SuspendedInstance) throw refused(400, `ExternalTask with id '${id}' is suspended`);
      throw error;
    }
  }

  /** Suspended ones are answered by nobody. */
  async function refuseSuspended({ instance }: JobDocument, id: string): Promise<void> {
    if ((await engine.instance(instance))?.state === 'suspended')
      throw refused(400, `ExternalTask with id '${id}' is suspended`);
  }

  async function locked(job: WorkJob, topic: TopicIn | undefined): Promise<Record<string, unknown>> {
    const { nodes } = await engine.definition(job.definition);
    const properties = topic?.includeExtensionProperties
      ? (nodes.find(({ id }) => id === job.element)?.properties ?? {})
      : {};
    return {
      ...(await commonView(services, job)),
      errorDetails: job.errorDetails ?? null,
      suspended: false,
      workerId: job.worker,
      variables: typedVariables(job.variables, { types: job.types, deserialize: topic?.deserializeValues ?? false }),
      extensionProperties: properties,
    };
  }

  return [
    operation(
      { method: 'post', path: '/external-task/fetchAndLock', body: Fetch },
      async ({ body, person, signal }) => {
        const { workerId, maxTasks, topics, usePriority = false, asyncResponseTimeout = 0, sorting = [] } = body;
        if (asyncResponseTimeout > longestWait)
          throw invalid(
            `The asynchronous response timeout cannot be set to a value greater than ${longestWait} milliseconds`,
          );
        if (maxTasks === 0 || topics.length === 0) return [];
        const [created] = sorting;
        const found = await jobs.fetchAndLock({
          worker: workerId,
          max: maxTasks,
          topics: topics.map(topicOf),
          tenants: person.tenants,
          filter: workFor(person, 'answer'),
          order: {
            ...(usePriority && { priority: true }),
            ...(created && { created: created.sortOrder === 'asc' ? 1 : -1 }),
          },
          wait: Math.max(asyncResponseTimeout, 0),
          client: person.person,
          signal: signal(),
        });
        return Promise.all(
          found.map(job =>
            locked(
              job,
              topics.find(({ topicName }) => topicName === job.topic),
            ),
          ),
        );
      },
    ),

    operation(
      { method: 'post', path: '/external-task/{id}/complete', body: members({ ...worker, ...outcome }) },
      ({ params, body, person }) =>
        answer(complete, { id: params.id!, workerId: body.workerId, person }, async (job, held) => {
          const { variables, types } = await readFor(job, body.variables);
          const local = await readFor(job, body.localVariables);
          await jobs.complete({
            ...held,
            variables,
            types: { ...local.types, ...types },
            ...(body.localVariables && { local: local.variables }),
            onFailure: 'refuse',
          });
        }),
    ),

    operation(
      {
        method: 'post',
        path: '/external-task/{id}/failure',
        body: members({
          ...worker,
          ...outcome,
          errorMessage: LongText.optional(),
          errorDetails: LongText.optional(),
          // Numbers that are left out are 0, as in Java.
          retries: Whole.default(0),
          retryTimeout: Duration.default(0),
        }),
      },
      ({ params, body, person }) =>
        answer(fail, { id: params.id!, workerId: body.workerId, person }, async (job, held) => {
          const { retries, retryTimeout, errorMessage = '', errorDetails } = body;
          if (retries < 0) throw engineError('The number of retries must be greater than or equal to 0');
          if (retryTimeout < 0) throw engineError('The retry duration must be greater than or equal to 0');
          await refuseSuspended(job, params.id!);
          if (job.lockedBy !== held.worker) throw lockedBy(fail, params.id!, held.worker, job.lockedBy);
          await writeVariables(job, body, person);
          await jobs.fail({
            ...held,
            message: errorMessage,
            ...(errorDetails !== undefined && { details: errorDetails }),
            retries,
            pause: retryTimeout,
          });
        }),
    ),

    operation(
      {
        method: 'post',
        path: '/external-task/{id}/bpmnError',
        body: members({
          ...worker,
          errorCode: LongText.optional(),
          errorMessage: LongText.optional(),
          variables: TypedVariablesIn.optional(),
        }),
      },
      ({ params, body, person }) =>
        answer(bpmnError, { id: params.id!, workerId: body.workerId, person }, async (job, held) => {
          if (!body.errorCode) throw refused(400, 'errorCode is null');
          const { variables, types } = await readFor(job, body.variables);
          const { errorCode: code, errorMessage: message } = body;
          await jobs.bpmnError({ ...held, code, variables, types, ...(message && { message }), onFailure: 'refuse' });
        }),
    ),

    operation(
      { method: 'post', path: '/external-task/{id}/extendLock', body: members({ ...worker, newDuration: Duration }) },
      ({ params, body, person }) =>
        answer(extend, { id: params.id!, workerId: body.workerId, person }, async (job, held) => {
          if (body.newDuration <= 0) throw refused(400, 'lockTime is not greater than 0');
          if (job.lockedBy === held.worker && (job.lockedUntil ?? 0) <= clock())
            throw refused(400, `Cannot extend a lock that expired`);
          await refuseSuspended(job, params.id!);
          await jobs.extendLock({ ...held, lock: body.newDuration });
        }),
    ),

    operation(
      { method: 'post', path: '/external-task/{id}/lock', body: members({ ...worker, lockDuration: Duration }) },
      ({ params, body, person }) =>
        answer(lock, { id: params.id!, workerId: body.workerId, person }, async (job, held) => {
          if (body.lockDuration <= 0) throw refused(400, 'lockDuration is not greater than 0');
          await refuseSuspended(job, params.id!);
          await jobs.take({ ...held, lock: body.lockDuration });
        }),
    ),
  ];

  /** What a failure brings: variables of the process, and of the activity alone. */
  async function writeVariables(
    { id, instance, activation, tenant }: JobDocument,
    {
      variables,
      localVariables,
    }: { variables?: TypedVariablesIn | undefined; localVariables?: TypedVariablesIn | undefined },
    { person }: Person,
  ): Promise<void> {
    for (const [sent, local] of [
      [variables, false],
      [localVariables, true],
    ] as const) {
      if (!sent || Object.keys(sent).length === 0) continue;
      const read = await readVariables(sent, { store, tenant, settings });
      const by = { by: person, at: clock(), onFailure: 'refuse' } as const;
      await engine.send(instance, { do: 'set', ...read, activation, wait: id, local, ...by });
    }
  }
}
