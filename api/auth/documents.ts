/** What lies in the database about signing in: sessions, API tokens, the audit of changes; and what rights there are. */

import type { Document } from '../../engine/store/port.js';

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
}

/** `id` is the SHA-256 of the token. */
export interface TokenDocument extends Document {
  user: string;
  name: string;
  createdAt: number;
  /** Epoch milliseconds; absent: until it is deleted. */
  expiresAt?: number;
}

/** Who changed what, when: written by the routes that change something which no history of an instance records. */
export interface AuditDocument extends Document {
  at: number;
  by?: string;
  address: string;
  /** In the past tense: `user created`. */
  action: string;
  /** The id of what was changed. */
  subject?: string;
}
