/** The kinds of filters that the tables of the resources are made of. */

import { z } from 'zod';
import type { Json } from '../../engine/core/types.js';
import { isoTime } from '../../engine/core/values.js';
import { valueAt } from '../../engine/store/paths.js';
import type { Filter, Scalar } from '../../engine/store/port.js';
import type { Person } from '../auth/people.js';
import { AnyJson, Id } from '../schemas.js';
import type { Services } from '../services.js';
import { anything, type Condition, none, type Row, test, where } from './conditions.js';
import { DateIn, readDate } from './dates.js';
import { invalid } from './errors.js';
import { like } from './like.js';
import { FlagOfQuery, Long, LongOfQuery, members, Text, Texts, TextsOfQuery, Whole, WholeOfQuery } from './schemas.js';

/** Who asks, and whom a filter may ask. */
export interface QueryContext {
  services: Services;
  person: Person;
  /** Epoch milliseconds (UTC). */
  now: number;
  /** Flags that say how rows are shown. */
  options?: Record<string, boolean | undefined>;
  /** The other values of the same query, already read. */
  given: Record<string, unknown>;
}

/** One documented filter: how its value is read, in an address and in a body, and what it asks for. */
export interface QueryFilter<R extends Row = Row, V = unknown> {
  query: z.ZodType<V, string>;
  body: z.ZodType<V>;
  condition(value: V, context: QueryContext): Condition<R> | Promise<Condition<R>>;
}

// biome-ignore lint/suspicious/noExplicitAny: each filter of a table reads a type of its own
export type AnyFilter<R extends Row> = QueryFilter<R, any>;

type Ask<V, R extends Row> = (value: V, context: QueryContext) => Condition<R> | Promise<Condition<R>>;

const filterOf =
  <V>(query: z.ZodType<V, string>, body: z.ZodType<V>) =>
  <R extends Row = never>(condition: Ask<V, R>): QueryFilter<R, V> => ({ query, body, condition });

/** A text that asks for something that no single field says. */
export const byText = filterOf<string>(Text, Text);
export const byTexts = filterOf<string[]>(TextsOfQuery.pipe(Texts), Texts);
export const byDate = filterOf<number>(DateIn as z.ZodType<number, string>, DateIn as z.ZodType<number>);
export const byWhole = filterOf<number>(WholeOfQuery, Whole);
const byLong = filterOf<number>(LongOfQuery, Long);
const byFlag = filterOf<boolean>(FlagOfQuery as z.ZodType<boolean, string>, z.boolean());

/** One of some words. */
export const byWord = <W extends string, R extends Row = never>(words: readonly W[], ask: Ask<W, R>) =>
  filterOf<W>(z.enum(words) as unknown as z.ZodType<W, string>, z.enum(words) as unknown as z.ZodType<W>)(ask);

type Means = (value: string) => Scalar;
const itself: Means = value => value;

/** The field is this text; `means`: what the text is in the store. */
export const equals = (path: string, means = itself) => byText(value => where({ [path]: { $eq: means(value) } }));

/** The field is one of these; an empty list asks for nothing. */
export const oneOf = (path: string, means = itself) =>
  byTexts(values => (values.length === 0 ? anything : where({ [path]: { $in: values.map(means) } })));

/** The field is none of these. */
export const noneOf = (path: string, means = itself) =>
  byTexts(values => (values.length === 0 ? anything : where({ [path]: { $nin: values.map(means) } })));

/** The field is a text that fits the pattern. */
export const fits = (path: string) =>
  byText<never>(pattern => {
    const isFit = like(pattern);
    return test(
      row => {
        const value = valueAt(row, path);
        return typeof value === 'string' && isFit(value);
      },
      { [path]: { $exists: true } },
    );
  });

/** The field, a time or a number, is so related to the value: `$gt`, `$lte` … */
export const timeIs = (path: string, relation: '$eq' | '$gt' | '$gte' | '$lt' | '$lte') =>
  byDate(at => where({ [path]: { [relation]: at } }));
export const numberIs = (path: string, relation: '$eq' | '$gte' | '$lte') =>
  byLong(number => where({ [path]: { [relation]: number } }));

/** `true` asks for this; `false` asks for nothing, as in Camunda 7. */
export const when = <R extends Row = never>(
  ask: Filter | ((context: QueryContext) => Condition<R> | Promise<Condition<R>>),
) =>
  byFlag<R>((value, context) => {
    if (!value) return anything as Condition<R>;
    return typeof ask === 'function' ? ask(context) : (where(ask) as Condition<R>);
  });

