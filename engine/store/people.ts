/** What lies in the database about people, and what they leave beside their work. */

import type { Json, Variables } from '../core/types.js';
import type { Document } from './port.js';

/** A person who may sign in. Written by the sign-in part of the API, read by everybody who shows or checks a person. */
export interface UserDocument extends Document {
  name: string;
  email?: string;
  /** The e-mail as an administrator gave it: by this one, while it is still the user's, an OpenID provider's person is found. */
  confirmedEmail?: string;
  /** The two parts of the name, where somebody gave them apart. */
  firstName?: string;
  lastName?: string;
  /** What the person does, in a few words. */
  title?: string;
  /** Group ids. */
  groups: string[];
  /** Ids of the tenants that the person belongs to, beside those of the groups. */
  tenants?: string[];
  administrator: boolean;
  /** Hash with its parameters; absent: cannot sign in by password. */
  password?: string;
  /** Who it is at the OpenID provider: issuer and subject, with a space between. */
  subject?: string;
  /** Those of `groups` that the provider gave at the last sign-in, and takes away again. */
  providerGroups?: string[];
  /** True: may not sign in any more; who has it stays readable in what was done. */
  disabled?: boolean;
  /** Raised by every change that people make of it; so below. */
  rev?: number;
}

export interface GroupDocument extends Document {
  name: string;
  /** A word for sorting groups into kinds, such as WORKFLOW. */
  type?: string;
  /** Ids of the tenants that its members belong to. */
  tenants?: string[];
  /** What members may beside their own tasks: deploy processes, operate every instance, work as programs do. */
  rights?: ('deploy' | 'operate' | 'work')[];
  rev?: number;
}

export interface TenantDocument extends Document {
  name: string;
  rev?: number;
}

/** What somebody may do with some or all documents of a kind: the authorizations of Camunda 7. */
export interface AuthorizationDocument extends Document {
  /** `global`: for everybody; `grant` and `revoke`: for the user or the group. */
  type: 'global' | 'grant' | 'revoke';
  user?: string;
  group?: string;
  /** A name of the table of resources, such as `processDefinition`. */
  resource: string;
  /** Id of one document, the key of a definition, or `*` for all. */
  resourceId: string;
  /** Names such as READ; `ALL` stands for all of the resource. */
  permissions: string[];
  rev?: number;
}

/** What somebody wrote beside a task. */
export interface CommentDocument extends Document {
  task: string;
  instance: string;
  by: string;
  at: number;
  text: string;
}

/** A file or a link beside a task. */
export interface AttachmentDocument extends Document {
  task: string;
  instance: string;
  by?: string;
  at: number;
  name?: string;
  description?: string;
  /** What kind of thing it is, as whoever attached it says. */
  type?: string;
  url?: string;
  /** The file: hash of its bytes, and their media type. */
  blob?: string;
  mediaType?: string;
}

/** A query for tasks that somebody saved, to be run again. */
export interface FilterDocument extends Document {
  name: string;
  owner?: string;
  resourceType: 'Task';
  /** As the Camunda 7 API writes it. */
  query: Record<string, Json>;
  /** How a page shows it: colour, refresh, variables. */
  properties: Record<string, Json>;
}

/** A form that is half filled; its id is the task's. It outlives a hand-over and goes with the completion. */
export interface DraftDocument extends Document {
  by: string;
  at: number;
  data: Variables;
  /** What the process had for the same fields then: what has changed since is newer than the draft. */
  over?: Variables;
}
