/** Numbers of variables as they are sent: whole ones are kept exactly, or not at all. */

import type { Json } from '../engine/core/types.js';

/** The number that a number or its text is; undefined: it is none, or larger than any Double. */
export function numberOf(value: Json): number | undefined {
  const isText = typeof value === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value);
  const number = isText || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** Reads whole numbers of so many bits. */
export const wholeWithin =
  (bits: number) =>
  (value: Json): number | undefined => {
    const number = numberOf(value);
    const end = 2 ** (bits - 1);
    return number !== undefined && Number.isInteger(number) && number >= -end && number < end ? number : undefined;
  };

/** Whether what was sent may have been another whole number than the one that arrived. */
export function isRounded(value: Json): boolean {
  const number = numberOf(value);
  return number !== undefined && Number.isInteger(number) && !Number.isSafeInteger(number);
}

/** What is said of a whole number that arrived as another one. */
export const roundedSentence = `a whole number beyond ±${Number.MAX_SAFE_INTEGER} is not kept exactly`;

/** A number in some JSON that would not be kept as it was sent. */
export interface ChangedNumber {
  path: string[];
  reason: string;
}

/**
 * The first number, however deep, that would be kept as another one. Whole ones that were rounded are Doubles by now: they
 * are looked for in what was sent.
 *
 * @example changedNumber({ sum: [1e999] }) // { path: ['sum', '0'], reason: 'is larger than any number that is kept' }
 */
export function changedNumber(value: Json): ChangedNumber | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : { path: [], reason: 'is larger than any number that is kept' };
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = changedNumber(inner);
    if (found) return { ...found, path: [key, ...found.path] };
  }
  return undefined;
}
