/** How requests are read: null members count as absent, the rest is strict; texts of a query become what they mean. */

import { z } from 'zod';
import { prototypeKeys } from '../json.js';
import { Flag, Id } from '../schemas.js';

/** A body: members that are null count as absent, unknown ones are refused. */
export const members = <S extends z.ZodRawShape>(shape: S) => z.preprocess(withoutNulls, z.strictObject(shape));

function withoutNulls(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input ?? {};
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

/** A text of a request: what the database looks up contains no control characters. */
export const Text = z
  .string()
  .max(4000)
  .regex(/^\P{Cc}*$/u, 'contains control characters');

/** The name of a variable: any text that reaches no prototype. Camunda 7 asks for no more, whatever an expression can do with it. */
export const VariableName = Text.min(1, 'is empty')
  .max(255, 'is longer than 255 characters')
  .refine(name => !prototypeKeys.includes(name), 'is not allowed as a variable name');

/** A longer one, such as a reason or an error message. */
export const LongText = z.string().max(1_000_000);

/** A list in an address, separated by commas. */
export const TextsOfQuery = z.string().transform(text => text.split(',').filter(part => part !== ''));
export const Texts = z.array(Id).max(10_000);

export const Whole = z.int().min(-2_147_483_648).max(2_147_483_647);
export const WholeOfQuery = z
  .string()
  .regex(/^-?\d{1,10}$/, 'is no whole number')
  .transform(Number)
  .pipe(Whole);

export const Long = z.int();

const TEN_YEARS = 10 * 365.25 * 24 * 3_600_000;

/** How long something lasts, milliseconds. Ten years are for ever, and end at a date that can be written. */
export const Duration = Long.max(TEN_YEARS, `at most ten years (${TEN_YEARS} milliseconds) are allowed`);

export const LongOfQuery = z
  .string()
  .regex(/^-?\d{1,15}$/, 'is no whole number')
  .transform(Number);

/** `true` or `false`; `True` is refused. */
export const FlagOfQuery = Flag;

/** As `FlagOfQuery` of parameters that Camunda 7 does not read as booleans: anything but `true` is false. */
export const LooseFlag = z.string().transform(text => text === 'true');

/** A form with files; what it must hold is looked at part by part. */
export const FormParts = z.object({
  fields: z.record(z.string(), z.string()).default({}),
  files: z
    .array(z.object({ name: z.string(), bytes: z.instanceof(Uint8Array), part: z.string(), type: z.string() }))
    .default([]),
});

/** What does not run when something is deleted, in the address. */
export const Skips = z.object({
  skipCustomListeners: FlagOfQuery.optional(),
  skipIoMappings: FlagOfQuery.optional(),
});

/** The same in the words of the engine. */
export const deletionOf = (
  query: z.output<typeof Skips> & { cascade?: boolean | undefined },
  { person }: { person: string },
) => ({
  cascade: query.cascade === true,
  skipListeners: query.skipCustomListeners === true,
  skipMappings: query.skipIoMappings === true,
  by: person,
});
