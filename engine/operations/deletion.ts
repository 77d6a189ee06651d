/** Deletes instances, definitions and deployments, and what is known of their past; statistics stay. */

import { setTimeout as pause } from 'node:timers/promises';
import { Busy, NotFound } from '../contract.js';
import { BadCommand } from '../core/errors.js';
import type { Instance } from '../core/types.js';
import { leaveNotice } from '../notices.js';
import { logOperation } from '../operation-log.js';
import type { DefinitionDocument, DeploymentDocument } from '../store/documents.js';
import type { OperationTools } from './index.js';
import { definitionsWhere } from './lookup.js';

export interface Skips {
  skipListeners?: boolean;
  skipMappings?: boolean;
}

export interface InstanceDeletion extends Skips {
  reason?: string;
  /** Called processes go on. */
  keepChildren?: boolean;
  by?: string;
  /** `refuse`: a mapping that fails holds the deletion up; default: it does not. */
  onFailure?: 'incident' | 'refuse';
}

export interface DefinitionDeletion extends Skips {
  /** Instances, running or not, go with it; without it there may be none. */
  cascade?: boolean;
  by?: string;
}

export interface Deletion {
  /** Ends a running instance, and the call activity that waits for it. Its past stays. Throws NotFound, StaleCommand, Refused. */
  deleteInstance(id: string, options?: InstanceDeletion): Promise<void>;
  /** Takes away what is known of an instance that has ended. Throws NotFound, BadCommand while it runs, Busy. */
  deleteHistory(id: string): Promise<void>;
  /** Throws NotFound, and BadCommand where there are instances and no `cascade`. */
  deleteDefinition(id: string, options?: DefinitionDeletion): Promise<void>;
  /** With all its definitions. Throws as deleteDefinition. */
  deleteDeployment(id: string, options?: DefinitionDeletion): Promise<void>;
}

const PAGE = 200;
/** How often it is looked whether what an instance caused is delivered, and milliseconds between. */
const LOOKS = 40;
const LOOK = 50;

/**
 * Makes the service.
 *
 * @example await deletion.deleteDeployment(deployment.id, { cascade: true, by: 'ann' });
 */
export function createDeletion({ engine, definitions, forget }: OperationTools): Deletion {
  const { store, clock } = engine;

  async function deleteInstance(
    id: string,
    { onFailure = 'incident', ...options }: InstanceDeletion = {},
  ): Promise<void> {
    await engine.send(id, { do: 'cancel', withCall: true, at: clock(), onFailure, ...options });
  }

  async function deleteHistory(id: string): Promise<void> {
    await settled(id);
    await forget(id);
  }

  /** Ended, and all that it caused delivered. */
  async function settled(id: string): Promise<void> {
    for (let look = 0; look < LOOKS; look++) {
      const instance = await engine.instance(id);
      if (!instance) throw new NotFound(`there is no instance ${id}`);
      if (instance.endedAt === undefined)
        throw new BadCommand(`instance ${id} is still running; delete it before you delete what is known of it`);
      if (instance.outbox.length === 0) return;
      await pause(LOOK);
    }
    throw new Busy(`what instance ${id} has caused is still being delivered; try again`);
  }

  async function deleteInstances(definition: string, options: DefinitionDeletion): Promise<void> {
    const { cascade: _, ...how } = options;
    for (;;) {
      const page = await store.find<Instance>('instances', { filter: { definition }, limit: PAGE });
      for (const { id, endedAt } of page) {
        if (endedAt === undefined) await deleteInstance(id, { reason: 'its definition was deleted', ...how });
        await deleteHistory(id);
      }
      if (page.length < PAGE) return;
    }
  }

  async function deleteDefinitions(found: DefinitionDocument[], options: DefinitionDeletion): Promise<void> {
    for (const { id } of found) {
      const count = options.cascade ? 0 : await store.count('instances', { definition: id });
      if (count > 0)
        throw new BadCommand(
          `process definition '${id}' has ${count} instances, running or ended; delete them first, or all together by cascade`,
        );
    }
    // Nothing starts any more while its instances go.
    for (const { id } of found) await store.patch('definitions', id, {}, { set: { state: 'suspended' } });
    for (const { id } of found) definitions.forget(id);
    if (options.cascade) for (const { id } of found) await deleteInstances(id, options);
    // Before the last trace goes: a crash behind it would leave nothing to tell.
    for (const { id, tenant, key, deployment } of found) {
      const notice = { id: `${id}:deleted:${deployment}`, tenant, at: clock(), type: 'definition.deleted' } as const;
      await leaveNotice(store, { ...notice, data: { definition: id, key, deployment, ...byOf(options) } });
    }
    await definitions.remove(found);
    for (const { id } of found) engine.tell({ of: 'definition', definition: id });
    for (const { id, key, tenant, deployment } of found) {
      await logOperation(store, {
        ...{ id: `${id}:deleted:${deployment}`, tenant, at: clock(), by: options.by, type: 'Delete' },
        ...{ entity: 'ProcessDefinition', category: 'Operator', definition: id, definitionKey: key, deployment },
      });
    }
  }

  return {
    deleteInstance,
    deleteHistory,

    async deleteDefinition(id, options = {}) {
      const found = await definitionsWhere(store, { id }, `no process definition '${id}' is deployed`);
      await deleteDefinitions(found, options);
      const { deployment } = found[0]!;
      const document = await store.get<DeploymentDocument>('deployments', deployment);
      const left = document?.definitions.filter(definition => definition !== id);
      if (left) await store.patch('deployments', deployment, {}, { set: { definitions: left } });
    },

    async deleteDeployment(id, options = {}) {
      const deployment = await store.get<DeploymentDocument>('deployments', id);
      if (!deployment) throw new NotFound(`there is no deployment ${id}`);
      const found = await store.find<DefinitionDocument>('definitions', { filter: { deployment: id } });
      if (found.length > 0) await deleteDefinitions(found, options);
      const { tenant, name } = deployment;
      const notice = { id: `${id}:deleted`, tenant, at: clock(), type: 'deployment.deleted' } as const;
      const deleted = found.map(({ id: definition, key, version }) => ({ id: definition, key, version }));
      await leaveNotice(store, { ...notice, data: { deployment: id, name, definitions: deleted, ...byOf(options) } });
      await store.remove('deployments', { id }, 1);
      await logOperation(store, {
        ...{ id: `${id}:deleted`, tenant: deployment.tenant, at: clock(), by: options.by },
        ...{ type: 'Delete', entity: 'Deployment', category: 'Operator', deployment: id },
      });
    },
  };
}

const byOf = ({ by }: DefinitionDeletion): Record<string, string> => (by === undefined ? {} : { by });
