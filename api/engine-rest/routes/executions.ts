/** Executions: found, triggered, and their local variables. */

import type { Activation, Variables, Wait } from '../../../engine/core/types.js';
import { incidentId } from '../../../engine/projections/incidents.js';
import type { Person } from '../../auth/people.js';
import type { Services } from '../../services.js';
import { executionFor, type Wanted } from '../access.js';
import { test } from '../conditions.js';
import { engineError, instead, missing } from '../errors.js';
import { activationIn, executionOf, executionsOf, runsIn, wholeOf } from '../executions.js';
import { byText, byVariables, equals, option, tenants, variablesFit, when } from '../filters.js';
import { executionId } from '../ids.js';
import { incidentFilters } from '../incidents.js';
import { listOperations } from '../lists.js';
import { type Operation, operation } from '../operation.js';
import { type Running, runningInstances } from '../running.js';
import { members } from '../schemas.js';
import { subscriptionView } from '../subscriptions.js';
import type { Table } from '../table.js';
import { variableOperations } from '../variable-operations.js';
import { readVariables, TypedVariablesIn } from '../variables.js';
import { tenantId } from '../views.js';

/** An execution as a row; what belongs to its instance bears the names it has there. */
export interface ExecutionRow {
  id: string;
  instance: string;
  tenant: string;
  definition: string;
  definitionKey: string;
  businessKey: string | null;
  state: string;
  /** Ids of the elements that run in it. */
  elements: string[];
  messages: string[];
  signals: string[];
  incidents: string[];
  variables: Variables;
  processVariables: Variables;
}

function rowsOf({ whole, definition }: Running): ExecutionRow[] {
  const { instance, activations, waits, incidents } = whole;
  const inside = new Map<string, Activation[]>();
  for (const activation of Object.values(activations)) {
    const id = executionOf(whole, definition, activation.id);
    inside.set(id, [...(inside.get(id) ?? []), activation]);
  }
  return executionsOf(whole, definition).map(({ id: number, variables = {} }) => {
    const id = executionId(instance.id, number);
    const own = inside.get(id) ?? [];
    const numbers = new Set(own.map(activation => activation.id));
    const listening = Object.values(waits).filter(wait => numbers.has(wait.activation));
    const names = (kind: string) => listening.filter(wait => wait.kind === kind).map(({ name = '' }) => name);
    return {
      id,
      instance: instance.id,
      tenant: instance.tenant,
      definition: instance.definition,
      definitionKey: instance.key,
      businessKey: instance.businessKey ?? null,
      state: instance.state,
      elements: own.filter(({ node }) => node > 0).map(({ node }) => definition.nodes[node]!.id),
      messages: names('message'),
      signals: names('signal'),
      incidents: Object.values(incidents)
        .filter(incident => numbers.has(incident.activation))
        .map(incident => incidentId(instance.id, incident.id)),
      variables,
      processVariables: activations['1']?.variables ?? {},
    };
  });
}

const has = (path: 'elements' | 'messages' | 'signals') =>
  byText<ExecutionRow>(name => test<ExecutionRow>(row => row[path].includes(name)));

const having = (path: 'variables' | 'processVariables') =>
  byVariables<ExecutionRow>((queries, { given }) => {
    const fit = variablesFit(queries, given);
    return test<ExecutionRow>(row => fit(row[path]));
  });

const executionTable: Table<ExecutionRow> = {
  from: async (_condition, context) => (await runningInstances(context)).flatMap(rowsOf),
  visible: () => ({}),
  filters: {
    businessKey: equals('businessKey'),
    processDefinitionId: equals('definition'),
    processDefinitionKey: equals('definitionKey'),
    processInstanceId: equals('instance'),
    activityId: has('elements'),
    signalEventSubscriptionName: has('signals'),
    messageEventSubscriptionName: has('messages'),
    active: when({ state: 'running' }),
    suspended: when({ state: 'suspended' }),
    ...incidentFilters<ExecutionRow>('incidents', ({ id }) => id),
    tenantIdIn: tenants().tenantIdIn,
    variables: having('variables'),
    processVariables: having('processVariables'),
    variableNamesIgnoreCase: option,
    variableValuesIgnoreCase: option,
  },
  sorts: { instanceId: 'instance', definitionKey: 'definitionKey', definitionId: 'definition', tenantId: 'tenant' },
  view: rows => rows.map(({ id, instance, tenant }) => executionView(id, instance, tenant)),
};

export const executionView = (id: string, instance: string, tenant: string) => ({
  id,
  processInstanceId: instance,
  ended: false,
  tenantId: tenantId(tenant),
});

