/** The languages of expressions: what is evaluated in place, and the evaluator for all others. */

import type { Vocabulary } from '../core/language.js';
import { evaluateJuel } from './juel/index.js';

export { calendar, createCalendar } from './calendar.js';
export { checkExpression } from './check.js';
export { createEvaluator, type Evaluator, type EvaluatorOptions } from './evaluator.js';
export { checkJuel, evaluateJuel, variablesIn } from './juel/index.js';
export { type Retries, readRetries, retryDelay } from './retries.js';

/** Evaluators that need no other thread; languages that are not here become Needs. */
export const inPlace: Vocabulary['inPlace'] = {
  literal: expression => expression.source,
  juel: evaluateJuel,
};
