/** What lies in the database about signing in: sessions, API tokens, the audit of changes; and what rights there are. */

import type { Json } from '../../engine/core/types.js';
import type { Document } from '../../engine/store/port.js';
import type { Scope } from './scopes.js';

/** What a group allows its members beside their own tasks. Administrators may everything. */
export const rights = ['deploy', 'operate', 'work'] as const;

/**
 * `deploy`: new versions of processes. `operate`: see and repair every instance. `work`: fetch jobs, publish messages
 * and signals, as programs do.
 */
export type Right = (typeof rights)[number];

/** `id` is the SHA-256 of the token in the cookie. */
export interface SessionDocument extends Document {
  user: string;
  createdAt: number;
  seenAt: number;
  /** Absolute end, epoch milliseconds. */
  expiresAt: number;
  /** What the browser calls itself. */
  agent?: string;
}

/** `id` is the SHA-256 of the token. */
export interface TokenDocument extends Document {
  user: string;
  name: string;
  createdAt: number;
  /** Epoch milliseconds; absent: until it is deleted. */
  expiresAt?: number;
  /** What it may be used for; absent: whatever its owner may. */
  scopes?: Scope[];
  /** When it was used lately. */
  usedAt?: number;
}

/** Who changed what, when, before and after: an entry of the chain that `audit.ts` writes; `id` is its number. */
export interface AuditDocument extends Document {
  number: number;
  at: number;
  by?: string;
  /** Name of the API token that acted on behalf of `by`. */
  token?: string;
  address: string;
  /** In the past tense: `user created`. */
  action: string;
  /** The id of what was changed. */
  subject?: string;
  /** The tenant of the subject, where it is known. */
  subjectTenant?: string;
  before?: Record<string, Json>;
  after?: Record<string, Json>;
  /** Hash of the entry before. */
  previous: string;
  /** Of all fields but itself and the format. */
  hash: string;
}
