/** Evaluates the few expressions that a form itself bears (its key, default values) when somebody opens it. */

import { Failure } from '../../engine/core/errors.js';
import type { ExecutionView } from '../../engine/core/language.js';
import type { Expression, Json, Variables } from '../../engine/core/types.js';
import { inPlace } from '../../engine/expressions/index.js';

/** What the expressions of a form see. */
export interface FormScope {
  variables: Variables;
  execution: ExecutionView;
}

/** The value; undefined where it fails, or its language is not one that is evaluated in place. */
export function evaluated(expression: Expression | undefined, { variables, execution }: FormScope): Json | undefined {
  const evaluate = expression && inPlace[expression.language];
  if (!evaluate) return undefined;
  try {
    return evaluate(expression, {
      read: name => (Object.hasOwn(variables, name) ? variables[name] : undefined),
      has: name => Object.hasOwn(variables, name),
      names: () => Object.keys(variables),
      write: () => {
        throw new Failure('expression', 'a form only reads variables');
      },
      execution,
    });
  } catch (error) {
    // A default that cannot be computed yet (a variable is missing) leaves the field empty.
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
