/** Checks what was submitted against the form, on the server: a strict zod schema built from the form-js schema. */

import { isDeepStrictEqual } from 'node:util';
import { RE2JS } from 're2js';
import { z } from 'zod';
import type { Json, Variables } from '../../engine/core/types.js';
import type { Component, FormSchema, Option, Validate } from './schema.js';

/** What is wrong with one value of a form. */
export interface FormError {
  /** Dotted path of the field. */
  path: string;
  value?: Json;
  reason: string;
}

/** The submitted data does not fit the form: HTTP 400 with all errors. */
export class FormRefused extends Error {
  override readonly name = 'FormRefused';
  constructor(readonly errors: FormError[]) {
    super(errors.map(({ path, reason }) => `${path}: ${reason}`).join('\n'));
  }
}

const MAX_TEXT = 10_000;
const MAX_ITEMS = 1_000;
const EMAIL = /^[^\s@]{1,254}@[^\s@]{1,253}\.[^\s@.]{2,63}$/;
const PHONE = /^\+[1-9]\d{6,14}$/;

/** Components that show something and hold no value. */
const withoutValue = new Set(['text', 'html', 'image', 'button', 'separator', 'spacer', 'iframe', 'table']);
withoutValue.add('documentPreview');

/** Fields of a form by name; a path of several names nests. */
type Fields = Map<string, z.ZodType | Fields>;

/**
 * Answers the values to set; throws FormRefused with every error, its path, value and reason. `current` are the variables
 * that are there: they satisfy "required", fill the options of `valuesKey`, and a read-only field may repeat them.
 * Unless `strict`, names that are no fields of the form pass unchecked.
 *
 *     checkSubmission(schema, { approved: true }, {}) // { approved: true }
 */
export function checkSubmission(
  schema: FormSchema,
  submitted: Variables,
  current: Variables,
  { strict = true } = {},
): Variables {
  const fields = fieldsOf(schema.components, current);
  const parsed = (strict ? objectOf(fields) : z.looseObject(shapeOf(fields))).safeParse(submitted);
  if (!parsed.success) throw new FormRefused(parsed.error.issues.flatMap(issue => errorsOf(issue, submitted)));
  const values = parsed.data as Variables;
  for (const component of keyed(schema.components)) if (isReadonly(component)) delete values[component.key ?? ''];
  return values;
}

function errorsOf(issue: z.core.$ZodIssue, values: Variables): FormError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({ path: [...issue.path, key].join('.'), reason: 'the form has no such field' }));
  }
  const value = valueAt(values, issue.path);
  return [{ path: issue.path.join('.'), ...(value !== undefined && { value }), reason: issue.message }];
}

function valueAt(value: Json, path: PropertyKey[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (at, name) => (at !== null && typeof at === 'object' ? (at as Record<PropertyKey, Json>)[name] : undefined),
    value,
  );
}

const isReadonly = ({ readonly, disabled }: Component) => readonly === true || disabled === true;

/** Groups without a path of their own only arrange. */
function* keyed(components: Component[]): Generator<Component> {
  for (const component of components) {
    if (component.type === 'group' && !component.path) yield* keyed(component.components ?? []);
    else if (!withoutValue.has(component.type)) yield component;
  }
}

function fieldsOf(components: Component[], current: Variables): Fields {
  const fields: Fields = new Map();
  for (const component of keyed(components)) {
    const children = component.components ?? [];
    if (component.type === 'group') {
      const inside = valueAt(current, component.path!.split('.'));
      place(fields, component.path!, fieldsOf(children, isObject(inside) ? inside : {}));
    } else if (component.type === 'dynamiclist' && component.path) {
      // What an item had before is not known: its read-only fields may only be left out.
      const item = objectOf(fieldsOf(children, {}));
      place(fields, component.path, z.array(item).max(MAX_ITEMS, `must have at most ${MAX_ITEMS} items`).nullish());
    } else if (component.key) {
      place(fields, component.key, fieldOf(component, current));
    }
  }
  return fields;
}

function place(fields: Fields, path: string, field: z.ZodType | Fields): void {
  const names = path.split('.');
  const last = names.pop()!;
  let at = fields;
  for (const name of names) {
    const next = at.get(name);
    const inner: Fields = next instanceof Map ? next : new Map();
    at.set(name, inner);
    at = inner;
  }
  const there = at.get(last);
  if (there instanceof Map && field instanceof Map) for (const [name, each] of field) there.set(name, each);
  else at.set(last, field);
}

const shapeOf = (fields: Fields): Record<string, z.ZodType> =>
  Object.fromEntries(
    [...fields].map(([name, field]) => [name, field instanceof Map ? objectOf(field).optional() : field]),
  );

function objectOf(fields: Fields): z.ZodType {
  return z.strictObject(shapeOf(fields), 'must be an object');
}

function fieldOf(component: Component, current: Variables): z.ZodType {
  const { validate = {}, conditional, key } = component;
  const there = valueAt(current, key!.split('.')) ?? null;
  // Form-js sends read-only fields along; unchanged they say nothing.
  const unchanged = (value: unknown) => isDeepStrictEqual(value ?? null, there);
  if (isReadonly(component)) return z.custom(unchanged, 'is read-only').optional();
  const kind = kinds[component.type];
  const value = kind ? kind(component, validate, current) : z.json();
  // An expression may hide the field in the browser, and a value that is there already satisfies as well.
  const mayMiss = !validate.required || conditional?.hide !== undefined || there !== null;
  return mayMiss ? z.preprocess(emptyText, value.nullish()).optional() : z.preprocess(emptyValue, value);
}

