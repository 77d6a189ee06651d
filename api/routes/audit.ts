/** The audit, to read: who changed what, and whether the chain of hashes is whole. */

import { z } from 'zod';
import type { Filter } from '../../engine/store/port.js';
import type { AuditDocument } from '../auth/documents.js';
import type { Person } from '../auth/people.js';
import { either, need } from '../auth/permissions.js';
import { allOf, given, listPage, within } from '../lists.js';
import { type Route, route } from '../route.js';
import { AnyJson, Instant, Key, listOf, Name, paging, TenantOut, Time, tenantOut, time } from '../schemas.js';
import type { Services } from '../services.js';

const Entry = z
  .strictObject({
    number: z.int(),
    at: Time,
    action: z.string(),
    by: z.string().optional(),
    token: z.string().optional().meta({ description: 'Name of the API token that acted on behalf of `by`' }),
    address: z.string(),
    subject: z.string().optional(),
    tenant: TenantOut,
    before: AnyJson.optional(),
    after: AnyJson.optional(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });

function entryView(entry: AuditDocument): z.infer<typeof Entry> {
  const { number, at, action, by, token, address, subject, subjectTenant = '', before, after, hash } = entry;
  return {
    number,
    at: time(at),
    action,
    by,
    token,
    address,
    subject,
    tenant: tenantOut(subjectTenant),
    before,
    after,
    hash,
  };
}

/** Who is no administrator reads what was done in his tenants, and by himself; an entry of no known tenant tells of all. */
const visibleEntries = ({ administrator, tenants, person }: Person): Filter =>
  administrator ? {} : either({ subjectTenant: { $in: tenants } }, { by: person });

export function auditRoutes({ store, audit }: Services): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/audit',
        tag: 'Audit',
        summary:
          'Changes of everything that has no history of its own, newest first; also failed sign-ins. Who is no administrator reads those of his tenants, and his own',
        query: z.strictObject({
          ...paging,
          by: Key.optional(),
          subject: Key.optional(),
          action: Name.optional().meta({ description: 'In the past tense: `user created`' }),
          since: Instant.optional(),
          until: Instant.optional().meta({ description: 'Before then' }),
        }),
        answer: listOf(Entry),
      },
      async ({ query: { limit, after, since, until, ...exact }, person }) => {
        need(person, 'operationLogCategory', 'READ', 'Admin');
        const filter = allOf(
          visibleEntries(person),
          { number: { $exists: true } },
          given(exact),
          within('at', since, until),
        );
        const page = await listPage<AuditDocument>(store, 'audit', { filter, sort: { number: -1 }, limit, after });
        return { ...page, items: page.items.map(entryView) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/audit/verdict',
        tag: 'Audit',
        summary: 'Whether no entry was changed or taken away: every hash is computed again',
        access: 'administrator',
        answer: z.strictObject({
          entries: z.int(),
          hash: z.string(),
          broken: z.strictObject({ entry: z.int(), reason: z.string() }).optional(),
        }),
      },
      () => audit.verify(),
    ),
  ];
}
