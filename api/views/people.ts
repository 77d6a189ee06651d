/** Users, groups, tenants, tokens and authorizations as the API shows them. */

import { z } from 'zod';
import type {
  AuthorizationDocument,
  GroupDocument,
  TenantDocument,
  UserDocument,
} from '../../engine/store/documents.js';
import { rights, type SessionDocument, type TokenDocument } from '../auth/documents.js';
import { signsIn } from '../auth/people.js';
import { resources } from '../auth/permissions.js';
import { type Scope, scopes } from '../auth/scopes.js';
import { revisionOf } from '../revisions.js';
import { maybeTime, Time, time } from '../schemas.js';

/** Also the `ETag` of an answer; a change that names it by `If-Match` changes just that. */
const Revision = z.int().meta({ description: 'Raised by every change; the `ETag`, for `If-Match`' });

export const User = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    groups: z.array(z.string()),
    firstName: z.string().optional(),
    lastName: z.string().optional(),
    email: z.string().optional(),
    title: z.string().optional(),
    tenants: z.array(z.string()).optional().meta({ description: 'Its own ones, beside those of its groups' }),
    administrator: z.boolean().optional(),
    disabled: z.boolean().optional(),
    hasPassword: z.boolean().optional(),
    signsIn: z.boolean().optional().meta({
      description: 'By a password or at the OpenID provider; administrators make tokens only of users who do not',
    }),
    rev: Revision,
  })
  .meta({ id: 'User' });

/** Of himself and others; what only those need who administer is told to `administers`. */
export function userView(user: UserDocument, administers = false): z.infer<typeof User> {
  const { id, name, groups, firstName, lastName, email, title, tenants = [], administrator, disabled = false } = user;
  const said = { id, name, groups, firstName, lastName, email, title, rev: revisionOf(user) };
  const hasPassword = user.password !== undefined;
  return administers ? { ...said, tenants, administrator, disabled, hasPassword, signsIn: signsIn(user) } : said;
}

export const Group = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    type: z.string().optional(),
    rights: z.array(z.enum(rights)),
    tenants: z.array(z.string()),
    rev: Revision,
  })
  .meta({ id: 'Group' });

export const groupView = ({
  id,
  name,
  type,
  rights = [],
  tenants = [],
  rev = 0,
}: GroupDocument): z.infer<typeof Group> => ({
  id,
  name,
  type,
  rights,
  tenants,
  rev,
});

export const Tenant = z.strictObject({ id: z.string(), name: z.string(), rev: Revision }).meta({ id: 'Tenant' });

export const tenantView = ({ id, name, rev = 0 }: TenantDocument): z.infer<typeof Tenant> => ({ id, name, rev });

export const Token = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    createdAt: Time,
    expiresAt: Time.optional(),
    usedAt: Time.optional(),
    scopes: z
      .array(z.enum(scopes as [Scope, ...Scope[]]))
      .optional()
      .meta({ description: 'Absent: whatever its owner may' }),
  })
  .meta({ id: 'Token' });

export const tokenView = (token: TokenDocument): z.infer<typeof Token> => ({
  id: token.id,
  name: token.name,
  createdAt: time(token.createdAt),
  expiresAt: maybeTime(token.expiresAt),
  usedAt: maybeTime(token.usedAt),
  scopes: token.scopes,
});

export const Session = z
  .strictObject({
    id: z.string(),
    agent: z.string().optional().meta({ description: 'What the browser calls itself' }),
    createdAt: Time,
    usedAt: Time.meta({ description: 'To the minute' }),
    expiresAt: Time.meta({ description: 'The latest end; it ends earlier when nobody uses it for eight hours' }),
    current: z.boolean().meta({ description: 'This was asked in it' }),
  })
  .meta({ id: 'Session' });

/** `current` is the id of the session in which it is asked. */
export const sessionView = (session: SessionDocument, current: string | undefined): z.infer<typeof Session> => ({
  id: session.id,
  agent: session.agent,
  createdAt: time(session.createdAt),
  usedAt: time(session.seenAt),
  expiresAt: time(session.expiresAt),
  current: session.id === current,
});

const resourceNames = Object.keys(resources) as [keyof typeof resources, ...(keyof typeof resources)[]];

/** What is said of an authorization when it is made. */
export const AuthorizationIn = z.strictObject({
  type: z.enum(['global', 'grant', 'revoke']),
  user: z.string().min(1).max(128).optional(),
  group: z.string().min(1).max(128).optional(),
  resource: z.enum(resourceNames),
  resourceId: z
    .string()
    .min(1)
    .max(500)
    .regex(/^\P{Cc}*$/u, 'contains control characters')
    .default('*')
    .meta({ description: 'An id, the key of a definition, or * for all' }),
  permissions: z
    .array(z.string().max(100))
    .min(1)
    .max(100)
    .meta({ examples: [['READ']] }),
});

export const Authorization = AuthorizationIn.extend({ id: z.string(), resource: z.string(), rev: Revision }).meta({
  id: 'Authorization',
});

export function authorizationView(document: AuthorizationDocument): z.infer<typeof Authorization> {
  const { id, type, user, group, resource, resourceId, permissions, rev = 0 } = document;
  return { id, type, user, group, resource, resourceId, permissions, rev };
}
