/** The shape of an answer: only some fields of it, or a whole list as CSV. */

import type { Request, Response } from 'express';
import { z } from 'zod';
import { badInput } from './problems.js';
import type { Incoming, Route } from './route.js';

/** What a reader wants to see of an answer. */
export interface Shape {
  /** Names of the fields; absent: all. */
  fields?: string[];
  csv: boolean;
}

/** Query parameters that every answer with fields takes beside its own. */
export const shaping = {
  fields: z.string().max(2000).optional().meta({ description: 'Names of the fields to send, separated by commas' }),
};

/** Those of lists. */
export const listShaping = {
  ...shaping,
  format: z.enum(['json', 'csv']).optional().meta({ description: '`csv`: the whole list, beyond its pages' }),
};

/** The items of a route that lists, or what it answers; undefined where nothing can be chosen. */
export function fieldsOf({ method, answer }: Pick<Route, 'method' | 'answer'>): {
  names: string[] | undefined;
  list: boolean;
} {
  if (method !== 'get' || !(answer instanceof z.ZodObject)) return { names: undefined, list: false };
  const { items } = answer.shape as { items?: z.ZodType };
  if (!(items instanceof z.ZodArray)) return { names: Object.keys(answer.shape), list: false };
  return { names: items.element instanceof z.ZodObject ? Object.keys(items.element.shape) : undefined, list: true };
}

/** Takes the shape from a request; `query` is the rest. Throws Problem 400 for a field that is not there. */
export function shapeOf(route: Route, request: Request): { shape: Shape; query: Record<string, unknown> } {
  const { names, list } = fieldsOf(route);
  if (!names) return { shape: { csv: false }, query: request.query };
  const { fields, format, ...query } = request.query;
  // What is no list has no format of its own: the schema says so.
  const rest = list || format === undefined ? query : { ...query, format };
  const asked = fields === undefined ? undefined : String(fields).split(',');
  const unknown = asked?.find(name => !names.includes(name));
  if (unknown !== undefined)
    throw badInput([{ path: 'query.fields', value: unknown, reason: `is no field; there are ${names.join(', ')}` }]);
  if (list && format !== undefined && format !== 'json' && format !== 'csv')
    throw badInput([{ path: 'query.format', value: String(format), reason: 'must be json or csv' }]);
  const wantsCsv = format === 'csv' || (format === undefined && request.get('accept') === 'text/csv');
  return { shape: { ...(asked && { fields: asked }), csv: list && wantsCsv }, query: rest };
}

/** The answer with the chosen fields only; of a list, of each item. */
export function selected(answered: unknown, fields: string[] | undefined): unknown {
  if (!fields || typeof answered !== 'object' || answered === null) return answered;
  const pick = (item: object) => Object.fromEntries(Object.entries(item).filter(([name]) => fields.includes(name)));
  const { items } = answered as { items?: object[] };
  return Array.isArray(items) ? { ...answered, items: items.map(pick) } : pick(answered);
}

/** Rows of one page of a list that is read to its end. */
const PAGE = 500;

/** Sends a list as CSV, page by page, as fast as the reader takes it. */
export async function sendCsv(route: Route, incoming: Incoming, { fields }: Shape): Promise<void> {
  const { response } = incoming;
  const signal = incoming.signal();
  const columns = fields ?? fieldsOf(route).names!;
  const paged = route.query instanceof z.ZodObject && 'after' in route.query.shape;
  let after = incoming.query.after;
  do {
    const page = paged ? { limit: String(PAGE), ...(after === undefined ? {} : { after }) } : {};
    const answered = await route.run({ ...incoming, query: { ...incoming.query, ...page } });
    const { items, next } = answered as { items: Record<string, unknown>[]; next?: string };
    if (!response.headersSent) begin(response, route, columns);
    await write(response, items.map(item => line(columns.map(name => item[name]))).join(''), signal);
    after = next;
  } while (after !== undefined && !signal.aborted);
  response.end();
}

function begin(response: Response, route: Route, columns: string[]): void {
  response.attachment(`${route.path.split('/').at(-1)}.csv`).type('text/csv');
  response.write(line(columns));
}

async function write(response: Response, text: string, signal: AbortSignal): Promise<void> {
  if (response.write(text) || signal.aborted) return;
  await new Promise<void>(resolve => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}

/** RFC 4180: a line of cells. */
const line = (values: unknown[]) => `${values.map(cell).join(',')}\r\n`;

/** A spreadsheet would run a text that begins like this as a formula, also in full width (OWASP: CSV injection). */
const formula = /^(?:[\t\r\n]|\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/;

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}
