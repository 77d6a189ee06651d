/** What the tables of the history have in common: who sees which rows, ids that clients send, what belongs to a run. */

import type { RunDocument } from '../../../../engine/store/documents.js';
import { valueAt } from '../../../../engine/store/paths.js';
import type { CollectionName, Document, Filter, Store } from '../../../../engine/store/port.js';
import { matches } from '../../../../engine/store/queries.js';
import { either, permitted } from '../../../auth/permissions.js';
import type { Services } from '../../../services.js';
import { inActivations, type Row, test, where } from '../../conditions.js';
import { maybeDate } from '../../dates.js';
import { missing } from '../../errors.js';
import { byText, byTexts, type QueryContext } from '../../filters.js';
import { placeOf, uuidIn } from '../../ids.js';
import type { Table } from '../../table.js';

/** Rows of processes whose history the asker may read; `id`: the field with the id of the instance. Folded up to now. */
export const visibleHistory =
  (id = 'instance', more: Filter = {}) =>
  async ({ services, person }: Pick<QueryContext, 'services' | 'person'>): Promise<Filter> => {
    await services.engine.projector.caughtUp();
    const allowed = either(
      permitted(person, 'processDefinition', 'READ_HISTORY', 'definitionKey'),
      permitted(person, 'historicProcessInstance', 'READ', id),
    );
    return { $and: [{ tenant: { $in: person.tenants } }, allowed, more] };
  };

/** One row of a table by its id in the store. Throws 404. */
export async function rowFor<R extends Row & Document>(
  services: Services,
  table: Table<R>,
  { id, what, person }: { id: string | undefined; what: string } & Pick<QueryContext, 'person'>,
): Promise<R> {
  const context: QueryContext = { services, person, now: services.clock(), given: { includeDeleted: true } };
  const visible = await table.visible(context);
  const found = id === undefined ? undefined : await services.store.get<R>(table.from as CollectionName, id);
  if (!found || !matches(visible, found)) throw missing(what);
  return found;
}

/** The store's id of what lies in an instance; what has none there bears the store's id outside, too. */
export async function storeId(store: Store, id: string): Promise<string> {
  const place = await placeOf(store, id);
  return place?.number === undefined ? id : `${place.instance}~${place.number}`;
}

/** The field holds the id of something in an instance, or in one of its chunks; else of something that is in none. */
async function isRow(store: Store, path: string, id: string): Promise<Filter> {
  const place = await placeOf(store, id);
  if (place?.number === undefined) return { [path]: id, instance: { $in: ['', null] } };
  const own = `${place.instance}~${place.number}`;
  return { $and: [{ instance: place.instance }, { $or: [{ [path]: own }, { [path]: { $prefix: `${own}c` } }] }] };
}

export const rowIs = <R extends Row = Row>(path: string) =>
  byText<R>(async (id, { services }) => where(await isRow(services.store, path, id)));

/** As `rowIs`, of any number of ids: which rows are meant is seen row by row. */
export const rowIn = <R extends Row = Row>(path: string) =>
  byTexts<R>(async (ids, { services: { store } }) => {
    if (ids.length === 0) return where({});
    const places = await Promise.all(ids.map(id => placeOf(store, id)));
    const own = new Set(
      places.flatMap(place => (place?.number === undefined ? [] : `${place.instance}~${place.number}`)),
    );
    const alone = new Set(ids.filter((_, at) => places[at]?.number === undefined));
    const isMeant = (row: R) => {
      const id = String(valueAt(row, path));
      return valueAt(row, 'instance') ? own.has(id.replace(/(~\d+)c[\d.]+$/, '$1')) : alone.has(id);
    };
    const instances = places.flatMap(place => place?.instance ?? []);
    const among = alone.size > 0 ? [...instances, '', null] : instances;
    return test(isMeant, { [path]: { $exists: true }, instance: { $in: [...new Set(among)] } });
  });

/** Rows of an activation, by the id of its execution or of its activity instance. */
async function isAt(store: Store, id: string): Promise<Filter> {
  const place = await placeOf(store, uuidIn(id));
  return place ? { instance: place.instance, activation: place.number ?? 1 } : { id: null };
}

export const activationIs = <R extends Row = Row>() =>
  byText<R>(async (id, { services }) => where(await isAt(services.store, id)));

export const activationIn = <R extends Row = Row>() =>
  byTexts<R>(async (ids, { services }) => {
    if (ids.length === 0) return where({});
    const places = await Promise.all(ids.map(id => placeOf(services.store, uuidIn(id))));
    return inActivations<R>(
      places.flatMap(place => (place ? { instance: place.instance, activation: place.number ?? 1 } : [])),
    );
  });

/** Ids of the instances that have something in another collection. */
export async function instancesWith(store: Store, collection: CollectionName, filter: Filter): Promise<string[]> {
  const groups = await store.group(collection, ['instance'], filter);
  return groups.map(({ key }) => String(key[0]));
}

/** The last moment that a date can say (ECMA-262 21.4.1.1), epoch milliseconds. */
const LATEST = 8.64e15;

/** Of some instances the outermost caller, and when that one may be forgotten. */
export async function outermost(
  store: Store,
  instances: string[],
): Promise<(instance: string) => { rootProcessInstanceId: string | null; removalTime: string | null }> {
  const runs = await store.getMany<RunDocument>('runs', [...new Set(instances)]);
  const rootOf = new Map(runs.map(({ id, root }) => [id, root]));
  const unread = new Set([...rootOf.values()].filter(root => !rootOf.has(root)));
  const roots = unread.size === 0 ? [] : await store.getMany<RunDocument>('runs', [...unread]);
  // An earlier release has folded times that no date can say: what has them is kept forever.
  const kept = [...runs, ...roots].filter(({ removalAt = 0 }) => removalAt <= LATEST);
  const removalOf = new Map(kept.map(({ id, removalAt }) => [id, removalAt]));
  return instance => {
    const root = rootOf.get(instance);
    return {
      rootProcessInstanceId: root ?? null,
      removalTime: maybeDate(root === undefined ? undefined : removalOf.get(root)),
    };
  };
}

/** Nothing of CMMN is here. */
export const noCase = {
  caseDefinitionKey: null,
  caseDefinitionId: null,
  caseInstanceId: null,
  caseExecutionId: null,
};
