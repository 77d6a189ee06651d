/** What a query asks for: a filter that the database knows, and what must be looked at row by row behind it. */

import { valueAt } from '../../engine/store/paths.js';
import type { Filter } from '../../engine/store/port.js';
import { matches } from '../../engine/store/queries.js';

/** A row of a list: a document of the store, or what was made of one. */
export interface Row {
  id: string;
}

/** `narrow` answers those of some rows that fit; absent: all that the filter lets through. */
export interface Condition<R extends Row = Row> {
  filter: Filter;
  narrow?(rows: R[]): R[] | Promise<R[]>;
}

export const where = (filter: Filter): Condition<never> => ({ filter });

/** Asks for nothing: everything has it. Among alternatives it is none. */
export const anything: Condition<never> = { filter: {} };

/** Nothing has it. */
export const none: Condition<never> = { filter: { id: null } };

/** A condition that only looks at the rows themselves. */
export const test = <R extends Row>(holds: (row: R) => boolean, filter: Filter = {}): Condition<R> => ({
  filter,
  narrow: rows => rows.filter(holds),
});

/**
 * Rows of some activations. The database narrows by instances and by numbers, which of them belong together is seen row
 * by row: as alternatives, a thousand of them are more than a statement of SQLite may have.
 */
export function inActivations<R extends Row>(places: { instance: string; activation: number }[]): Condition<R> {
  const known = new Set(places.map(({ instance, activation }) => `${instance}~${activation}`));
  return test(row => known.has(`${valueAt(row, 'instance')}~${valueAt(row, 'activation')}`), {
    instance: { $in: [...new Set(places.map(({ instance }) => instance))] },
    activation: { $in: [...new Set(places.map(({ activation }) => activation))] },
  });
}

/** All of them hold. */
export function all<R extends Row>(conditions: Condition<R>[]): Condition<R> {
  const narrowing = conditions.filter(({ narrow }) => narrow);
  const filter: Filter = { $and: conditions.map(condition => condition.filter) };
  if (narrowing.length === 0) return { filter };
  return {
    filter,
    async narrow(rows) {
      let left = rows;
      for (const { narrow } of narrowing) left = left.length === 0 ? left : await narrow!(left);
      return left;
    },
  };
}

/** At least one of them holds, of those that ask for something. */
export function any<R extends Row>(alternatives: Condition<R>[]): Condition<R> {
  const conditions = alternatives.filter(condition => condition !== anything);
  if (conditions.length === 0) return anything;
  const filter: Filter = { $or: conditions.map(condition => condition.filter) };
  if (conditions.every(({ narrow }) => !narrow)) return { filter };
  return {
    filter,
    async narrow(rows) {
      const fit = new Set<string>();
      for (const { filter: own, narrow = same } of conditions)
        for (const { id } of await narrow(rows.filter(row => matches(own, row)))) fit.add(id);
      return rows.filter(({ id }) => fit.has(id));
    },
  };
}

const same = <T>(rows: T): T => rows;
