/** What JUEL is made of once it is read: a template of texts and syntax trees; and its two ways to fail. */

import type { Json } from '../../core/types.js';
import { isForbidden } from '../names.js';

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

/** Answers the name, or refuses it. */
export function allowed(name: string): string {
  if (isForbidden(name)) throw new JuelError(`'${name}' is not allowed in an expression; use another name`);
  return name;
}
