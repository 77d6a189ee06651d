/** What authorizations are about: the resources of Camunda 7 with their numbers and permissions, as a table. */

interface ResourceLine {
  /** Number of the resource in Camunda 7. */
  number: number;
  /** Its name there. */
  name: string;
  permissions: readonly string[];
}

const changing = ['READ', 'UPDATE', 'CREATE', 'DELETE'] as const;

export const resources = {
  application: { number: 0, name: 'Application', permissions: ['ACCESS'] },
  user: { number: 1, name: 'User', permissions: changing },
  group: { number: 2, name: 'Group', permissions: changing },
  groupMembership: { number: 3, name: 'Group membership', permissions: ['CREATE', 'DELETE'] },
  authorization: { number: 4, name: 'Authorization', permissions: changing },
  filter: { number: 5, name: 'Filter', permissions: changing },
  processDefinition: {
    number: 6,
    name: 'ProcessDefinition',
    permissions: [
      'READ',
      'UPDATE',
      'DELETE',
      'SUSPEND',
      'CREATE_INSTANCE',
      'READ_INSTANCE',
      'UPDATE_INSTANCE',
      'DELETE_INSTANCE',
      'SUSPEND_INSTANCE',
      'MIGRATE_INSTANCE',
      'RETRY_JOB',
      'READ_INSTANCE_VARIABLE',
      'UPDATE_INSTANCE_VARIABLE',
      'READ_TASK',
      'UPDATE_TASK',
      'TASK_WORK',
      'TASK_ASSIGN',
      'READ_TASK_VARIABLE',
      'UPDATE_TASK_VARIABLE',
      'READ_HISTORY',
      'UPDATE_HISTORY',
      'DELETE_HISTORY',
      'READ_HISTORY_VARIABLE',
      // Ours: to fetch and answer jobs of the process, and nothing else of it.
      'WORK',
    ],
  },
  task: {
    number: 7,
    name: 'Task',
    permissions: [...changing, 'TASK_WORK', 'TASK_ASSIGN', 'READ_VARIABLE', 'UPDATE_VARIABLE', 'READ_HISTORY'],
  },
  processInstance: {
    number: 8,
    name: 'ProcessInstance',
    permissions: [...changing, 'RETRY_JOB', 'SUSPEND', 'UPDATE_VARIABLE'],
  },
  deployment: { number: 9, name: 'Deployment', permissions: ['READ', 'CREATE', 'DELETE'] },
  decisionDefinition: {
    number: 10,
    name: 'DecisionDefinition',
    permissions: ['READ', 'UPDATE', 'CREATE_INSTANCE', 'READ_HISTORY', 'DELETE_HISTORY'],
  },
  tenant: { number: 11, name: 'Tenant', permissions: changing },
  tenantMembership: { number: 12, name: 'TenantMembership', permissions: ['CREATE', 'DELETE'] },
  batch: {
    number: 13,
    name: 'Batch',
    permissions: [
      ...changing,
      'READ_HISTORY',
      'DELETE_HISTORY',
      'CREATE_BATCH_MIGRATE_PROCESS_INSTANCES',
      'CREATE_BATCH_MODIFY_PROCESS_INSTANCES',
      'CREATE_BATCH_RESTART_PROCESS_INSTANCES',
      'CREATE_BATCH_DELETE_RUNNING_PROCESS_INSTANCES',
      'CREATE_BATCH_DELETE_FINISHED_PROCESS_INSTANCES',
      'CREATE_BATCH_DELETE_DECISION_INSTANCES',
      'CREATE_BATCH_SET_JOB_RETRIES',
      'CREATE_BATCH_SET_EXTERNAL_TASK_RETRIES',
      'CREATE_BATCH_UPDATE_PROCESS_INSTANCES_SUSPEND',
      'CREATE_BATCH_SET_REMOVAL_TIME',
      'CREATE_BATCH_SET_VARIABLES',
    ],
  },
  decisionRequirementsDefinition: { number: 14, name: 'DecisionRequirementsDefinition', permissions: ['READ'] },
  report: { number: 15, name: 'Report', permissions: changing },
  dashboard: { number: 16, name: 'Dashboard', permissions: changing },
  operationLogCategory: {
    number: 17,
    name: 'UserOperationLogCategory',
    permissions: ['READ', 'UPDATE', 'DELETE'],
  },
  optimize: { number: 18, name: 'Optimize', permissions: ['EDIT', 'SHARE'] },
  historicTask: { number: 19, name: 'HistoricTask', permissions: ['READ', 'READ_VARIABLE'] },
  historicProcessInstance: { number: 20, name: 'HistoricProcessInstance', permissions: ['READ'] },
  system: { number: 21, name: 'System', permissions: ['READ', 'SET', 'DELETE'] },
} as const satisfies Record<string, ResourceLine>;

export type Resource = keyof typeof resources;

/** A permission that the resource has. */
export type Permission<R extends Resource> = (typeof resources)[R]['permissions'][number];

export const isResource = (name: string): name is Resource => Object.hasOwn(resources, name);

const byNumber = new Map<number, Resource>(
  Object.entries(resources).map(([resource, { number }]) => [number, resource as Resource]),
);

/** The resource with this number of Camunda 7. */
export const resourceOf = (number: number): Resource | undefined => byNumber.get(number);
