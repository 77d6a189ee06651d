/** Generated from the OpenAPI document by `npm run client`; a test says when it is behind. */

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export type Activity = {
  id: string;
  element: string;
  elementType: string;
  name?: string;
  startedAt: string;
  endedAt?: string;
  duration?: number;
  state: 'active' | 'completed' | 'cancelled';
  answeredBy?: string;
};

export type Assignment = {
  at: string;
  activation: number;
  element: string;
  name: string;
  value: Json;
  revision: number;
  initial: boolean;
};

export type AuditEntry = {
  number: number;
  at: string;
  action: string;
  by?: string;
  token?: string;
  address: string;
  subject?: string;
  tenant?: string;
  before?: Json;
  after?: Json;
  hash: string;
};

export type Authorization = {
  type: 'global' | 'grant' | 'revoke';
  user?: string;
  group?: string;
  resource: string;
  resourceId: string;
  permissions: string[];
  id: string;
  rev: number;
};

export type BlockedBecause = {
  id: string;
  kind:
    | 'task'
    | 'work'
    | 'async'
    | 'timer'
    | 'start'
    | 'order'
    | 'message'
    | 'signal'
    | 'condition'
    | 'trigger'
    | 'child'
    | 'incident';
  element: string;
  name?: string;
  since: string;
  because: string;
  due?: string;
  child?: string;
  attempts?: number;
};

export type CalledInstance = {
  id: string;
  parent?: string;
  depth: number;
  element?: string;
  definition: string;
  key: string;
  businessKey?: string;
  state: 'running' | 'suspended' | 'completed' | 'cancelled' | 'failed';
  startedAt: string;
  endedAt?: string;
  incidents: number;
};

export type Capabilities = {
  version: string;
  store: 'sqlite' | 'mongodb';
  demo: boolean;
  elements: string[];
  events: string[];
  dialects: string[];
  liveTopics: string[];
  webhookEvents: (
    | 'instance.started'
    | 'instance.ended'
    | 'instance.suspended'
    | 'instance.activated'
    | 'task.opened'
    | 'task.claimed'
    | 'task.unclaimed'
    | 'task.assigned'
    | 'task.delegated'
    | 'task.resolved'
    | 'task.completed'
    | 'task.cancelled'
    | 'incident.opened'
    | 'incident.resolved'
    | 'deployment.created'
    | 'deployment.deleted'
    | 'definition.suspended'
    | 'definition.activated'
    | 'definition.deleted'
  )[];
  permissions: Record<string, string[]>;
  limits: { body: number; deployment: number; variable: number; file: number; jsonDepth: number; elements: number };
};

export type CheckedFiles = { problems: FileProblem[]; definitions: { key: string; name?: string }[] };

export type Comment = { id: string; by: string; byName?: string; at: string; text: string };

export type Definition = {
  id: string;
  key: string;
  version: number;
  tenant?: string;
  name?: string;
  versionTag?: string;
  deployment: string;
  resource: string;
  at: string;
  state: 'active' | 'suspended';
  latest: boolean;
  startable: boolean;
  running?: number;
  incidents?: number;
  allVersions?: { running: number; incidents?: number };
  startPolicy: 'off' | 'warn' | 'refuse';
  rev: number;
};

export type Delivery = {
  id: string;
  webhook: string;
  type:
    | 'instance.started'
    | 'instance.ended'
    | 'instance.suspended'
    | 'instance.activated'
    | 'task.opened'
    | 'task.claimed'
    | 'task.unclaimed'
    | 'task.assigned'
    | 'task.delegated'
    | 'task.resolved'
    | 'task.completed'
    | 'task.cancelled'
    | 'incident.opened'
    | 'incident.resolved'
    | 'deployment.created'
    | 'deployment.deleted'
    | 'definition.suspended'
    | 'definition.activated'
    | 'definition.deleted'
    | 'ping';
  data: Record<string, Json>;
  at: string;
  state: 'open' | 'delivered' | 'dead';
  attempts: number;
  due?: string;
  triedAt?: string;
  status?: number;
  error?: string;
};

export type Deployment = {
  id: string;
  name: string;
  at: string;
  by?: string;
  tenant?: string;
  source?: string;
  resources: { name: string; size: number; type: string }[];
  definitions: Definition[];
  warnings: FileProblem[];
};

export type FetchedJob = {
  id: string;
  topic: string;
  instance: string;
  definition: string;
  key: string;
  tenant?: string;
  element: string;
  businessKey?: string;
  variables: Record<string, Json>;
  retries: number;
  priority: number;
  headers: Record<string, string>;
  lockedUntil: string;
  error?: string;
};

export type FileProblem = {
  level: 'error' | 'warning';
  file: string;
  element?: string;
  name?: string;
  line?: number;
  column?: number;
  message: string;
};

export type Form =
  | {
      kind: 'form-js';
      schema: Record<string, Json>;
      origin: 'deployed' | 'fields' | 'embedded' | 'inferred';
      degraded?: true;
      businessKey?: string;
      notice?: string;
      data: Record<string, Json>;
    }
  | { kind: 'variables'; notice?: string; data: Record<string, Json> }
  | { kind: 'external'; url: string; notice?: string; data: Record<string, Json> };

export type Group = {
  id: string;
  name: string;
  type?: string;
  rights: ('deploy' | 'operate' | 'work')[];
  tenants: string[];
  rev: number;
};

export type HistoryEntry = {
  seq: number;
  at: string;
  by?: string;
  events: {
    type: string;
    element?: string;
    name?: string;
    flow?: string;
    wait?: string;
    kind?: string;
    by?: string;
    worker?: string;
    state?: string;
    message?: string;
    variables?: Record<string, Json>;
    value?: Json;
  }[];
};

export type Incident = {
  id: string;
  instance: string;
  definition: string;
  key: string;
  tenant?: string;
  businessKey?: string;
  element: string;
  elementType?: string;
  name?: string;
  type: string;
  message: string;
  at: string;
  state: 'open' | 'resolved';
  resolvedAt?: string;
  resolvedBy?: string;
};

