/** Groups, tenants and authorizations: their columns and fields. */

import type { AnswerOf } from '../../client/index.js';
import { optionsOf } from './form.js';
import { Chips } from './records.js';
import type { Kind, Known } from './simple.js';
import { text } from './text.js';

const rights = ['deploy', 'operate', 'work'] as const;

type Group = AnswerOf<'GET /groups'>['items'][number];

type Authorization = AnswerOf<'GET /authorizations'>['items'][number];

const id = { name: 'id', label: text.id, required: true, help: text.users.idHelp };
const name = { name: 'name', label: text.users.name, required: true };

export const groups: Kind<Group> = {
  path: '/groups',
  columns: [
    { label: text.users.name, show: group => group.name },
    { label: text.id, show: group => <span class="muted">{group.id}</span> },
    { label: text.groups.rights, show: group => <Chips names={group.rights.map(right => text.groups.right[right])} /> },
    { label: text.users.tenants, show: group => <Chips names={group.tenants} /> },
  ],
  fields: (group, { tenants: all }) => [
    ...(group ? [] : [id]),
    name,
    {
      name: 'rights',
      label: text.groups.rights,
      kind: 'choices',
      options: rights.map(right => ({ value: right, label: text.groups.rightLong[right] })),
    },
    ...(all.length > 0
      ? [
          {
            name: 'tenants',
            label: text.users.tenants,
            kind: 'choices' as const,
            options: optionsOf(all, group?.tenants),
          },
        ]
      : []),
  ],
  nameOf: group => group.name,
  change: 'PATCH',
  words: text.groups,
};

export const tenants: Kind<AnswerOf<'GET /tenants'>['items'][number]> = {
  path: '/tenants',
  columns: [
    { label: text.users.name, show: tenant => tenant.name },
    { label: text.id, show: tenant => <span class="muted">{tenant.id}</span> },
  ],
  fields: tenant => [...(tenant ? [] : [id]), name],
  nameOf: tenant => tenant.name,
  change: 'PATCH',
  words: text.tenants,
};

const types = ['grant', 'revoke', 'global'] as const;

/** The resources that Weft asks about; the others are kept for clients of Camunda 7. */
const resources = [
  'processDefinition',
  'processInstance',
  'task',
  'deployment',
  'decisionDefinition',
  'user',
  'group',
  'groupMembership',
  'tenant',
  'tenantMembership',
  'authorization',
  'filter',
  'batch',
  'operationLogCategory',
];

const words = text.authorizations;

/** What a new authorization begins with. */
const first = { type: types[0], resource: resources[0]! };

const permissionsOn = (resource: string, { permissions }: Known) =>
  ['ALL', ...(permissions[resource] ?? [])].map(name => ({ id: name, name }));

/** What it has beyond those, such as NONE, while it stays with its resource. */
const kept = (authorization: Authorization | undefined, resource: string) =>
  authorization?.resource === resource ? authorization.permissions : [];

/** Whom it is for. */
const whom = ({ type, user, group }: Authorization) =>
  type === 'global' ? words.everybody : (user ?? `${words.group} ${group}`);

export const authorizations: Kind<Authorization> = {
  path: '/authorizations',
  columns: [
    { label: words.type, show: ({ type }) => words.types[type] },
    { label: words.whom, show: whom },
    { label: words.resource, show: ({ resource, resourceId }) => `${resource} ${resourceId}` },
    { label: words.permissions, show: ({ permissions }) => <Chips names={permissions} /> },
  ],
  fields: (authorization, known, { type = first.type, resource = first.resource }) => [
    ...(authorization
      ? []
      : [
          {
            name: 'type',
            label: words.type,
            kind: 'choice' as const,
            options: types.map(type => ({ value: type, label: words.types[type] })),
          },
        ]),
    ...(type === 'global'
      ? []
      : [
          { name: 'user', label: words.user, suggestions: optionsOf(known.users) },
          { name: 'group', label: words.group, suggestions: optionsOf(known.groups) },
        ]),
    {
      name: 'resource',
      label: words.resource,
      kind: 'choice',
      options: resources.map(name => ({ value: name, label: name })),
    },
    { name: 'resourceId', label: words.resourceId, help: words.resourceIdHelp },
    {
      name: 'permissions',
      label: words.permissions,
      kind: 'choices',
      options: optionsOf(permissionsOn(String(resource), known), kept(authorization, String(resource))),
    },
  ],
  nameOf: one => `${words.types[one.type]} ${whom(one)} ${one.resource}`,
  bodyOf: values => ({ ...values, resourceId: values.resourceId ?? '*' }),
  change: 'PUT',
  words,
};
