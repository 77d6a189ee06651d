/** The trail of a task: what somebody changed, as entries of the logs. No commit of an instance tells of it. */

import {
  FORMAT,
  type IdentityLink,
  type LinkDocument,
  type OperationDocument,
  type TaskDocument,
} from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';
import { linksOf } from './links.js';

type Field = 'name' | 'description' | 'assignee' | 'owner' | 'delegation' | 'due' | 'followUp' | 'priority';

/** Field → property as the user operation log of Camunda 7 names it. */
const properties: Record<Field, string> = {
  delegation: 'delegation',
  assignee: 'assignee',
  owner: 'owner',
  priority: 'priority',
  due: 'dueDate',
  followUp: 'followUpDate',
  name: 'name',
  description: 'description',
};

interface Difference {
  before: TaskDocument;
  after: TaskDocument;
  by: string;
}

/** The first rule that holds names the whole operation. */
const kinds: [type: string, holds: (difference: Difference, changed: Set<Field>) => boolean][] = [
  ['Delegate', ({ after }, changed) => changed.has('delegation') && after.delegation === 'pending'],
  ['Resolve', ({ after }, changed) => changed.has('delegation') && after.delegation === 'resolved'],
  ['Claim', ({ before, after, by }) => before.assignee === undefined && after.assignee === by],
  ['Assign', (_, changed) => changed.has('assignee')],
  ['SetOwner', (_, changed) => changed.size === 1 && changed.has('owner')],
  ['SetPriority', (_, changed) => changed.size === 1 && changed.has('priority')],
  ['Update', () => true],
];

type Link = IdentityLink & Pick<LinkDocument, 'operation'>;

/**
 * Logs the difference between two versions of a task; nothing where there is none.
 *
 *     await leaveTrail(store, { before, after, by: 'mary' }, clock());
 */
export async function leaveTrail(store: Store, difference: Difference, at: number): Promise<void> {
  const links = linksChanged(difference);
  const operations = operationsOf(difference, links);
  const { after, by } = difference;
  const { id: task, tenant, instance, definition, definitionKey, rev } = after;
  const common = { tenant, format: FORMAT, task, instance, definition, definitionKey, by, at, seq: rev };
  const change = `${task}:${rev}`;
  const linkEntries: LinkDocument[] = links.map((link, index) => ({
    id: `${change}.link.${index}`,
    ...common,
    ...link,
  }));
  const operationEntries: OperationDocument[] = operations.map((operation, index) => ({
    id: `${change}.${index}`,
    ...common,
    operation: change,
    entity: 'Task',
    category: 'TaskWorker',
    ...operation,
  }));
  await Promise.all([
    ...(linkEntries.length > 0 ? [store.put('linkLog', linkEntries)] : []),
    ...(operationEntries.length > 0 ? [store.put('operations', operationEntries)] : []),
  ]);
}

function operationsOf(difference: Difference, links: Link[]): Pick<OperationDocument, 'type' | 'property'>[] {
  const { before, after } = difference;
  const changed = new Set((Object.keys(properties) as Field[]).filter(field => before[field] !== after[field]));
  const type = kinds.find(([, holds]) => holds(difference, changed))![0];
  return [
    ...[...changed].map(field => ({
      type,
      property: properties[field],
      ...(before[field] !== undefined && { before: String(before[field]) }),
      ...(after[field] !== undefined && { after: String(after[field]) }),
    })),
    // Assignee and owner are fields already.
    ...links
      .filter(({ type }) => type !== 'assignee' && type !== 'owner')
      .map(({ type: property, operation, user, group }) => ({
        type: `${operation === 'add' ? 'Add' : 'Delete'}${user === undefined ? 'Group' : 'User'}Link`,
        property,
        ...(operation === 'add' ? { after: user ?? group } : { before: user ?? group }),
      })),
  ];
}

/** Who went, then who came. */
function linksChanged({ before, after }: Difference): Link[] {
  const [old, present] = [linksOf(before), linksOf(after)];
  return [
    ...without(old, present).map(link => ({ ...link, operation: 'delete' as const })),
    ...without(present, old).map(link => ({ ...link, operation: 'add' as const })),
  ];
}

const keyOf = ({ type, user, group }: IdentityLink) => JSON.stringify([type, user, group]);

function without(links: IdentityLink[], others: IdentityLink[]): IdentityLink[] {
  const keys = new Set(others.map(keyOf));
  return links.filter(link => !keys.has(keyOf(link)));
}
