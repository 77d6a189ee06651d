/** Suspends definitions, instances and job definitions, at once or at a date, and activates them again. */

import type { Engine } from '../contract.js';
import type { Json } from '../core/types.js';
import { newId } from '../ids.js';
import { leaveNotice } from '../notices.js';
import { logOperation } from '../operation-log.js';
import {
  type DefinitionDocument,
  FORMAT,
  type JobDocument,
  type JobRule,
  type SuspensionOrder,
} from '../store/documents.js';
import type { Document, Filter } from '../store/port.js';
import type { OperationTools } from './index.js';
import { definitionsWhere, jobDefinitionOf } from './lookup.js';

export interface SuspensionInput {
  suspended: boolean;
  by?: string;
}

export interface Suspension {
  /** An instance with its open tasks, jobs and subscriptions. Repeated, it changes nothing. Throws NotFound, StaleCommand. */
  suspendInstance(id: string, input: SuspensionInput): Promise<void>;
  /** A definition: nothing of it starts; `instances`: its running ones, too. `at`: then, epoch milliseconds. Throws NotFound. */
  suspendDefinition(id: string, input: SuspensionInput & { instances?: boolean; at?: number }): Promise<void>;
  /** All versions of a key. Throws NotFound. */
  suspendDefinitions(
    of: { key: string; tenants: string[] },
    input: SuspensionInput & { instances?: boolean; at?: number },
  ): Promise<void>;
  /** A job definition: its new jobs are suspended; `jobs`: those that are there, too. Throws NotFound. */
  suspendJobDefinition(id: string, input: SuspensionInput & { jobs?: boolean; at?: number }): Promise<void>;
  /** Priority of new jobs in place of the model's (undefined: the model's again); `jobs`: of those that are there, too. */
  setJobDefinitionPriority(id: string, priority: number | undefined, jobs?: boolean): Promise<void>;
  /** What an order that was put off says. */
  carryOut(order: SuspensionOrder): Promise<void>;
}

const PAGE = 200;

/**
 * Makes the service.
 *
 * @example await suspension.suspendDefinition('order:3', { suspended: true, instances: true, by: 'ann' });
 */
