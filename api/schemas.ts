/** Shapes that several endpoints share: what may come in, how lists and times go out. */

import { z } from 'zod';
import type { Json, Variables } from '../engine/core/types.js';
import { isoTime } from '../engine/core/values.js';
import { prototypeKeys } from './json.js';
import { changedNumber } from './numbers.js';

/** Any JSON: it was parsed from JSON, and its depth and size are bounded before. */
export const AnyJson = z
  .custom<Json>(value => value !== undefined, 'must be JSON')
  .meta({ description: 'Any JSON', examples: [{ amount: 120 }] });

export const variableName = z
  .string()
  .regex(/^[\p{L}_$][\p{L}\p{N}_$.-]{0,127}$/u, 'is no variable name: a letter first, then letters, digits, _ $ . -')
  .refine(name => !prototypeKeys.includes(name), 'is not allowed as a variable name');

/** Variables by name, as they come in: no number is kept as another one. */
export const VariablesIn: z.ZodType<Variables, Variables> = z
  .record(variableName, AnyJson)
  .superRefine((variables, context) => {
    const changed = changedNumber(variables);
    if (changed) context.addIssue({ code: 'custom', path: changed.path, message: changed.reason });
  })
  .meta({ examples: [{ amount: 120, customer: 'Mary' }] });

/** Variables by name, as they go out: nothing is checked again. */
export const VariablesOut: z.ZodType<Variables, Variables> = z
  .record(z.string(), AnyJson)
  .meta({ examples: [{ amount: 120, customer: 'Mary' }] });

/** A short text that the database looks things up by: databases and logs disagree about control characters. */
const lookup = z
  .string()
  .min(1)
  .max(500)
  .regex(/^\P{Cc}*$/u, 'contains control characters');

export const Id = lookup;
export const Name = lookup.meta({ examples: ['Order'] });
export const Key = lookup.meta({ examples: ['order'] });
export const FileName = lookup.meta({ examples: ['order.bpmn'] });

/** Id of a user or group that is made: it is typed, stands in addresses, and in front of the colon of HTTP Basic. */
export const NewPersonId = z
  .string()
  .regex(/^[\p{L}\p{N}._@-]{1,128}$/u, 'must be 1 to 128 letters, digits, or any of . _ - @')
  .refine(id => id !== 'prototype' && !(id in Object.prototype), 'is a name that every object of JavaScript has')
  .meta({ examples: ['mary'] });

/** Of what is made: default is the first tenant that the asker belongs to. */
export const TenantIn = z
  .union([z.literal(''), NewPersonId])
  .optional()
  .meta({ description: 'Tenant; default: the first one that the asker belongs to' });

/** Of what a list shows: only that of one tenant. */
export const TenantAsked = z
  .union([z.literal(''), NewPersonId])
  .optional()
  .meta({ description: 'Only of this tenant; empty: only what belongs to none', examples: ['acme'] });

/** Of what an answer shows. */
export const TenantOut = z.string().optional().meta({ description: 'Absent: the one without a name' });
export const tenantOut = (tenant: string) => (tenant === '' ? undefined : tenant);

export const idParams = z.strictObject({ id: Id });

/** A point in time of the input, ISO 8601 with zone, as epoch milliseconds. */
export const Instant = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time with zone, such as 2026-03-01T12:00:00Z' })
  .transform(text => Date.parse(text));

/** A point in time of an answer: ISO 8601, UTC. */
export const Time = z.string().meta({ format: 'date-time' });

/** Epoch milliseconds as an answer says them. */
export const time = isoTime;
export const maybeTime = (at: number | undefined) => (at === undefined ? undefined : time(at));

/** `?x=true`. */
export const Flag = z.enum(['true', 'false']).transform(text => text === 'true');

/** Query of every list. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** The `next` of the page before. */
  after: z.string().max(4000).optional(),
};

/** A page of a list; `next` is absent on the last one. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().optional().meta({ description: 'Send it as `after` to read on' }),
    total: z.int().optional(),
    totalIsExact: z.boolean().optional(),
  });

/** Something to say about a file of a deployment. */
export const ProblemOfFile = z
  .strictObject({
    level: z.enum(['error', 'warning']),
    file: z.string(),
    element: z.string().optional(),
    name: z.string().optional(),
    line: z.int().optional(),
    column: z.int().optional(),
    message: z.string(),
  })
  .meta({ id: 'FileProblem' });

/** A file as it is, of an answer that is not JSON. */
export const Bytes = z.custom<Uint8Array>();