export type Instance = {
  id: string;
  definition: string;
  key: string;
  tenant?: string;
  businessKey?: string;
  state: 'running' | 'suspended' | 'completed' | 'cancelled' | 'failed';
  ended: boolean;
  startedAt: string;
  startedBy?: string;
  endedAt?: string;
  incidents: Incident[];
};

export type InstanceDescription = {
  id: string;
  definition: string;
  key: string;
  tenant?: string;
  businessKey?: string;
  state: 'running' | 'suspended' | 'completed' | 'cancelled' | 'failed';
  ended: boolean;
  startedAt: string;
  startedBy?: string;
  endedAt?: string;
  incidents: Incident[];
  because?: string;
  waits: BlockedBecause[];
  more: boolean;
};

export type InstanceDetails = {
  id: string;
  definition: string;
  key: string;
  tenant?: string;
  businessKey?: string;
  state: 'running' | 'suspended' | 'completed' | 'cancelled' | 'failed';
  ended: boolean;
  startedAt: string;
  startedBy?: string;
  endedAt?: string;
  incidents: Incident[];
  definitionName?: string;
  version: number;
  parent?: string;
  activations: {
    id: number;
    element: string;
    name?: string;
    type: string;
    parent: number;
    since: string;
    state: 'active' | 'incident';
  }[];
  waits: { id: string; kind: string; element: string; name?: string; due?: string; child?: string }[];
};

export type Job = {
  id: string;
  kind: 'work' | 'async' | 'timer' | 'start' | 'order';
  topic?: string;
  instance?: string;
  definition: string;
  key: string;
  tenant?: string;
  element: string;
  businessKey?: string;
  createdAt: string;
  due: string;
  retries: number;
  priority: number;
  lockedBy?: string;
  lockedUntil?: string;
  error?: string;
  state: 'open' | 'answered' | 'dropped';
  rev: number;
};

export type JobEntry = {
  at: string;
  job: string;
  kind: string;
  type: 'created' | 'failed' | 'succeeded' | 'deleted';
  element: string;
  topic?: string;
  due?: string;
  retries: number;
  worker?: string;
  error?: string;
  errorDetails?: string;
};

export type Loss = { definitions: string[]; running: number; ended: number };

export type MessageReceipt = {
  id: string;
  name: string;
  key?: string;
  state: 'buffered' | 'delivered' | 'expired';
  at: string;
  expiresAt: string;
  instance?: string;
  wait?: string;
};

export type Missing = {
  kind: 'topic' | 'process' | 'form' | 'group' | 'user';
  id: string;
  elements: string[];
  sentence: string;
};

export type OperationEntry = {
  at: string;
  by: string;
  type: string;
  entity: string;
  task?: string;
  job?: string;
  property?: string;
  before?: string;
  after?: string;
  annotation?: string;
};

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code:
    | 'aborted'
    | 'bad-command'
    | 'bad-input'
    | 'bad-json'
    | 'bad-length'
    | 'bad-multipart'
    | 'too-deep'
    | 'not-signed-in'
    | 'wrong-credentials'
    | 'wrong-token'
    | 'forbidden'
    | 'no-such-endpoint'
    | 'no-such-page'
    | 'no-diagram'
    | 'nobody-listens'
    | 'not-found'
    | 'method-not-allowed'
    | 'duplicate'
    | 'last-administrator'
    | 'has-instances'
    | 'lock-lost'
    | 'set-up-already'
    | 'several-listen'
    | 'somebody-was-faster'
    | 'signs-in'
    | 'stale'
    | 'still-running'
    | 'suspended'
    | 'changed-meanwhile'
    | 'too-large'
    | 'unsupported-charset'
    | 'unsupported-encoding'
    | 'unsupported-media-type'
    | 'wrong-host'
    | 'deployment-refused'
    | 'idempotency-key-reused'
    | 'not-ready'
    | 'refused'
    | 'too-many-attempts'
    | 'too-many-waiting'
    | 'too-many-parked'
    | 'too-many-requests'
    | 'too-many-streams'
    | 'internal'
    | 'busy'
    | 'draining'
    | 'newer-format'
    | 'store'
    | 'store-unreachable';
  errors?: { path: string; value?: Json; reason: string }[];
};

export type Session = {
  id: string;
  agent?: string;
  createdAt: string;
  usedAt: string;
  expiresAt: string;
  current: boolean;
};

export type SignedIn = {
  id: string;
  name: string;
  groups: string[];
  administrator: boolean;
  rights: ('deploy' | 'operate' | 'work')[];
};

export type StartedInstance = {
  id: string;
  definition: string;
  key: string;
  tenant?: string;
  businessKey?: string;
  state: 'running' | 'suspended' | 'completed' | 'cancelled' | 'failed';
  ended: boolean;
  startedAt: string;
  startedBy?: string;
  endedAt?: string;
  incidents: Incident[];
  reached?: boolean;
  variables?: Record<string, Json>;
  missing?: Missing[];
};

export type Statistics = {
  elements: Record<
    string,
    {
      tokens: number;
      incidents: number;
      entered: number;
      completed: number;
      cancelled: number;
      p50?: number;
      p90?: number;
    }
  >;
  flows: Record<string, { taken: number }>;
};

export type Task = {
  id: string;
  name: string;
  description?: string;
  element: string;
  instance: string;
  definition: string;
  key: string;
  tenant?: string;
  definitionName?: string;
  businessKey?: string;
  createdAt: string;
  due?: string;
  followUp?: string;
  priority: number;
  assignee?: string;
  assigneeName?: string;
  owner?: string;
  ownerName?: string;
  delegation?: 'pending' | 'resolved';
  resolvedBy?: string;
  resolvedByName?: string;
  candidateUsers: string[];
  candidateGroups: string[];
  state: 'open' | 'completed' | 'cancelled';
  completedBy?: string;
  completedByName?: string;
  completedAt?: string;
  draft: boolean;
  rev: number;
  can: Record<string, boolean>;
};

