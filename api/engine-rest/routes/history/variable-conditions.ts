/** Rows whose process has variables as a query wants them, looked up by value where the index knows it. */

import { variableHash } from '../../../../engine/commit.js';
import type { VariableDocument } from '../../../../engine/store/documents.js';
import type { Filter, Store } from '../../../../engine/store/port.js';
import type { Condition, Row } from '../../conditions.js';
import { type QueryContext, type VariableQuery, variablesFit } from '../../filters.js';
import { instancesWith } from './parts.js';

/** Rows of one process are looked at together. */
const PORTION = 500;

/**
 * `path` is the field of the rows that holds what `of` answers: the id of their instance, or with `by: 'task'` of their task,
 * whose own variables are meant then.
 */
export async function havingVariables<R extends Row>(
  queries: VariableQuery[],
  { services: { store }, given }: QueryContext,
  path: string,
  of: (row: R) => string,
  by: 'instance' | 'task' = 'instance',
): Promise<Condition<R>> {
  const exact = given.variableNamesIgnoreCase !== true && given.variableValuesIgnoreCase !== true;
  const indexed = queries.filter(({ operator, value }) => operator === 'eq' && typeof value !== 'object');
  const filters = exact && by === 'instance' ? await Promise.all(indexed.map(one => byHash(store, path, one))) : [];
  const tests = queries.map(query => variablesFit([query], given));
  return {
    filter: { $and: filters },
    async narrow(rows) {
      const found = await variablesOf(store, by, [...new Set(rows.map(of))]);
      return rows.filter(row => {
        const own = found.get(of(row)) ?? [];
        return tests.every(fits => own.some(({ name, value }) => fits({ [name]: value })));
      });
    },
  };
}

const byHash = async (store: Store, path: string, { name, value }: VariableQuery): Promise<Filter> => ({
  [path]: { $in: await instancesWith(store, 'variables', { hash: variableHash(name, value) }) },
});

async function variablesOf(store: Store, by: 'instance' | 'task', ids: string[]) {
  const found = new Map<string, VariableDocument[]>();
  for (let from = 0; from < ids.length; from += PORTION) {
    const filter = { [by]: { $in: ids.slice(from, from + PORTION) }, removed: null };
    for (const variable of await store.find<VariableDocument>('variables', { filter })) {
      const key = variable[by]!;
      found.set(key, [...(found.get(key) ?? []), variable]);
    }
  }
  return found;
}
