/** What the validation of a model asks of the languages and the calendar. */

import { calendar, checkExpression, readRetries } from '../expressions/index.js';
import type { Checks } from './texts.js';

/** The checks of a deployment: literal times and retry cycles, and the syntax of expressions. */
export const checks: Checks = {
  calendar,
  expression: checkExpression,
  retries: readRetries,
};
