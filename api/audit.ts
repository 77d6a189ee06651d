/** The audit: one document for every change that no history of an instance records, each bearing the hash of the one before. */

import { createHash } from 'node:crypto';
import type { Clock } from '../engine/contract.js';
import type { Json } from '../engine/core/types.js';
import { FORMAT } from '../engine/store/documents.js';
import type { Filter, Query, Store } from '../engine/store/port.js';
import type { AuditDocument } from './auth/documents.js';

/** What is written down; who did it is the first thing. */
export interface AuditEntry {
  /** In the past tense: `user created`. */
  action: string;
  by?: string | undefined;
  /** Name of the API token that acted on behalf of `by`. */
  token?: string | undefined;
  address: string;
  /** The id of what was changed. */
  subject?: string | undefined;
  /** What was changed, as it was and as it became; never a secret. */
  before?: object | undefined;
  after?: object | undefined;
}

/** What a check of the chain found. */
export interface AuditVerdict {
  entries: number;
  /** Of the newest entry: whoever notes it can tell later that nothing was cut off. */
  hash: string;
  /** The first entry that does not follow from the one before. */
  broken?: { entry: number; reason: string };
}

export interface Audit {
  append(entry: AuditEntry): Promise<void>;
  find(query: Query): Promise<AuditDocument[]>;
  count(filter: Filter, max?: number): Promise<number>;
  /** Reads everything and computes every hash again. */
  verify(): Promise<AuditVerdict>;
}

const page = 1_000;
const first = '';

/** Numbers as ids that sort as numbers do; the id is unique, so of two who append at once one tries again. */
const idOf = (number: number) => String(number).padStart(12, '0');

export function createAudit({ store, clock }: { store: Store; clock: Clock }): Audit {
  const find = (query: Query) => store.find<AuditDocument>('audit', query);
  let appending: Promise<unknown> = Promise.resolve();

  async function appendNext(entry: AuditEntry): Promise<void> {
    for (;;) {
      const [last] = await find({ filter: { number: { $exists: true } }, sort: { number: -1 }, limit: 1 });
      const number = (last?.number ?? 0) + 1;
      const { before, after, ...said } = entry;
      const unsealed = {
        id: idOf(number),
        tenant: '',
        format: FORMAT,
        number,
        at: clock(),
        previous: last?.hash ?? first,
        ...given(said),
        ...(before === undefined ? {} : { before: withoutSecrets(before) }),
        ...(after === undefined ? {} : { after: withoutSecrets(after) }),
      } as Omit<AuditDocument, 'hash'>;
      if (await store.insert('audit', { ...unsealed, hash: hashOf(unsealed) } as AuditDocument)) return;
    }
  }

  return {
    append(entry) {
      const appended = appending.then(() => appendNext(entry));
      appending = appended.catch(() => undefined);
      return appended;
    },
    find,
    count: (filter, max) => store.count('audit', filter, max),
    async verify() {
      let verdict: AuditVerdict = { entries: 0, hash: first };
      for (;;) {
        const some = await find({ filter: { number: { $gt: verdict.entries } }, sort: { number: 1 }, limit: page });
        for (const { hash, ...entry } of some) {
          const reason = flaw(entry, hash, verdict);
          if (reason !== undefined) return { ...verdict, broken: { entry: verdict.entries + 1, reason } };
          verdict = { entries: entry.number, hash };
        }
        if (some.length < page) return verdict;
      }
    },
  };
}

/** Why this entry does not follow from what was read before. */
function flaw(entry: Omit<AuditDocument, 'hash'>, hash: string, before: AuditVerdict): string | undefined {
  if (entry.number !== before.entries + 1) return `it is missing; the next one is number ${entry.number}`;
  if (entry.previous !== before.hash) return 'it does not bear the hash of the entry before';
  return hashOf(entry) === hash ? undefined : 'it was changed: its hash is another one';
}

/** Of all fields in the order of their names, so that every database gives the same. */
function hashOf({ format: _, ...entry }: Omit<AuditDocument, 'hash'>): string {
  return createHash('sha256')
    .update(JSON.stringify(inOrder(entry)))
    .digest('hex');
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, inOrder(inner)]);
}

const secret = /password|secret|token|hash/i;

/** The fields without passwords and the like: who reads the audit must not learn them. That there is one is no secret. */
function withoutSecrets(fields: object): Record<string, Json> {
  const tells = (name: string, value: unknown) => typeof value === 'boolean' || !secret.test(name);
  const kept = Object.entries(fields).filter(([name, value]) => value !== undefined && tells(name, value));
  return Object.fromEntries(kept) as Record<string, Json>;
}

const given = (fields: object) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
