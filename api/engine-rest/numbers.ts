/** Numbers of variables as they are sent: whole ones are kept exactly, or not at all. */

import type { Json } from '../../engine/core/types.js';

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
