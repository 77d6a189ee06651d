/** Who may do what: the one decision that every query and every change of both APIs asks. */

import type { Reader, Rule } from '../engine/contract.js';
import type { Filter } from '../engine/store/port.js';
import type { Permission, Resource } from './resources.js';

/** Every document of a resource. */
export const every = '*';

const covers = (rule: Rule, permission: string) =>
  rule.permissions.includes(permission) || rule.permissions.includes('ALL');

const rulesFor = <R extends Resource>(reader: Reader, resource: R, permission: Permission<R>) =>
  (reader.rules?.get(resource) ?? []).filter(rule => covers(rule, permission));

/**
 * The rule that decides: the first one in the order of `inOrder` that covers the permission and the document.
 * Undefined: nothing says that he may.
 */
export function decisive<R extends Resource>(
  reader: Reader,
  resource: R,
  permission: Permission<R>,
  id: string,
): Rule | undefined {
  return rulesFor(reader, resource, permission).find(rule => rule.id === id || rule.id === every);
}

/**
 * May the reader do this with the document of this id? Definitions are named by their key; `*` asks for all of them.
 *
 * @example may(reader, 'processDefinition', 'CREATE_INSTANCE', 'order') // true
 */
export function may<R extends Resource>(reader: Reader, resource: R, permission: Permission<R>, id: string): boolean {
  return reader.administrator || (decisive(reader, resource, permission, id)?.grants ?? false);
}

/**
 * The same as a part of a query: `path` is the field that holds the id of the resource.
 *
 * @example permitted(reader, 'processDefinition', 'READ_INSTANCE', 'key') // { key: { $in: ['order'] } }
 */
export function permitted<R extends Resource>(
  reader: Reader,
  resource: R,
  permission: Permission<R>,
  path: string,
): Filter {
  if (reader.administrator) return {};
  const rules = rulesFor(reader, resource, permission);
  const named = [...new Set(rules.map(rule => rule.id))].filter(id => id !== every);
  const decided = (id: string) => rules.find(rule => rule.id === id || rule.id === every)?.grants ?? false;
  if (!decided(every)) return { [path]: { $in: named.filter(decided) } };
  const refused = named.filter(id => !decided(id));
  return refused.length === 0 ? {} : { [path]: { $nin: refused } };
}

const isEverything = (filter: Filter) => Object.keys(filter).length === 0;

/** Whether nothing can match it. */
export const isNothing = (filter: Filter) =>
  Object.values(filter).some(
    condition => Array.isArray((condition as { $in?: unknown })?.$in) && (condition as { $in: [] }).$in.length === 0,
  );

/** One of these: what matches nothing is left out, so that the database does not look for it. */
export function either(...filters: Filter[]): Filter {
  if (filters.some(isEverything)) return {};
  const possible = filters.filter(filter => !isNothing(filter));
  if (possible.length === 0) return filters[0] ?? {};
  return possible.length === 1 ? possible[0]! : { $or: possible };
}

const ranks = { user: 0, group: 1, everybody: 2, default: 3 } as const;

/**
 * The order in which Camunda 7 asks: what names one document before what is for all; users before groups before
 * everybody; and at one rank a revoke before a grant.
 */
export const inOrder = (rules: Rule[]): Rule[] =>
  rules.toSorted(
    (a, b) =>
      Number(a.id === every) - Number(b.id === every) ||
      ranks[a.of] - ranks[b.of] ||
      Number(a.grants) - Number(b.grants),
  );