/** What goes on by a trigger. A person completes his task, a called process ends, a job runs: nobody does it for them. */
const triggered: readonly Wait['kind'][] = ['trigger', 'message', 'signal', 'timer', 'condition', 'job'];

const Trigger = members({ variables: TypedVariablesIn.optional() });

export function executionOperations(services: Services): Operation[] {
  const { store, engine, clock, settings } = services;
  const refusing = ({ person }: Person) => ({ by: person, at: clock(), onFailure: 'refuse' }) as const;

  /** The activation that an execution is at, with all around it. */
  async function standing(id: string | undefined, person: Person, wanted: Wanted = 'read') {
    const { instance, activation } = await executionFor(store, person, id!, wanted);
    const whole = await wholeOf(store, instance);
    const definition = await engine.definition(instance.definition);
    const scope = runsIn(whole, definition, activation);
    const at = activationIn(whole, definition, activation);
    if (!scope || !at) throw missing(`Execution with id ${id}: it`);
    return { instance, whole, definition, scope, at };
  }

  async function subscriptionOf(id: string | undefined, name: string | undefined, person: Person, wanted: Wanted) {
    const found = await standing(id, person, wanted);
    const { whole, at, scope } = found;
    const wait = Object.values(whole.waits).find(
      each => each.kind === 'message' && each.name === name && [at.id, scope.id].includes(each.activation),
    );
    return { ...found, wait };
  }

  return [
    ...listOperations(services, executionTable, { path: '/execution', methods: ['get', 'post'] }),
    operation({ method: 'get', path: '/execution/{id}' }, async ({ params, person }) => {
      const { instance, whole, definition, scope } = await standing(params.id, person);
      return executionView(executionOf(whole, definition, scope.id), instance.id, instance.tenant);
    }),
    operation({ method: 'post', path: '/execution/{id}/signal', body: Trigger }, async ({ params, body, person }) => {
      const { instance, whole, definition, at } = await standing(params.id, person, 'update');
      const { id, type } = definition.nodes[at.node]!;
      const wait = (at.waits ?? []).map(each => whole.waits[each]!).find(each => each.node === at.node);
      if (!wait || !triggered.includes(wait.kind))
        throw engineError(`Execution ${params.id} does not wait at ${type} '${id}' for a trigger`);
      const { variables, types } = await readVariables(body.variables, { store, settings, tenant: instance.tenant });
      await engine.send(instance.id, { do: 'resume', wait: wait.id, variables, types, ...refusing(person) });
    }),
    operation(
      { method: 'get', path: '/execution/{id}/messageSubscriptions/{messageName}' },
      async ({ params, person }) => {
        const { instance, whole, definition, wait } = await subscriptionOf(
          params.id,
          params.messageName,
          person,
          'read',
        );
        if (!wait) throw missing(`Message event subscription for execution ${params.id} named ${params.messageName}`);
        return subscriptionView(
          {
            id: wait.id,
            kind: 'message',
            name: wait.name ?? '',
            instance: instance.id,
            tenant: instance.tenant,
            element: definition.nodes[wait.node]!.id,
            createdAt: whole.activations[wait.activation]!.since,
          },
          executionOf(whole, definition, wait.activation),
        );
      },
    ),
    operation(
      { method: 'post', path: '/execution/{id}/messageSubscriptions/{messageName}/trigger', body: Trigger },
      async ({ params, body, person }) => {
        const nobody = `Execution with id '${params.id}' does not have a subscription to a message event with name '${params.messageName}'`;
        const { instance, wait } = await subscriptionOf(params.id, params.messageName, person, 'update').catch(
          instead(404, engineError(nobody)),
        );
        if (!wait) throw engineError(nobody);
        const { variables, types } = await readVariables(body.variables, { store, settings, tenant: instance.tenant });
        await engine.send(instance.id, { do: 'resume', wait: wait.id, variables, types, ...refusing(person) });
      },
    ),
    ...variableOperations(services, {
      path: '/execution/{id}/localVariables',
      of: 'execution',
      async scope({ params, person }, wanted) {
        const doing = wanted === 'read' ? 'readVariables' : 'updateVariables';
        const { instance, scope } = await standing(params.id, person, doing);
        return {
          tenant: instance.tenant,
          variables: scope.variables ?? {},
          types: instance.types,
          write: ({ set, remove, types }) =>
            engine.send(instance.id, {
              do: 'set',
              variables: set,
              remove,
              types,
              activation: scope.id,
              local: true,
              ...(scope.waits?.[0] !== undefined && { wait: scope.waits[0] }),
              ...refusing(person),
            }),
        };
      },
    }),
  ];
}
