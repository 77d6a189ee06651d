/** What somebody may without an authorization: the default of everybody, and the rights that a group gives, as rules. */

import type { Rule } from '../../engine/contract.js';
import type { Resource } from '../../tasklist/resources.js';
import type { Right } from './documents.js';

type Bundle = Partial<Record<Resource, readonly string[]>>;

/**
 * What everybody may who is signed in: see which processes there are and start them, and see who is there.
 * A global authorization for all of a resource takes the place of its line.
 */
export const everybody: Bundle = {
  processDefinition: ['READ', 'CREATE_INSTANCE'],
  processInstance: ['CREATE'],
  deployment: ['READ'],
  decisionDefinition: ['READ'],
  decisionRequirementsDefinition: ['READ'],
  filter: ['CREATE'],
  user: ['READ'],
  group: ['READ'],
  tenant: ['READ'],
};

/** Right → what its groups may with all documents of their tenants. */
export const bundles: Record<Right, Bundle> = {
  deploy: { deployment: ['ALL'] },
  operate: {
    processDefinition: [
      'READ',
      'UPDATE',
      'SUSPEND',
      'READ_INSTANCE',
      'UPDATE_INSTANCE',
      'DELETE_INSTANCE',
      'SUSPEND_INSTANCE',
      'MIGRATE_INSTANCE',
      'RETRY_JOB',
      'READ_INSTANCE_VARIABLE',
      'UPDATE_INSTANCE_VARIABLE',
      'READ_HISTORY',
      'READ_HISTORY_VARIABLE',
    ],
    processInstance: ['ALL'],
    decisionDefinition: ['READ', 'READ_HISTORY'],
    batch: ['ALL'],
    operationLogCategory: ['READ'],
  },
  work: { processDefinition: ['WORK'], processInstance: ['CREATE'] },
};

/** The bundle as rules on every document. */
export function rulesOf(bundle: Bundle, of: Rule['of']): [Resource, Rule][] {
  return Object.entries(bundle).map(([resource, permissions]) => [
    resource as Resource,
    { id: '*', permissions, grants: true, of },
  ]);
}
