/** What JUEL is made of once it is read: a template of texts and syntax trees; and its two ways to fail. */

import type { Json } from '../../core/types.js';

export type Syntax =
  | { kind: 'value'; value: Json }
  | { kind: 'variable'; name: string }
  | { kind: 'property'; of: Syntax; name: Syntax }
  | { kind: 'method'; of: Syntax; name: Syntax; args: Syntax[] }
  | { kind: 'function'; name: string; args: Syntax[] }
  | { kind: 'unary'; operator: Unary; operand: Syntax }
  | { kind: 'binary'; operator: Binary; left: Syntax; right: Syntax }
  | { kind: 'logical'; operator: Logical; left: Syntax; right: Syntax }
  | { kind: 'choice'; condition: Syntax; yes: Syntax; no: Syntax };

export type Unary = '!' | '-' | 'empty';
export type Binary = '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%';
export type Logical = '&&' | '||';

/** `Hello ${name}` is a text and a tree; a template of exactly one tree keeps the type of its value. */
export type Template = (string | Syntax)[];

/** The text of the model cannot be read, or not be carried out; the message is one sentence without the place. */
export class JuelError extends Error {
  override readonly name = 'JuelError';
}

/** Names that reach behind a value in JavaScript or Java; they mean nothing here and are refused wherever they stand. */
const forbidden = new Set(['__proto__', 'constructor', 'prototype', 'getClass']);

/** Answers the name, or refuses it. */
export function allowed(name: string): string {
  if (forbidden.has(name)) throw new JuelError(`'${name}' is not allowed in an expression; use another name`);
  return name;
}

/** "known are a, b and 12 more", with a guess at what was meant; for messages about names. */
export function known(name: string, names: string[]): string {
  if (names.length === 0) return 'none is known here';
  const meant = names.find(other => other.toLowerCase() === name.toLowerCase() || isOneEditAway(name, other));
  const listed = names.slice(0, 12).join(', ');
  const more = names.length > 12 ? ` and ${names.length - 12} more` : '';
  return `${meant ? `did you mean '${meant}'? ` : ''}known here: ${listed}${more}`;
}

/** One letter more, less, other or swapped with its neighbour. */
function isOneEditAway(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return (
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    (restA.slice(1) === restB.slice(1) && restA !== '') ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
  );
}
