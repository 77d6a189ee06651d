/** Whole numbers as they are written in JSON, before reading makes Doubles of them: one that would be rounded is found with its place. */

import { roundedSentence } from './numbers.js';
import { badInput } from './problems.js';

/** Where a number stands: the keys and places in lists that lead to it, keys as they are written. */
export type Place = (string | number)[];

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENS_LIST = 0x5b;
const OPENS_OBJECT = 0x7b;
const closes = (byte: number) => byte === 0x5d || byte === 0x7d;
const begins = (byte: number) => byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
const goesOn = (byte: number) => begins(byte) || [0x2b, 0x2e, 0x45, 0x65].includes(byte);

/** Where the text ends that begins at `from`: at its closing quote, or with the bytes. */
function endOfText(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, bytes.length);
}

function endOfNumber(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && goesOn(bytes[at]!)) at++;
  return at;
}

const written = (bytes: Uint8Array, from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString();

/** Digits of the smallest number that is rounded. */
const shortest = String(Number.MAX_SAFE_INTEGER).length;

/** Only digits, and another number once it was read. One with a fraction or an exponent is meant as a Double. */
const isRoundedLiteral = (text: string) => /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text));

/**
 * Every whole number in the bytes of some JSON (UTF-8) that reading would round.
 *
 * @example roundedLiterals(Buffer.from('{"order":[1, 12345678901234567890]}')) // [['order', 1]]
 */
export function roundedLiterals(bytes: Uint8Array): Place[] {
  const found: Place[] = [];
  const place: Place = [];
  let text: [from: number, to: number] = [0, 0];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    const inner = place.length - 1;
    if (byte === QUOTE) {
      text = [at + 1, endOfText(bytes, at)];
      at = text[1];
    } else if (byte === OPENS_OBJECT) place.push('');
    else if (byte === OPENS_LIST) place.push(0);
    else if (closes(byte)) place.pop();
    else if (byte === COLON && inner >= 0) place[inner] = written(bytes, ...text);
    else if (byte === COMMA && typeof place[inner] === 'number') place[inner]++;
    else if (begins(byte)) {
      const end = endOfNumber(bytes, at);
      if (end - at >= shortest && isRoundedLiteral(written(bytes, at, end))) found.push([...place]);
      at = end - 1;
    }
  }
  return found;
}

/** Throws Problem 400 with the place of a whole number that would be kept as another one. */
export function refuseRounded(bytes: Uint8Array): void {
  const [place] = roundedLiterals(bytes);
  if (place) throw badInput([{ path: ['body', ...place].join('.'), reason: `${roundedSentence}; send it as a text` }]);
}