export function createSuspension({ engine, definitions, jobs }: OperationTools): Suspension {
  const { store, clock } = engine;

  async function suspendInstance(id: string, { suspended, by }: SuspensionInput): Promise<void> {
    const state = (await engine.instance(id))?.state;
    if (state !== (suspended ? 'suspended' : 'running'))
      await engine.send(id, { do: suspended ? 'suspend' : 'activate', at: clock(), by, onFailure: 'incident' });
    // What lies in chunks is not in the commit.
    await flagRows(id, suspended);
    await jobs.setAllSuspended({ instance: id }, suspended);
  }

  async function flagRows(instance: string, suspended: boolean): Promise<void> {
    const filter = { instance, 'wait.state': 'open', suspended: suspended ? { $ne: true } : true } as const;
    for (const collection of ['tasks', 'subscriptions'] as const)
      for (const { id } of await store.find(collection, { filter }))
        await store.patch(collection, id, filter, { set: { suspended } });
  }

  async function suspendInstances(definition: string, input: SuspensionInput): Promise<void> {
    const filter = { definition, state: input.suspended ? 'running' : 'suspended' };
    const sort = { startedAt: 1 } as const;
    for (;;) {
      const page = await store.find<Document>('instances', { filter, sort, limit: PAGE });
      for (const { id } of page) await suspendInstance(id, input).catch(unlessOver(engine, id));
      if (page.length < PAGE) return;
    }
  }

  async function carryOut(order: SuspensionOrder): Promise<void> {
    const { suspended, definition, jobDefinition, by } = order;
    if (jobDefinition !== undefined) {
      await rule(definition, { id: jobDefinition, suspended });
      if (order.jobs) await jobs.setAllSuspended({ jobDefinition }, suspended);
      return logged(order, 'JobDefinition');
    }
    await change(definition, { state: suspended ? 'suspended' : 'active' });
    await jobs.setAllSuspended({ definition, kind: 'start' }, suspended);
    if (order.instances) await suspendInstances(definition, { suspended, by });
    await logged(order, 'ProcessDefinition');
    await told(order);
  }

  async function logged({ suspended, definition, jobDefinition, by }: SuspensionOrder, entity: string): Promise<void> {
    const { tenant, key, deployment } = await definitions.definition(definition);
    await logOperation(store, {
      ...{ id: newId(clock()), tenant, at: clock(), by, entity, category: 'Operator' },
      ...{ type: `${suspended ? 'Suspend' : 'Activate'}${entity}`, property: 'suspensionState' },
      ...{ after: suspended ? 'suspended' : 'active', definition, definitionKey: key, deployment },
      ...(jobDefinition !== undefined && { jobDefinition }),
    });
  }

  async function told({ suspended, definition, by }: SuspensionOrder): Promise<void> {
    const { tenant, key, deployment } = await definitions.definition(definition);
    await leaveNotice(store, {
      ...{ id: newId(clock()), tenant, at: clock() },
      type: suspended ? 'definition.suspended' : 'definition.activated',
      data: { definition, key, deployment, ...(by !== undefined && { by }) },
    });
  }

  async function change(id: string, set: Partial<DefinitionDocument>): Promise<void> {
    await store.patch('definitions', id, {}, { set: set as Record<string, never> });
    isDifferent(id);
  }

  function isDifferent(id: string): void {
    definitions.forget(id);
    engine.tell({ of: 'definition', definition: id });
  }

  /** Adds to what was laid down for a job definition; of two who do so at once neither is lost. */
  async function rule(definition: string, added: JobRule): Promise<void> {
    for (let changed: Document | undefined; !changed; ) {
      const { rev = null, jobs: rules = [] } = (await store.get<DefinitionDocument>('definitions', definition))!;
      const { suspended, priority, id } = { ...rules.find(other => other.id === added.id), ...added };
      const kept = { id, ...(suspended && { suspended }), ...(priority !== undefined && { priority }) };
      const others = rules.filter(other => other.id !== id);
      const now = suspended || priority !== undefined ? [...others, kept] : others;
      const change = { set: { jobs: now as unknown as Json }, increase: { rev: 1 } };
      changed = await store.patch('definitions', definition, { rev }, change);
    }
    isDifferent(definition);
  }

  /** Now, or as a job at its date. */
  async function doneAt(order: SuspensionOrder, at: number | undefined): Promise<void> {
    if (at === undefined || at <= clock()) return carryOut(order);
    const { tenant, key } = await definitions.definition(order.definition);
    const job: JobDocument = {
      id: newId(clock()),
      tenant,
      format: FORMAT,
      instance: '',
      root: '',
      definition: order.definition,
      definitionKey: key,
      element: '',
      activation: 0,
      createdAt: clock(),
      wait: { v: 1, state: 'open' },
      rev: 0,
      kind: 'order',
      order,
      due: at,
      retries: 3,
      priority: 0,
    };
    await store.insert('jobs', job);
    jobs.announce(job);
  }

  async function suspendDefinition(
    id: string,
    { at, suspended, instances, by }: SuspensionInput & { instances?: boolean; at?: number },
  ): Promise<void> {
    await definitions.definition(id);
    await doneAt({ suspended, definition: id, ...(instances && { instances }), ...(by !== undefined && { by }) }, at);
  }

  return {
    suspendInstance,
    suspendDefinition,
    carryOut,

    async suspendDefinitions({ key, tenants }, input) {
      const filter: Filter = { key, tenant: { $in: tenants } };
      for (const { id } of await definitionsWhere(store, filter, `no process '${key}' is deployed`))
        await suspendDefinition(id, input);
    },

    async suspendJobDefinition(id, { at, suspended, by, jobs: withJobs }) {
      const { definition } = await jobDefinitionOf(definitions, id);
      const order = { suspended, definition, jobDefinition: id, ...(withJobs && { jobs: true }) };
      await doneAt({ ...order, ...(by !== undefined && { by }) }, at);
    },

    async setJobDefinitionPriority(id, priority, withJobs = false) {
      const { definition } = await jobDefinitionOf(definitions, id);
      await rule(definition, { id, priority });
      if (withJobs && priority !== undefined) await jobs.setAllPriority({ jobDefinition: id }, priority);
    },
  };
}

/** An instance that has ended or was deleted meanwhile needs nothing more. */
function unlessOver(engine: Engine, id: string) {
  return async (error: unknown) => {
    const instance = await engine.instance(id);
    if (instance && instance.endedAt === undefined) throw error;
  };
}
