/** How urgent the job of an activity is: a whole number, as a long of Camunda 7. */

import type { Context, Steps } from './language.js';
import type { Expression } from './types.js';

/** Undefined where the model says nothing. Throws a failure for what is no whole number that is kept exactly. */
export function* priorityOf(cx: Context, expression: Expression | undefined): Steps<number | undefined> {
  if (!expression) return undefined;
  const value = yield* cx.evaluate(expression);
  const isNumber = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
  if (isNumber && Number.isSafeInteger(Number(value))) return Number(value);
  throw cx.failure('expression', `priority ${expression.source} is no whole number within ±${Number.MAX_SAFE_INTEGER}`);
}