export type Tenant = { id: string; name: string; rev: number };

export type Token = {
  id: string;
  name: string;
  createdAt: string;
  expiresAt?: string;
  usedAt?: string;
  scopes?: ('read' | 'tasks' | 'start' | 'work' | 'deploy' | 'operate' | 'administer')[];
};

export type Topic = {
  topic: string;
  open: number;
  locked: number;
  failed: number;
  workers: { worker: string; seenAt: string }[];
};

export type User = {
  id: string;
  name: string;
  groups: string[];
  firstName?: string;
  lastName?: string;
  email?: string;
  title?: string;
  tenants?: string[];
  administrator?: boolean;
  disabled?: boolean;
  hasPassword?: boolean;
  signsIn?: boolean;
  rev: number;
};

export type Webhook = {
  id: string;
  name: string;
  url: string;
  tenant?: string;
  events: (
    | 'instance.started'
    | 'instance.ended'
    | 'instance.suspended'
    | 'instance.activated'
    | 'task.opened'
    | 'task.claimed'
    | 'task.unclaimed'
    | 'task.assigned'
    | 'task.delegated'
    | 'task.resolved'
    | 'task.completed'
    | 'task.cancelled'
    | 'incident.opened'
    | 'incident.resolved'
    | 'deployment.created'
    | 'deployment.deleted'
    | 'definition.suspended'
    | 'definition.activated'
    | 'definition.deleted'
  )[];
  keys?: string[];
  elements?: string[];
  active: boolean;
  createdAt: string;
  createdBy: string;
  rev: number;
  open: number;
  dead: number;
};

export type WebhookMessage = {
  id: string;
  type:
    | 'instance.started'
    | 'instance.ended'
    | 'instance.suspended'
    | 'instance.activated'
    | 'task.opened'
    | 'task.claimed'
    | 'task.unclaimed'
    | 'task.assigned'
    | 'task.delegated'
    | 'task.resolved'
    | 'task.completed'
    | 'task.cancelled'
    | 'incident.opened'
    | 'incident.resolved'
    | 'deployment.created'
    | 'deployment.deleted'
    | 'definition.suspended'
    | 'definition.activated'
    | 'definition.deleted'
    | 'ping';
  timestamp: string;
  data: Record<string, Json>;
};

export type WebhookWithSecret = {
  id: string;
  name: string;
  url: string;
  tenant?: string;
  events: (
    | 'instance.started'
    | 'instance.ended'
    | 'instance.suspended'
    | 'instance.activated'
    | 'task.opened'
    | 'task.claimed'
    | 'task.unclaimed'
    | 'task.assigned'
    | 'task.delegated'
    | 'task.resolved'
    | 'task.completed'
    | 'task.cancelled'
    | 'incident.opened'
    | 'incident.resolved'
    | 'deployment.created'
    | 'deployment.deleted'
    | 'definition.suspended'
    | 'definition.activated'
    | 'definition.deleted'
  )[];
  keys?: string[];
  elements?: string[];
  active: boolean;
  createdAt: string;
  createdBy: string;
  rev: number;
  open: number;
  dead: number;
  secret: string;
};

