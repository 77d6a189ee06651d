/** Whole numbers that reading would round, where clients of Camunda 7 send them: only a value that is called a Double may be. */

import type { Json } from '../../engine/core/types.js';
import { valueBehind } from '../../engine/store/paths.js';
import { type Place, roundedLiterals } from '../literals.js';
import { roundedSentence } from '../numbers.js';
import { invalid } from './errors.js';

const doubles = ['double', 'number'];

/** JavaScript writes 1e20 in digits only: who says that it is a Double, means one. */
function isCalledDouble(body: Json | undefined, place: Place): boolean {
  const type = valueBehind(body, [...place.slice(0, -1), 'type']);
  return place.at(-1) === 'value' && typeof type === 'string' && doubles.includes(type.toLowerCase());
}

/** Throws RestError 400 with the place of a whole number that would be kept as another one. */
export function refuseRoundedValues(bytes: Buffer): void {
  const rounded = roundedLiterals(bytes);
  if (rounded.length === 0) return;
  const body = parsedOf(bytes.toString());
  const place = rounded.find(one => !isCalledDouble(body, one));
  if (place) throw invalid(`${place.join('.') || 'the body'}: ${wayOut}`);
}

/** What is said of a whole number that arrived as another one. */
export const wayOut = `${roundedSentence}; send it as String, or as Double where it may be rounded`;

/** What a text has as JSON; undefined: it is none. */
export function parsedOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
