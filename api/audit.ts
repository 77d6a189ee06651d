/** The audit: one document for every change that no history of an instance records, each bearing the hash of the one before. */

import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../engine/contract.js';
import type { Json } from '../engine/core/types.js';
import type { Chore } from '../engine/jobs/index.js';
import { FORMAT } from '../engine/store/documents.js';
import type { Document, Filter, Query, Store } from '../engine/store/port.js';
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
  /** The tenant of what was changed, '' for none; absent: not known, so that only administrators read it. */
  subjectTenant?: string | undefined;
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
  /** Remembers that somebody sets out to change something; answers what to call when it is told or did not happen. */
  begin(entry: AuditEntry): Promise<() => Promise<void>>;
  /** Writes down what was begun and never came to its end, because its process died; answers how much. */
  recover(): Promise<number>;
  find(query: Query): Promise<AuditDocument[]>;
  count(filter: Filter, max?: number): Promise<number>;
  /** Reads everything and computes every hash again. */
  verify(): Promise<AuditVerdict>;
}

const page = 1_000;
const first = '';

/** The newest entry: who takes the last ones away has to know of it, too. */
interface HeadDocument extends Document {
  number: number;
  hash: string;
}
const headId = 'audit head';

/** Something that was begun. */
interface BegunDocument extends Document {
  at: number;
  entry: AuditEntry;
}
const begunIds = 'begun:';
/** Milliseconds after which no request is under way any more. */
const longestChange = 10 * 60_000;

/** Numbers as ids that sort as numbers do; the id is unique, so of two who append at once one tries again. */
const idOf = (number: number) => String(number).padStart(12, '0');

export function createAudit({ store, clock }: { store: Store; clock: Clock }): Audit {
  const find = (query: Query) => store.find<AuditDocument>('audit', query);
  let appending: Promise<unknown> = Promise.resolve();

  async function appendNext(entry: AuditEntry): Promise<void> {
    for (;;) {
      const [last] = await find({ filter: { number: { $exists: true } }, sort: { number: -1 }, limit: 1 });
      const number = (last?.number ?? 0) + 1;
      const unsealed = {
        id: idOf(number),
        tenant: '',
        format: FORMAT,
        number,
        at: clock(),
        previous: last?.hash ?? first,
        ...told(entry),
      } as Omit<AuditDocument, 'hash'>;
      const hash = hashOf(unsealed);
      if (!(await store.insert('audit', { ...unsealed, hash } as AuditDocument))) continue;
      const head: HeadDocument = { id: headId, tenant: '', format: FORMAT, number, hash };
      return store.put('meta', [head], 'number');
    }
  }

  const append = (entry: AuditEntry) => {
    const appended = appending.then(() => appendNext(entry));
    appending = appended.catch(() => undefined);
    return appended;
  };

  return {
    append,
    async begin(entry) {
      const id = `${begunIds}${randomUUID()}`;
      const begun: BegunDocument = { id, tenant: '', format: FORMAT, at: clock(), entry: told(entry) };
      await store.insert('keys', begun);
      return async () => void (await store.remove('keys', { id }, 1));
    },
    async recover() {
      const some = await store.find<BegunDocument>('keys', { filter: { id: { $prefix: begunIds } }, limit: page });
      const over = some.filter(({ at }) => at + longestChange < clock());
      for (const { id, at, entry } of over) {
        const after = { begunAt: new Date(at).toISOString(), outcome: 'unknown: the process ended before it was told' };
        await append({ ...entry, after });
        await store.remove('keys', { id }, 1);
      }
      return over.length;
    },
    find,
    count: (filter, max) => store.count('audit', filter, max),
    async verify() {
      const head = await store.get<HeadDocument>('meta', headId);
      let verdict: AuditVerdict = { entries: 0, hash: first };
      for (;;) {
        const some = await find({ filter: { number: { $gt: verdict.entries } }, sort: { number: 1 }, limit: page });
        for (const { hash, ...entry } of some) {
          const isOther = entry.number === head?.number && hash !== head.hash;
          const reason = flaw(entry, hash, verdict) ?? (isOther ? 'it is another one than was written' : undefined);
          if (reason !== undefined) return { ...verdict, broken: { entry: verdict.entries + 1, reason } };
          verdict = { entries: entry.number, hash };
        }
        if (some.length < page) break;
      }
      if (verdict.entries >= (head?.number ?? 0)) return verdict;
      const reason = `it is missing, and so is what followed, up to number ${head!.number}`;
      return { ...verdict, broken: { entry: verdict.entries + 1, reason } };
    },
  };
}

/** The chore that writes down what was begun by a process that died. */
export const recoverAudit = (audit: () => Audit): Chore => ({
  name: 'recover the audit',
  every: longestChange,
  run: async () => void (await audit().recover()),
});

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

/** What may be kept of an entry. */
const told = ({ before, after, ...said }: AuditEntry) =>
  ({
    ...given(said),
    ...(before === undefined ? {} : { before: withoutSecrets(before) }),
    ...(after === undefined ? {} : { after: withoutSecrets(after) }),
  }) as AuditEntry;

const given = (fields: object) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