const emptyText = (value: unknown) => (value === '' ? null : value);
const emptyValue = (value: unknown) => (Array.isArray(value) && value.length === 0 ? null : emptyText(value));

/** Component type → what its value looks like. Others hold any JSON. */
const kinds: Record<string, (component: Component, validate: Validate, current: Variables) => z.ZodType> = {
  textfield: textOf,
  textarea: textOf,
  number: numberOf,
  checkbox: (_, validate) =>
    validate.required ? z.literal(true, 'must be checked') : z.boolean(missingOr('must be true or false')),
  datetime: dateOf,
  select: choiceOf,
  radio: choiceOf,
  checklist: choicesOf,
  taglist: choicesOf,
};

/** A value that is missing is "required"; one of the wrong type is told what it must be. */
function missingOr(reason: string) {
  return {
    error: ({ input }: { input?: unknown }) => (input === undefined || input === null ? 'is required' : reason),
  };
}

/** A limit may be an expression, which only the browser evaluates. */
const limit = (value: number | string | undefined) =>
  typeof value === 'number' && !Number.isNaN(value) ? value : undefined;

function textOf({ key }: Component, validate: Validate, current: Variables): z.ZodType {
  const there = current[key!] ?? null;
  // A text field over a number or an object, as forms from HTML without types have it.
  if (there !== null && typeof there !== 'string') return z.json();
  const max = limit(validate.maxLength) ?? MAX_TEXT;
  let text = z.string(missingOr('must be a text')).max(max, `must have at most ${max} characters`);
  const min = limit(validate.minLength);
  if (min !== undefined) text = text.min(min, `must have at least ${min} characters`);
  if (validate.validationType === 'email') text = text.regex(EMAIL, 'must be an e-mail address');
  if (validate.validationType === 'phone') text = text.regex(PHONE, 'must be a phone number such as +4930664040900');
  const { pattern } = validate;
  // RE2: a pattern of the form's author cannot make the server hang.
  return pattern ? text.refine(value => RE2JS.compile(pattern).matcher(value).find(), `must match ${pattern}`) : text;
}

function numberOf({ decimalDigits, serializeToString }: Component, validate: Validate): z.ZodType {
  let number = z.number(missingOr('must be a number'));
  const min = limit(validate.min);
  const max = limit(validate.max);
  if (min !== undefined) number = number.min(min, `must be at least ${min}`);
  if (max !== undefined) number = number.max(max, `must be at most ${max}`);
  const digits = decimalDigits === undefined ? undefined : 10 ** decimalDigits;
  const reason = decimalDigits === 0 ? 'must be a whole number' : `must have at most ${decimalDigits} decimal digits`;
  const fits = (value: number) => digits === undefined || Math.abs(value * digits - Math.round(value * digits)) < 1e-6;
  const checked = number.refine(fits, reason);
  if (!serializeToString) return checked;
  const asNumber = z.string(missingOr('must be a number as text')).regex(/^-?\d+(\.\d+)?$/, 'must be a number as text');
  return asNumber.refine(text => checked.safeParse(Number(text)).success, 'is out of its limits');
}

const dates: Record<string, { pattern: RegExp; reason: string }> = {
  date: { pattern: /^\d{4}-\d{2}-\d{2}$/, reason: 'must be a date such as 2026-12-31' },
  time: { pattern: /^([01]\d|2[0-3]):[0-5]\d/, reason: 'must be a time such as 14:30' },
  datetime: { pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/, reason: 'must be a date and time such as 2026-12-31T14:30Z' },
};

function dateOf({ subtype = 'date' }: Component): z.ZodType {
  const { pattern, reason } = dates[subtype] ?? dates.date!;
  const exists = (text: string) => subtype === 'time' || (isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)));
  return z
    .string(missingOr(reason))
    .max(64, reason)
    .regex(pattern, reason)
    .refine(exists, 'is no date of the calendar');
}

/** `Date` reads the 31st of February as a day in March. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** The options of a choice; undefined: an expression makes them, in the browser. */
function optionsOf({ values, valuesKey, valuesExpression }: Component, current: Variables): Json[] | undefined {
  if (valuesExpression !== undefined) return undefined;
  if (valuesKey === undefined) return (values ?? []).map(option => option.value);
  const listed = current[valuesKey];
  if (!Array.isArray(listed)) return [];
  return listed.map(each => (isOption(each) ? each.value : each));
}

const isObject = (value: Json | undefined): value is Variables =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const isOption = (each: Json): each is Json & Option => each !== null && typeof each === 'object' && 'value' in each;

function choiceOf(component: Component, _: Validate, current: Variables): z.ZodType {
  const options = optionsOf(component, current);
  if (!options) return z.json(missingOr('must be JSON'));
  const reason = `must be one of: ${options
    .slice(0, 20)
    .map(each => JSON.stringify(each))
    .join(', ')}`;
  return z.custom(value => options.some(option => isDeepStrictEqual(option, value)), missingOr(reason));
}

function choicesOf(component: Component, validate: Validate, current: Variables): z.ZodType {
  const list = z.array(choiceOf(component, validate, current), missingOr('must be a list'));
  return list.max(MAX_ITEMS, `must have at most ${MAX_ITEMS} items`);
}
