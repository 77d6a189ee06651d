/** Which tasks a query means: the reader's rights, the views, filters and orders, as filters of the store. */

import type { Reader } from '../engine/contract.js';
import type { TaskDocument } from '../engine/store/documents.js';
import type { FieldFilter, Filter, Query } from '../engine/store/port.js';
import { readable } from '../engine/store/queries.js';
import { either, permitted } from './permissions.js';

export type View = 'mine' | 'group' | 'all' | 'late' | 'today' | 'followed';

export interface TaskQuery {
  view?: View;
  /** Default: open. */
  state?: 'open' | 'closed' | 'any';
  assignee?: string;
  /** Candidate group. */
  group?: string;
  /** Process key. */
  key?: string;
  element?: string;
  instance?: string;
  businessKey?: string;
  /** Empty: none. */
  tenant?: string;
  /** Epoch milliseconds (UTC). */
  dueBefore?: number;
  dueAfter?: number;
  /** Words that must all occur in name, description, business key or process name. */
  text?: string;
  sort?: TaskOrder;
}

export type TaskOrder = keyof typeof orders;

/** Order → sort; ascending dates put tasks without one last, see `datedFirst`. */
export const orders = {
  due: { due: 1, createdAt: 1 },
  '-due': { due: -1, createdAt: -1 },
  followUp: { followUp: 1, createdAt: 1 },
  '-followUp': { followUp: -1, createdAt: -1 },
  created: { createdAt: 1 },
  '-created': { createdAt: -1 },
  priority: { priority: 1, createdAt: 1 },
  '-priority': { priority: -1, createdAt: 1 },
  name: { name: 1 },
  '-name': { name: -1 },
  completed: { 'wait.answeredAt': 1 },
  '-completed': { 'wait.answeredAt': -1 },
} satisfies Record<string, Query['sort']>;

/** The date that comes first in an ascending order, where tasks may be without it: databases sort nothing before everything. */
export const datedFirst: Partial<Record<TaskOrder, string>> = { due: 'due', followUp: 'followUp' };

const DAY = 86_400_000;

/** The local day of the server that a moment lies in. */
function dayOf(now: number): { start: number; end: number } {
  const start = new Date(now).setHours(0, 0, 0, 0);
  return { start, end: start + DAY };
}

const isCandidate = ({ person, groups }: Reader): Filter => {
  const users: Filter = { candidateUsers: person };
  return groups.length === 0 ? users : { $or: [users, { candidateGroups: { $in: groups } }] };
};

/** What the reader may see: his own, what he may claim, what he delegated or did, and what authorizations grant. */
export function visibleTo(reader: Reader): Filter {
  const { person } = reader;
  const own: Filter[] = [{ assignee: person }, { owner: person }, { 'wait.answeredBy': person }];
  const granted = [
    permitted(reader, 'processDefinition', 'READ_TASK', 'definitionKey'),
    permitted(reader, 'task', 'READ', 'id'),
  ];
  return readable(reader, either(...own, isCandidate(reader), ...granted));
}

/** View → its filter. */
const views: Record<View, (reader: Reader, now: number) => Filter> = {
  mine: ({ person }) => ({ assignee: person }),
  group: reader => ({ $and: [{ assignee: null }, isCandidate(reader)] }),
  all: () => ({}),
  late: (_, now) => ({ due: { $lt: now } }),
  today: (_, now) => ({ due: { $gte: dayOf(now).start, $lt: dayOf(now).end } }),
  followed: () => ({ followUp: { $exists: true } }),
};

export const viewNames = Object.keys(views) as View[];

const states: Record<NonNullable<TaskQuery['state']>, FieldFilter | undefined> = {
  open: 'open',
  closed: { $in: ['answered', 'dropped'] },
  any: undefined,
};

/** The filter of a query, without its text. */
export function filterOf(reader: Reader, query: TaskQuery, now: number): Filter {
  const { view = 'all', state = 'open' } = query;
  const fields: Record<string, FieldFilter | undefined> = {
    'wait.state': states[state],
    assignee: query.assignee,
    candidateGroups: query.group,
    definitionKey: query.key,
    element: query.element,
    instance: query.instance,
    businessKey: query.businessKey,
    tenant: query.tenant,
  };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const range: FieldFilter = {
    ...(query.dueAfter !== undefined && { $gte: query.dueAfter }),
    ...(query.dueBefore !== undefined && { $lt: query.dueBefore }),
  };
  const due: Filter[] = Object.keys(range).length > 0 ? [{ due: range }] : [];
  return { $and: [Object.fromEntries(given) as Filter, ...due, views[view](reader, now), visibleTo(reader)] };
}

/** Do all words of the text occur in the task? */
export function mentions(text: string): (task: TaskDocument) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return task => {
    const said = [
      task.name,
      task.description,
      task.businessKey,
      task.definitionName,
      task.definitionKey,
      task.assignee,
    ];
    const all = said.join('\n').toLowerCase();
    return words.every(word => all.includes(word));
  };
}