/** Method and path → what goes in, and what comes back. */
export interface Operations {
  /** Signs in; the answer sets the session cookie. Demo people need no password */
  'POST /session': { body: { user: string; password?: string }; answer: { user: SignedIn } };
  /** Who is signed in; in demo mode also whom one may sign in as */
  'GET /session': {
    query?: { fields?: string };
    answer: {
      user?: SignedIn;
      demo: boolean;
      provider?: string;
      needsSetup?: true;
      demoUsers?: { id: string; name: string; title?: string; groups: string[] }[];
    };
  };
  /** Signs out */
  'DELETE /session': { answer: undefined };
  /** Changes the own name and address; null takes a value away */
  'PATCH /session': {
    header?: { 'if-match'?: string };
    body?: { name?: string; email?: string | null };
    answer: { user: SignedIn };
  };
  /** Creates the first administrator with the one-time token that the first start printed */
  'POST /setup': { body: { token: string; user: string; name: string; password: string }; answer: { user: SignedIn } };
  /** Sets the password with the one-time token of an invitation, and signs in */
  'POST /session/invitation': { body: { token: string; password: string }; answer: { user: SignedIn } };
  /** Changes the own password; every session of the person ends */
  'PUT /session/password': { body: { password: string; newPassword: string }; answer: undefined };
  /** Where the asker is signed in, newest session first */
  'GET /sessions': {
    query?: { fields?: string; format?: 'json' | 'csv' };
    answer: { items: Session[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Signs the asker out everywhere else */
  'DELETE /sessions': { answer: undefined };
  /** Signs the asker out in one place */
  'DELETE /sessions/{id}': { path: { id: string }; answer: undefined };
  /** Where a user is signed in */
  'GET /users/{id}/sessions': {
    path: { id: string };
    query?: { fields?: string; format?: 'json' | 'csv' };
    answer: { items: Session[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Ends every session of a user, who may sign in again */
  'DELETE /users/{id}/sessions': { path: { id: string }; answer: undefined };
  /** Sends the browser to the OpenID provider, where one is set */
  'GET /session/oidc': { query?: { to?: string }; answer: undefined };
  /** Where the OpenID provider sends the browser back to; it goes on to the page it wanted */
  'GET /session/oidc/callback': { answer: undefined };
  /** Everybody whom the asker may see, by name */
  'GET /users': {
    query?: {
      limit?: number;
      after?: string;
      group?: string;
      tenant?: string;
      fields?: string;
      format?: 'json' | 'csv';
    };
    answer: { items: User[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Creates a user; without a password, an invitation lets the person choose one */
  'POST /users': {
    body: {
      id: string;
      name: string;
      firstName?: string;
      lastName?: string;
      email?: string;
      title?: string;
      password?: string;
      groups?: string[];
      tenants?: string[];
      administrator?: boolean;
    };
    answer: User;
  };
  /** One user */
  'GET /users/{id}': { path: { id: string }; query?: { fields?: string }; answer: User };
  /** Changes a user; `disabled` ends every session and refuses the next sign-in; null takes a value away */
  'PATCH /users/{id}': {
    path: { id: string };
    header?: { 'if-match'?: string };
    body?: {
      name?: string;
      firstName?: string | null;
      lastName?: string | null;
      email?: string | null;
      title?: string | null;
      groups?: string[];
      tenants?: string[];
      administrator?: boolean;
      disabled?: boolean;
    };
    answer: User;
  };
  /** Removes a user with sessions, tokens and authorizations; `dryRun` says how many; what was done stays */
  'DELETE /users/{id}': {
    path: { id: string };
    query?: { dryRun?: boolean };
    header?: { 'if-match'?: string };
    answer: { sessions: number; tokens: number; authorizations: number } | undefined;
  };
  /** Sets a password; every session of the user ends */
  'PUT /users/{id}/password': { path: { id: string }; body: { password: string }; answer: undefined };
  /** Makes a one-time link with which the user chooses a password; it is shown this once */
  'POST /users/{id}/invitation': { path: { id: string }; answer: { link: string; expiresAt: string } };
  /** Groups, by name */
  'GET /groups': {
    query?: { limit?: number; after?: string; fields?: string; format?: 'json' | 'csv' };
    answer: { items: Group[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Creates a group; its rights are those of its members */
  'POST /groups': {
    body: { id: string; name: string; type?: string; rights?: ('deploy' | 'operate' | 'work')[]; tenants?: string[] };
    answer: Group;
  };
  /** One group */
  'GET /groups/{id}': { path: { id: string }; query?: { fields?: string }; answer: Group };
  /** Changes a group; null takes a value away */
  'PATCH /groups/{id}': {
    path: { id: string };
    header?: { 'if-match'?: string };
    body?: { name?: string; type?: string | null; rights?: ('deploy' | 'operate' | 'work')[]; tenants?: string[] };
    answer: Group;
  };
  /** Removes a group with its memberships and authorizations; `dryRun` says how many */
  'DELETE /groups/{id}': {
    path: { id: string };
    query?: { dryRun?: boolean };
    header?: { 'if-match'?: string };
    answer: { users: number; authorizations: number } | undefined;
  };
  /** Takes a user into a group */
  'PUT /groups/{id}/members/{user}': { path: { id: string; user: string }; answer: undefined };
  /** Takes a user out of a group */
  'DELETE /groups/{id}/members/{user}': { path: { id: string; user: string }; answer: undefined };
  /** The own API tokens */
  'GET /tokens': {
    query?: { fields?: string; format?: 'json' | 'csv' };
    answer: { items: Token[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Makes an API token with the own rights, or some of them; it is shown this once */
  'POST /tokens': {
    body: {
      name: string;
      expiresAt?: string;
      scopes?: ('read' | 'tasks' | 'start' | 'work' | 'deploy' | 'operate' | 'administer')[];
    };
    answer: { id: string; token: string };
  };
  /** Makes an own API token void */
  'DELETE /tokens/{id}': { path: { id: string }; answer: undefined };
  /** The API tokens of a user */
  'GET /users/{id}/tokens': {
    path: { id: string };
    query?: { fields?: string; format?: 'json' | 'csv' };
    answer: { items: Token[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Makes an API token of a user who is a program and signs in nowhere; it is shown this once */
  'POST /users/{id}/tokens': {
    path: { id: string };
    body: {
      name: string;
      expiresAt?: string;
      scopes?: ('read' | 'tasks' | 'start' | 'work' | 'deploy' | 'operate' | 'administer')[];
    };
    answer: { id: string; token: string };
  };
  /** Makes an API token of a user void */
  'DELETE /users/{id}/tokens/{token}': { path: { id: string; token: string }; answer: undefined };
  /** The own tenants, by name; all of them for an administrator */
  'GET /tenants': {
    query?: { limit?: number; after?: string; fields?: string; format?: 'json' | 'csv' };
    answer: { items: Tenant[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Creates a tenant */
  'POST /tenants': { body: { id: string; name: string }; answer: Tenant };
  /** One tenant */
  'GET /tenants/{id}': { path: { id: string }; query?: { fields?: string }; answer: Tenant };
  /** Renames a tenant */
  'PATCH /tenants/{id}': {
    path: { id: string };
    header?: { 'if-match'?: string };
    body: { name: string };
    answer: Tenant;
  };
  /** Removes a tenant with its memberships (`dryRun` says how many); what lies in it stays, and only administrators of a new one of that id see it */
  'DELETE /tenants/{id}': {
    path: { id: string };
    query?: { dryRun?: boolean };
    header?: { 'if-match'?: string };
    answer: { users: number; groups: number } | undefined;
  };
  /** Ids of the users and groups that belong to a tenant */
  'GET /tenants/{id}/members': {
    path: { id: string };
    query?: { fields?: string };
    answer: { users: string[]; groups: string[] };
  };
  /** Lets a user or a group into a tenant */
  'PUT /tenants/{id}/{kind}/{member}': {
    path: { id: string; kind: 'users' | 'groups'; member: string };
    answer: undefined;
  };
  /** Takes a user or a group out of a tenant */
  'DELETE /tenants/{id}/{kind}/{member}': {
    path: { id: string; kind: 'users' | 'groups'; member: string };
    answer: undefined;
  };
  /** Authorizations that the asker may see */
  'GET /authorizations': {
    query?: {
      limit?: number;
      after?: string;
      user?: string;
      group?: string;
      resource?: string;
      resourceId?: string;
      fields?: string;
      format?: 'json' | 'csv';
    };
    answer: { items: Authorization[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Grants or revokes; a global one for all of a resource takes the place of the default */
  'POST /authorizations': {
    body: {
      type: 'global' | 'grant' | 'revoke';
      user?: string;
      group?: string;
      resource:
        | 'application'
        | 'user'
        | 'group'
        | 'groupMembership'
        | 'authorization'
        | 'filter'
        | 'processDefinition'
        | 'task'
        | 'processInstance'
        | 'deployment'
        | 'decisionDefinition'
        | 'tenant'
        | 'tenantMembership'
        | 'batch'
        | 'decisionRequirementsDefinition'
        | 'report'
        | 'dashboard'
        | 'operationLogCategory'
        | 'optimize'
        | 'historicTask'
        | 'historicProcessInstance'
        | 'system';
      resourceId?: string;
      permissions: string[];
    };
    answer: Authorization;
  };
  /** Whether the asker may do something */
  'GET /authorizations/check': {
    query: { resource: string; permission: string; resourceId?: string; fields?: string };
    answer: { allowed: boolean };
  };
  /** One authorization */
  'GET /authorizations/{id}': { path: { id: string }; query?: { fields?: string }; answer: Authorization };
  /** Replaces an authorization; its type stays */
  'PUT /authorizations/{id}': {
    path: { id: string };
    header?: { 'if-match'?: string };
    body: {
      user?: string;
      group?: string;
      resource:
        | 'application'
        | 'user'
        | 'group'
        | 'groupMembership'
        | 'authorization'
        | 'filter'
        | 'processDefinition'
        | 'task'
        | 'processInstance'
        | 'deployment'
        | 'decisionDefinition'
        | 'tenant'
        | 'tenantMembership'
        | 'batch'
        | 'decisionRequirementsDefinition'
        | 'report'
        | 'dashboard'
        | 'operationLogCategory'
        | 'optimize'
        | 'historicTask'
        | 'historicProcessInstance'
        | 'system';
      resourceId?: string;
      permissions: string[];
    };
    answer: Authorization;
  };
  /** Removes an authorization */
  'DELETE /authorizations/{id}': { path: { id: string }; header?: { 'if-match'?: string }; answer: undefined };
  /** Changes of everything that has no history of its own, newest first; also failed sign-ins. Who is no administrator reads those of his tenants, and his own */
  'GET /audit': {
    query?: {
      limit?: number;
      after?: string;
      by?: string;
      subject?: string;
      action?: string;
      since?: string;
      until?: string;
      fields?: string;
      format?: 'json' | 'csv';
    };
    answer: { items: AuditEntry[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Whether no entry was changed or taken away: every hash is computed again */
  'GET /audit/verdict': {
    query?: { fields?: string };
    answer: { entries: number; hash: string; broken?: { entry: number; reason: string } };
  };
  /** Deploys files together: all of them, or none with every reason. With `validateOnly` keeps nothing (200) */
  'POST /deployments': {
    query?: { validateOnly?: boolean };
    body:
      | {
          name?: string;
          source?: string;
          tenant?: '' | string;
          changedOnly?: boolean | 'true' | 'false';
          files: ({ name: string; text: string } | { name: string; bytes: string })[];
        }
      | FormData;
    answer: CheckedFiles | Deployment;
  };
  /** Deployments, newest first */
  'GET /deployments': {
    query?: {
      limit?: number;
      after?: string;
      name?: string;
      source?: string;
      tenant?: '' | string;
      fields?: string;
      format?: 'json' | 'csv';
    };
    answer: { items: Deployment[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** One deployment with its files and definitions */
  'GET /deployments/{id}': { path: { id: string }; query?: { fields?: string }; answer: Deployment };
  /** Deletes a deployment with its definitions; `dryRun` says what would go with it, or refuses as without */
  'DELETE /deployments/{id}': {
    path: { id: string };
    query?: { cascade?: boolean; dryRun?: boolean };
    answer: Loss | undefined;
  };
  /** A file as it was sent, byte for byte */
  'GET /deployments/{id}/resources/{name}': { path: { id: string; name: string }; answer: Blob };
  /** Definitions by key, newest version first */
  'GET /definitions': {
    query?: {
      limit?: number;
      after?: string;
      key?: string;
      deployment?: string;
      tenant?: '' | string;
      latest?: boolean;
      startable?: boolean;
      fields?: string;
      format?: 'json' | 'csv';
    };
    answer: { items: Definition[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** One definition */
  'GET /definitions/{id}': { path: { id: string }; query?: { fields?: string }; answer: Definition };
  /** Changes what a start does when something is missing; new versions take it over */
  'PATCH /definitions/{id}': {
    path: { id: string };
    header?: { 'if-match'?: string };
    body: { startPolicy: 'off' | 'warn' | 'refuse' };
    answer: Definition;
  };
  /** Deletes one version; `dryRun` says what would go with it, or refuses as without */
  'DELETE /definitions/{id}': {
    path: { id: string };
    query?: { cascade?: boolean; dryRun?: boolean };
    answer: Loss | undefined;
  };
  /** What a start would miss: workers, called processes, forms, people that the model names outright */
  'GET /definitions/{id}/readiness': {
    path: { id: string };
    query?: { fields?: string };
    answer: { ready: boolean; missing: Missing[] };
  };
  /** The BPMN file as it was deployed */
  'GET /definitions/{id}/xml': { path: { id: string }; answer: string };
  /** The diagram as SVG, as the file arranges it; every shape and flow has its id in `data-element-id` */
  'GET /definitions/{id}/diagram': { path: { id: string }; answer: Blob };
  /** The form that starts it */
  'GET /definitions/{id}/form': { path: { id: string }; answer: Form };
  /** Per element: tokens now, visits, durations; per flow: how often it was taken */
  'GET /definitions/{id}/statistics': { path: { id: string }; query?: { fields?: string }; answer: Statistics };
  /** Starts a process; the answer comes when every token waits, or when what `wait` names is reached */
  'POST /instances': {
    header?: { 'idempotency-key'?: string };
    body?: {
      key?: string;
      definition?: string;
      tenant?: '' | string;
      businessKey?: string;
      unique?: 'refuse' | 'answer';
      variables?: Record<string, Json>;
      wait?: 'end' | 'rest';
      timeout?: number;
    };
    answer: StartedInstance;
  };
  /** Instances that the asker started, or all of them with the right "operate" */
  'GET /instances': {
    query?: {
      limit?: number;
      after?: string;
      key?: string;
      definition?: string;
      businessKey?: string;
      tenant?: '' | string;
      startedBy?: string;
      state?: 'running' | 'suspended' | 'completed' | 'cancelled' | 'failed';
      incident?: boolean;
      startedAfter?: string;
      startedBefore?: string;
      endedAfter?: string;
      endedBefore?: string;
      variable?: string | string[];
      sort?: '-startedAt' | 'startedAt';
      fields?: string;
      format?: 'json' | 'csv';
    };
    answer: { items: Instance[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** One instance: its tokens, what it waits for, its open incidents */
  'GET /instances/{id}': { path: { id: string }; query?: { fields?: string }; answer: InstanceDetails };
  /** Cancels a running instance, with what it called; `dryRun` says what would end (200) */
  'DELETE /instances/{id}': {
    path: { id: string };
    query?: { reason?: string; dryRun?: boolean };
    answer: { instances: string[]; tasks: number; jobs: number; subscriptions: number } | undefined;
  };
  /** Puts tokens before, after or on a flow, and takes tokens away: all of it, or nothing; `dryRun` answers the instance as it would be */
  'POST /instances/{id}/modify': {
    path: { id: string };
    query?: { dryRun?: boolean };
    body: {
      instructions: (
        | {
            do: 'startBefore' | 'startAfter';
            element: string;
            variables?: Record<string, Json>;
            local?: Record<string, Json>;
            inside?: number;
          }
        | {
            do: 'startOn';
            flow: string;
            variables?: Record<string, Json>;
            local?: Record<string, Json>;
            inside?: number;
          }
        | { do: 'cancel'; activation: number }
        | { do: 'cancelAll'; element: string }
      )[];
      reason?: string;
      skipListeners?: boolean;
      skipMappings?: boolean;
    };
    answer: InstanceDetails;
  };
  /** Suspends an instance: nothing in it goes on */
  'POST /instances/{id}/suspend': { path: { id: string }; answer: undefined };
  /** Lets a suspended instance go on */
  'POST /instances/{id}/activate': { path: { id: string }; answer: undefined };
  /** Sets variables of a running instance, or of one activation in it, and takes some away */
  'PUT /instances/{id}/variables': {
    path: { id: string };
    body?: { variables?: Record<string, Json>; remove?: string[]; activation?: number };
    answer: undefined;
  };
  /** Variables: of the process by name, and of inner scopes one by one */
  'GET /instances/{id}/variables': {
    path: { id: string };
    query?: { fields?: string };
    answer: {
      variables: Record<string, Json>;
      scoped: { activation: number; element: string; name: string; value: Json }[];
    };
  };
  /** Why it does not go on: each wait with whom or what it waits for, in a sentence */
  'GET /instances/{id}/describe': { path: { id: string }; query?: { fields?: string }; answer: InstanceDescription };
  /** The instances that called each other around this one, callers first */
  'GET /instances/{id}/tree': {
    path: { id: string };
    query?: { fields?: string; format?: 'json' | 'csv' };
    answer: { items: CalledInstance[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Every visit of every element, in the order of their beginning */
  'GET /instances/{id}/activities': {
    path: { id: string };
    query?: { limit?: number; after?: string; fields?: string; format?: 'json' | 'csv' };
    answer: { items: Activity[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** What happened, commit by commit */
  'GET /instances/{id}/history': {
    path: { id: string };
    query?: { limit?: number; after?: string; fields?: string; format?: 'json' | 'csv' };
    answer: { items: HistoryEntry[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Deletes an ended instance with all that is known of it; `dryRun` says how much; what it counted for in statistics stays */
  'DELETE /instances/{id}/history': {
    path: { id: string };
    query?: { dryRun?: boolean };
    answer: { activities: number; variables: number; tasks: number; comments: number; attachments: number } | undefined;
  };
  /** Each value that its variables were given, in order */
  'GET /instances/{id}/assignments': {
    path: { id: string };
    query?: { limit?: number; after?: string; name?: string; fields?: string; format?: 'json' | 'csv' };
    answer: { items: Assignment[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** What its jobs went through: created, failed, done, taken away */
  'GET /instances/{id}/job-log': {
    path: { id: string };
    query?: { limit?: number; after?: string; fields?: string; format?: 'json' | 'csv' };
    answer: { items: JobEntry[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** What people did to it and to its tasks, property by property */
  'GET /instances/{id}/operations': {
    path: { id: string };
    query?: { limit?: number; after?: string; fields?: string; format?: 'json' | 'csv' };
    answer: { items: OperationEntry[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Incidents of an instance, open and resolved, newest first */
  'GET /instances/{id}/incidents': {
    path: { id: string };
    query?: { limit?: number; after?: string; fields?: string; format?: 'json' | 'csv' };
    answer: { items: Incident[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Suspends it: nothing of it starts; with `instances` its running ones stop, too */
  'POST /definitions/{id}/suspend': {
    path: { id: string };
    body?: { instances?: boolean; at?: string };
    answer: undefined;
  };
  /** Lets it start again; with `instances` its suspended ones go on, too */
  'POST /definitions/{id}/activate': {
    path: { id: string };
    body?: { instances?: boolean; at?: string };
    answer: undefined;
  };
  /** Incidents, newest first; open ones unless told otherwise */
  'GET /incidents': {
    query?: {
      limit?: number;
      after?: string;
      key?: string;
      definition?: string;
      element?: string;
      type?: string;
      tenant?: '' | string;
      state?: 'open' | 'resolved';
      fields?: string;
      format?: 'json' | 'csv';
    };
    answer: { items: Incident[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** One incident, open or resolved */
  'GET /incidents/{id}': { path: { id: string }; query?: { fields?: string }; answer: Incident };
  /** Tries again what failed; a job gets that many attempts */
  'POST /incidents/{id}/retry': {
    path: { id: string };
    body?: { retries?: number };
    answer: { resolved: boolean; incidents: Incident[] };
  };
  /** Publishes a message to the one who listens, or keeps it for him; needs a permission on each process that listens */
  'POST /messages': {
    body: {
      name: string;
      tenant?: '' | string;
      businessKey?: string;
      key?: string;
      correlation?: Record<string, Json>;
      instance?: string;
      variables?: Record<string, Json>;
      timeToLive?: number;
      id?: string;
    };
    answer:
      | { result: 'delivered'; instance: string; wait?: string; started?: boolean }
      | { result: 'buffered' | 'expired'; message: string; expiresAt: string };
  };
  /** Messages that are kept until somebody listens, those first that expire first */
  'GET /messages': {
    query?: { limit?: number; after?: string; name?: string; fields?: string; format?: 'json' | 'csv' };
    answer: { items: MessageReceipt[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** The receipt of a message that was kept: buffered, delivered or expired */
  'GET /messages/{id}': { path: { id: string }; query?: { fields?: string }; answer: MessageReceipt };
  /** Broadcasts a signal, and answers the instances that heard it or were started; needs a permission on each process that listens */
  'POST /signals': {
    body: { name: string; tenant?: '' | string; variables?: Record<string, Json> };
    answer: { instances: string[] };
  };
  /** Tasks that the asker may see, in pages */
  'GET /tasks': {
    query?: {
      limit?: number;
      after?: string;
      view?: 'mine' | 'group' | 'all' | 'late' | 'today' | 'followed';
      assignee?: string;
      group?: string;
      key?: string;
      element?: string;
      instance?: string;
      businessKey?: string;
      tenant?: '' | string;
      dueBefore?: string;
      dueAfter?: string;
      text?: string;
      state?: 'open' | 'closed' | 'any';
      sort?:
        | 'due'
        | '-due'
        | 'followUp'
        | '-followUp'
        | 'created'
        | '-created'
        | 'priority'
        | '-priority'
        | 'name'
        | '-name'
        | 'completed'
        | '-completed';
      fields?: string;
      format?: 'json' | 'csv';
    };
    answer: { items: Task[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Makes a task without a process, which the asker owns */
  'POST /tasks': {
    body: {
      name: string;
      description?: string;
      assignee?: string;
      candidateUsers?: string[];
      candidateGroups?: string[];
      due?: string;
      followUp?: string;
      priority?: number;
      tenant?: '' | string;
    };
    answer: Task;
  };
  /** How many open tasks each view has */
  'GET /tasks/counts': {
    query?: { fields?: string };
    answer: { mine: number; group: number; all: number; late: number; today: number; followed: number };
  };
  /** The same for many tasks, each with its own result */
  'POST /tasks/batch': {
    body:
      | { ids: string[]; action: 'claim' | 'unclaim' }
      | { ids: string[]; action: 'assign'; assignee: string | null }
      | { ids: string[]; action: 'delegate'; to: string }
      | { ids: string[]; action: 'complete'; variables?: Record<string, Json> }
      | { ids: string[]; action: 'change'; due?: string | null; followUp?: string | null; priority?: number };
    answer: { items: { id: string; ok: boolean; task?: Task; problem?: Json }[] };
  };
  /** One task */
  'GET /tasks/{id}': { path: { id: string }; query?: { fields?: string }; answer: Task };
  /** Changes due date, follow-up date or priority; null takes a date away */
  'PATCH /tasks/{id}': {
    path: { id: string };
    header?: { 'if-match'?: string };
    body?: { due?: string | null; followUp?: string | null; priority?: number };
    answer: Task;
  };
  /** Gives up a task without a process, and its parts; `dryRun` says how many */
  'DELETE /tasks/{id}': { path: { id: string }; query?: { dryRun?: boolean }; answer: { tasks: number } | undefined };
  /** Its form, with the values of the variables and of the draft */
  'GET /tasks/{id}/form': { path: { id: string }; answer: Form };
  /** Variables visible at the open task */
  'GET /tasks/{id}/variables': {
    path: { id: string };
    query?: { fields?: string };
    answer: { variables: Record<string, Json> };
  };
  /** Takes it for oneself */
  'POST /tasks/{id}/claim': { path: { id: string }; answer: Task };
  /** Gives it back to its candidates */
  'POST /tasks/{id}/unclaim': { path: { id: string }; answer: Task };
  /** Hands it to a person, or with null back to its candidates */
  'POST /tasks/{id}/assign': { path: { id: string }; body: { assignee: string | null }; answer: Task };
  /** Lets somebody else work on it; it comes back when resolved */
  'POST /tasks/{id}/delegate': { path: { id: string }; body: { to: string }; answer: Task };
  /** Gives a delegated task back to its owner */
  'POST /tasks/{id}/resolve': { path: { id: string }; body?: { variables?: Record<string, Json> }; answer: Task };
  /** Completes it; the variables are checked against the form */
  'POST /tasks/{id}/complete': {
    path: { id: string };
    body?: { variables?: Record<string, Json> };
    answer: { task: Task; instance?: { id: string; ended: boolean; state: string } };
  };
  /** Keeps the half-filled form */
  'PUT /tasks/{id}/draft': { path: { id: string }; body: { data: Record<string, Json> }; answer: undefined };
  /** Throws the half-filled form away */
  'DELETE /tasks/{id}/draft': { path: { id: string }; answer: undefined };
  /** What people wrote beside it, oldest first */
  'GET /tasks/{id}/comments': {
    path: { id: string };
    query?: { fields?: string; format?: 'json' | 'csv' };
    answer: { items: Comment[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Writes something beside it */
  'POST /tasks/{id}/comments': { path: { id: string }; body: { text: string }; answer: Comment };
  /** Fetches work and locks it; waits for some to turn up */
  'POST /jobs/fetch': {
    body: {
      worker: string;
      topics: { topic: string; lock?: number; variables?: string[] }[];
      max?: number;
      wait?: number;
    };
    answer: { items: FetchedJob[] };
  };
  /** The work is done */
  'POST /jobs/{id}/complete': {
    path: { id: string };
    body: { worker: string; variables?: Record<string, Json> };
    answer: undefined;
  };
  /** The attempt failed; without attempts left an incident waits for a person */
  'POST /jobs/{id}/fail': {
    path: { id: string };
    body: { worker: string; message: string; details?: string; retries?: number; backoff?: number };
    answer: undefined;
  };
  /** A BPMN error, for a boundary event or event sub-process to catch */
  'POST /jobs/{id}/error': {
    path: { id: string };
    body: { worker: string; code: string; message?: string; variables?: Record<string, Json> };
    answer: undefined;
  };
  /** Keeps the lock for that many milliseconds from now */
  'POST /jobs/{id}/extend': { path: { id: string }; body: { worker: string; lock: number }; answer: undefined };
  /** Gives the job back untouched */
  'POST /jobs/{id}/unlock': { path: { id: string }; body: { worker: string }; answer: undefined };
  /** Jobs and timers by due date; open ones unless told otherwise */
  'GET /jobs': {
    query?: {
      limit?: number;
      after?: string;
      instance?: string;
      topic?: string;
      definition?: string;
      key?: string;
      tenant?: '' | string;
      dueBefore?: string;
      failed?: boolean;
      kind?: 'work' | 'async' | 'timer' | 'start' | 'order';
      state?: 'open' | 'answered' | 'dropped';
      fields?: string;
      format?: 'json' | 'csv';
    };
    answer: { items: Job[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** One job or timer */
  'GET /jobs/{id}': { path: { id: string }; query?: { fields?: string }; answer: Job };
  /** Gives a job or timer another due date */
  'PATCH /jobs/{id}': { path: { id: string }; header?: { 'if-match'?: string }; body: { due: string }; answer: Job };
  /** Gives a job that many attempts again and resolves its incident */
  'POST /jobs/{id}/retry': { path: { id: string }; body?: { retries?: number }; answer: undefined };
  /** Makes a timer or continuation due now */
  'POST /jobs/{id}/run': { path: { id: string }; answer: undefined };
  /** Topics by name: how much work waits, and which workers ask for it */
  'GET /topics': {
    query?: { fields?: string; format?: 'json' | 'csv' };
    answer: { items: Topic[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Server-sent events about what the asker may see; `Last-Event-ID` resumes, `reset` says: read anew */
  'GET /events': { query?: { topics?: string }; header?: { 'last-event-id'?: string }; answer: string };
  /** Webhooks, by name */
  'GET /webhooks': {
    query?: { limit?: number; after?: string; fields?: string; format?: 'json' | 'csv' };
    answer: { items: Webhook[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Tells an address of events; the secret of the signature is shown this once */
  'POST /webhooks': {
    body: {
      name: string;
      url: string;
      events: (
        | 'instance.started'
        | 'instance.ended'
        | 'instance.suspended'
        | 'instance.activated'
        | 'task.opened'
        | 'task.claimed'
        | 'task.unclaimed'
        | 'task.assigned'
        | 'task.delegated'
        | 'task.resolved'
        | 'task.completed'
        | 'task.cancelled'
        | 'incident.opened'
        | 'incident.resolved'
        | 'deployment.created'
        | 'deployment.deleted'
        | 'definition.suspended'
        | 'definition.activated'
        | 'definition.deleted'
      )[];
      keys?: string[];
      elements?: string[];
      active?: boolean;
      tenant?: '' | string;
    };
    answer: WebhookWithSecret;
  };
  /** One webhook */
  'GET /webhooks/{id}': { path: { id: string }; query?: { fields?: string }; answer: Webhook };
  /** Changes it; what waits for its next attempt is tried at once */
  'PUT /webhooks/{id}': {
    path: { id: string };
    header?: { 'if-match'?: string };
    body: {
      name: string;
      url: string;
      events: (
        | 'instance.started'
        | 'instance.ended'
        | 'instance.suspended'
        | 'instance.activated'
        | 'task.opened'
        | 'task.claimed'
        | 'task.unclaimed'
        | 'task.assigned'
        | 'task.delegated'
        | 'task.resolved'
        | 'task.completed'
        | 'task.cancelled'
        | 'incident.opened'
        | 'incident.resolved'
        | 'deployment.created'
        | 'deployment.deleted'
        | 'definition.suspended'
        | 'definition.activated'
        | 'definition.deleted'
      )[];
      keys?: string[];
      elements?: string[];
      active?: boolean;
    };
    answer: Webhook;
  };
  /** Takes it away, with all its deliveries; `dryRun` says how many */
  'DELETE /webhooks/{id}': {
    path: { id: string };
    query?: { dryRun?: boolean };
    header?: { 'if-match'?: string };
    answer: { deliveries: number } | undefined;
  };
  /** Makes a new secret, shown this once; the old one is void at once */
  'POST /webhooks/{id}/secret': { path: { id: string }; answer: WebhookWithSecret };
  /** Sends a `ping` once, and answers what became of it; it is not kept */
  'POST /webhooks/{id}/test': { path: { id: string }; answer: Delivery };
  /** Its deliveries of the last week, newest first */
  'GET /webhooks/{id}/deliveries': {
    path: { id: string };
    query?: {
      limit?: number;
      after?: string;
      state?: 'open' | 'delivered' | 'dead';
      fields?: string;
      format?: 'json' | 'csv';
    };
    answer: { items: Delivery[]; next?: string; total?: number; totalIsExact?: boolean };
  };
  /** Sends one again now, and answers what became of it */
  'POST /webhooks/{id}/deliveries/{delivery}/resend': { path: { id: string; delivery: string }; answer: Delivery };
  /** Sends every dead letter again */
  'POST /webhooks/{id}/resend': { path: { id: string }; answer: { deliveries: number } };
  /** What this server can do, and its limits */
  'GET /capabilities': { query?: { fields?: string }; answer: Capabilities };
  /** This API as an OpenAPI 3.1 document */
  'GET /openapi.json': { answer: Json };
  /** This API as a page to read */
  'GET /docs': { answer: string };
}
