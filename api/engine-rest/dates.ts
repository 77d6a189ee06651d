/** Dates as the clients of Camunda 7 write and read them: `yyyy-MM-dd'T'HH:mm:ss.SSSZ`, the zone without colon. */

import { z } from 'zod';
import { isoTime } from '../../engine/core/values.js';

const shape = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})([+ -]\d\d)(\d\d)$/;

/**
 * @param at epoch milliseconds (UTC)
 * @example restDate(0) // '1970-01-01T00:00:00.000+0000'
 */
export const restDate = (at: number): string => isoTime(at).replace('Z', '+0000');

/** As `restDate`, and null for what has no time. */
export const maybeDate = (at: number | undefined): string | null => (at === undefined ? null : restDate(at));

/** Epoch milliseconds (UTC) of a text, or undefined. In an address that was not escaped, a plus has become a blank. */
export function readDate(text: string): number | undefined {
  const [, local, hours, minutes] = shape.exec(text) ?? [];
  if (local === undefined) return undefined;
  const isDay = !Number.isNaN(Date.parse(`${local}Z`)) && new Date(`${local}Z`).toISOString() === `${local}Z`;
  const at = Date.parse(`${local}${hours!.replace(' ', '+')}:${minutes}`);
  return isDay && !Number.isNaN(at) ? at : undefined;
}

/** A date of a request, as epoch milliseconds. */
export const DateIn = z.string().transform((text, context) => {
  const at = readDate(text);
  if (at !== undefined) return at;
  context.addIssue({ code: 'custom', message: 'is no date such as 2026-03-01T12:00:00.000+0000' });
  return z.NEVER;
});
