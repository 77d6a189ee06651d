/** The condition of a flow, an event or a loop, in the language that the file says or the dialect means. */

import type { Expression } from '../core/types.js';
import type { Compilation } from './compilation.js';
import { type Element, lineOf, placeOf, textOf, titleOf } from './element.js';
import { languageOf, toExpression } from './expressions.js';

/**
 * @param owner the element whose condition it is, for the sentence of a refusal
 * @param holder the `conditionExpression`, `completionCondition` or `condition`
 */
export function conditionOf(owner: Element, holder: Element | undefined, cx: Compilation): Expression | undefined {
  if (!holder) return undefined;
  const line = lineOf(holder);
  const text = textOf(holder, 'body');
  const place = { ...placeOf(owner), line };
  const refuse = (sentence: string) => {
    cx.report.error(`${titleOf(owner)}: ${sentence}`, place);
    return undefined;
  };
  if (cx.properties(holder).resource !== undefined)
    return refuse('a condition in a file of its own is not read yet; put its text into the model');
  if (text === undefined) {
    cx.report.warn(`${titleOf(owner)}: the condition is empty and is ignored`, place);
    return undefined;
  }
  const expression = toExpression(text, line, cx.dialect.notation);
  if (expression.language !== 'literal') return expression;
  if (text === 'true' || text === 'false') return { language: 'juel', source: `\${${text}}`, line };
  const named = textOf(holder, 'language') ?? holder.$attrs.language ?? cx.expressionLanguage;
  if (named === undefined) return refuse(cx.dialect.notation === 'feel' ? notFeel(text) : notJuel(text));
  const found = languageOf(named);
  if ('refused' in found) return refuse(`condition "${shortened(text)}": ${found.refused}`);
  return { language: found.language, source: text, line };
}

const notJuel = (text: string) =>
  `the condition "${shortened(text)}" is no expression; write it as \${…}, as =… (FEEL) in a plain BPMN file, or name its language`;
const notFeel = (text: string) => `the condition "${shortened(text)}" is no FEEL expression; begin it with =`;
const shortened = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
