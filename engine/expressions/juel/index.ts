/** JUEL, the expression language of Camunda 7, Flowable and Activiti: `${amount > 1000}`. */

import { Failure, shortened } from '../../core/errors.js';
import type { LiveScope } from '../../core/language.js';
import type { Expression, Json } from '../../core/types.js';
import { remembering } from '../cache.js';
import { evaluate } from './evaluate.js';
import { functionNamed } from './functions.js';
import { parse } from './parse.js';
import { JuelError, type Syntax, type Template } from './syntax.js';

const parsed = remembering(2000, parse);

/**
 * Evaluates a text with `${…}` or `#{…}`. A single `${x}` answers the value with its type, anything else a text;
 * `\${` stands for itself. Dates become ISO 8601 texts. Throws Failure, whose message names the text and its line.
 *
 * @example
 * evaluateJuel({ language: 'juel', source: '${amount > 1000}', line: 7 }, scope) // true
 */
export function evaluateJuel(expression: Expression, scope: LiveScope): Json {
  try {
    return evaluate(parsed(expression.source), scope);
  } catch (error) {
    if (!(error instanceof JuelError)) throw error;
    throw new Failure(
      'expression',
      `${shortened(expression.source)} failed (line ${expression.line}): ${error.message}`,
    );
  }
}

/** What is wrong with the text, in one sentence; undefined where it can be read and all its functions are known. */
export function checkJuel(source: string): string | undefined {
  try {
    checkFunctions(parsed(source));
    return undefined;
  } catch (error) {
    if (!(error instanceof JuelError)) throw error;
    return `${shortened(source)}: ${error.message}`;
  }
}

/** Names of the variables that the text reads; for forms and hints. Empty where it cannot be read. */
export function variablesIn(source: string): string[] {
  try {
    const names = [...trees(parsed(source))].flatMap(syntax => (syntax.kind === 'variable' ? [syntax.name] : []));
    return [...new Set(names)];
  } catch (error) {
    if (error instanceof JuelError) return [];
    throw error;
  }
}

function checkFunctions(template: Template): void {
  for (const syntax of trees(template)) if (syntax.kind === 'function') functionNamed(syntax.name);
}

/** Every node of every tree of a template. */
function* trees(parts: (string | Syntax)[]): Generator<Syntax> {
  const rest = parts.filter(part => typeof part !== 'string');
  for (let syntax = rest.pop(); syntax; syntax = rest.pop()) {
    yield syntax;
    for (const part of Object.values(syntax).flat()) {
      if (typeof part === 'object' && part !== null && 'kind' in part) rest.push(part as Syntax);
    }
  }
}