/** What only cases of CMMN have, or another thing that does not exist here: nothing fits. */
export const neverText = byText(() => none);
export const neverTexts = byTexts(values => (values.length === 0 ? anything : none));

/** Says how the answer looks, or how another filter is meant; asks for nothing by itself. */
export const option = byFlag(() => anything);

/** Queries never evaluate what a client sends. */
export const expression = byText(() => {
  throw invalid('expressions are not evaluated in queries; send the value itself');
});

/** `''` is the store's name for no tenant; the flag `include…WithoutTenantId` adds that to a list of tenants. */
export const tenants = (path = 'tenant', include = '') => ({
  tenantIdIn: byTexts((ids, { given }) => {
    const all = given[include] === true ? [...ids, ''] : ids;
    return all.length === 0 ? anything : where({ [path]: { $in: all } });
  }),
  withoutTenantId: when({ [path]: '' }),
  ...(include !== '' && { [include]: option }),
});

const relations = ['eq', 'neq', 'gt', 'gteq', 'lt', 'lteq', 'like', 'notLike'] as const;

/** What a query says of a variable. */
export interface VariableQuery {
  name: string;
  operator: (typeof relations)[number];
  value: Json;
}

/** A text that is a date means that date, as variables keep it. */
function meant(value: Json): Json {
  const at = typeof value === 'string' ? readDate(value) : undefined;
  return at === undefined ? value : isoTime(at);
}

const VariableInBody = members({ name: Id, operator: z.enum(relations), value: AnyJson.optional() }).transform(
  ({ value = null, ...query }): VariableQuery => ({ ...query, value: meant(value) }),
);

const VariablesInQuery = z.string().transform((text, context): VariableQuery[] => {
  const parts = text.split(',').filter(part => part !== '');
  return parts.map(part => {
    const found = /^(.+?)_(eq|neq|gteq|gt|lteq|lt|like|notLike)_(.*)$/.exec(part);
    if (found) return { name: found[1]!, operator: found[2] as VariableQuery['operator'], value: meant(found[3]!) };
    context.addIssue({ code: 'custom', message: `"${part}" is no name_operator_value, such as amount_gt_5` });
    return z.NEVER;
  });
});

/** A list of `name_operator_value`, or of `{name, operator, value}`. */
export const byVariables = filterOf<VariableQuery[]>(VariablesInQuery, z.array(VariableInBody).max(100));

/** Whether some variables are as they should be; both may be compared without regard to upper and lower case. */
export function variablesFit(
  queries: VariableQuery[],
  given: Record<string, unknown>,
): (variables: Record<string, Json>) => boolean {
  const nameOf = given.variableNamesIgnoreCase === true ? lower : itself;
  const fold = given.variableValuesIgnoreCase === true ? lowerIfText : (value: Json) => value;
  const tests = queries.map(({ name, operator, value }) => ({
    name: String(nameOf(name)),
    holds: compare[operator](fold(value)),
  }));
  return variables => {
    const entries = Object.entries(variables).map(([name, value]) => [String(nameOf(name)), fold(value)] as const);
    return tests.every(({ name, holds }) => entries.some(([own, value]) => own === name && holds(value)));
  };
}

const lower: Means = text => text.toLowerCase();
const lowerIfText = (value: Json): Json => (typeof value === 'string' ? value.toLowerCase() : value);

/** As Camunda 7 compares: only values of one type. */
const ordered =
  (holds: (order: number) => boolean) =>
  (wanted: Json) =>
  (value: Json): boolean => {
    if (typeof wanted === 'number' && typeof value === 'number') return holds(value - wanted);
    return (
      typeof wanted === 'string' && typeof value === 'string' && holds(value < wanted ? -1 : value > wanted ? 1 : 0)
    );
  };
const pattern = (wanted: Json) => (typeof wanted === 'string' ? like(wanted) : () => false);

const compare: Record<VariableQuery['operator'], (wanted: Json) => (value: Json) => boolean> = {
  eq: wanted => value => value === wanted,
  neq: wanted => value => value !== wanted,
  gt: ordered(order => order > 0),
  gteq: ordered(order => order >= 0),
  lt: ordered(order => order < 0),
  lteq: ordered(order => order <= 0),
  like: wanted => value => typeof value === 'string' && pattern(wanted)(value),
  notLike: wanted => value => typeof value === 'string' && !pattern(wanted)(value),
};
