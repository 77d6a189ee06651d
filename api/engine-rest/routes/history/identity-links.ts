/** The historic log of identity links: who became, or no longer is, assignee, owner or candidate of a task. */

import type { LinkDocument } from '../../../../engine/store/documents.js';
import type { Services } from '../../../services.js';
import { restDate } from '../../dates.js';
import { equals, tenants, timeIs } from '../../filters.js';
import { restId } from '../../ids.js';
import { listOperations } from '../../lists.js';
import type { Operation } from '../../operation.js';
import type { Table } from '../../table.js';
import { tenantId } from '../../views.js';
import { outermost, rowIs, visibleHistory } from './parts.js';

const linkTable: Table<LinkDocument> = {
  from: 'linkLog',
  visible: visibleHistory(),
  filters: {
    type: equals('type'),
    userId: equals('user'),
    groupId: equals('group'),
    dateBefore: timeIs('at', '$lte'),
    dateAfter: timeIs('at', '$gte'),
    taskId: rowIs('task'),
    processDefinitionId: equals('definition'),
    processDefinitionKey: equals('definitionKey'),
    operationType: equals('operation'),
    assignerId: equals('by'),
    ...tenants(),
  },
  order: { at: 1 },
  sorts: {
    time: 'at',
    type: 'type',
    userId: 'user',
    groupId: 'group',
    taskId: 'task',
    processDefinitionId: 'definition',
    processDefinitionKey: 'definitionKey',
    operationType: 'operation',
    assignerId: 'by',
    tenantId: 'tenant',
  },
  async view(rows, { services: { store } }) {
    const rootOf = await outermost(
      store,
      rows.map(({ instance }) => instance),
    );
    return rows.map(row => ({ ...linkView(row), ...rootOf(row.instance) }));
  },
};

const linkView = (link: LinkDocument) => ({
  id: link.id,
  time: restDate(link.at),
  type: link.type,
  userId: link.user ?? null,
  groupId: link.group ?? null,
  taskId: restId(link.task),
  processDefinitionId: link.definition === '' ? null : link.definition,
  processDefinitionKey: link.definitionKey === '' ? null : link.definitionKey,
  operationType: link.operation,
  assignerId: link.by ?? null,
  tenantId: tenantId(link.tenant),
});

export const identityLinkLogOperations = (services: Services): Operation[] =>
  listOperations(services, linkTable, { path: '/history/identity-link-log' });
