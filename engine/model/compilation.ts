/** What the parts of the compiler share while one file is compiled. */

import type { Expression } from '../core/types.js';
import type { Dialect, PropertyReader } from './dialects/index.js';
import { type Element, lineOf, placeOf, titleOf } from './element.js';
import { toExpression } from './expressions.js';
import type { Reporter } from './problems.js';
import type { Scripts } from './scripts.js';

export interface Compilation {
  dialect: Dialect;
  report: Reporter;
  /** Texts of files that are deployed with the model. */
  scripts: Scripts;
  /** Extensions of an element as neutral properties. */
  properties: PropertyReader;
  /** What the file says of all its expressions (`definitions expressionLanguage`), where it says it. */
  expressionLanguage: string | undefined;
  /** References that led nowhere: element, property → the text that stands there. */
  unresolved(element: Element, property: string): string | undefined;
}

/** Reports an error about an element; the sentence goes on behind its title. */
export const refuse = (cx: Compilation, element: Element, sentence: string): void =>
  cx.report.error(`${titleOf(element)}${sentence.startsWith(' ') ? '' : ': '}${sentence}`, placeOf(element));

/** As refuse, but the deployment goes on. */
export const warn = (cx: Compilation, element: Element, sentence: string): void =>
  cx.report.warn(`${titleOf(element)}${sentence.startsWith(' ') ? '' : ': '}${sentence}`, placeOf(element));

/** Something about the element was refused already: what follows from it needs no second sentence. */
export function isRefused(cx: Compilation, about: Element): boolean {
  const { element, line } = placeOf(about);
  return cx.report.problems.some(
    problem =>
      problem.level === 'error' && problem.element === element && (element !== undefined || problem.line === line),
  );
}

/** A text that may be an expression, in the file's dialect. */
export const expressionOf = (cx: Compilation, text: string | undefined, element: Element): Expression | undefined =>
  text === undefined ? undefined : toExpression(text, lineOf(element), cx.dialect.notation);

/** Only what is there: the compiled form holds no undefined. */
export function compact<T extends object>(object: T): T {
  for (const key of Object.keys(object) as (keyof T)[]) if (object[key] === undefined) delete object[key];
  return object;
}
