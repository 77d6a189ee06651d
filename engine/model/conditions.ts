/** The condition of a flow, an event or a loop, in the language that the file says or the dialect means. */

import type { Expression } from '../core/types.js';
import type { Compilation } from './compilation.js';
import { type Element, lineOf, placeOf, textOf, titleOf } from './element.js';
import { languageOf, toExpression } from './expressions.js';
import { scriptFrom } from './scripts.js';

/**
 * @param owner the element whose condition it is, for the sentence of a refusal
 * @param holder the `conditionExpression`, `completionCondition` or `condition`
 */
export function conditionOf(owner: Element, holder: Element | undefined, cx: Compilation): Expression | undefined {
  if (!holder) return undefined;
  const line = lineOf(holder);
  const { resource } = cx.properties(holder);
  const script = resource === undefined ? { source: textOf(holder, 'body') } : scriptFrom(resource, cx.scripts);
  const place = { ...placeOf(owner), line };
  const refuse = (sentence: string) => {
    cx.report.error(`${titleOf(owner)}: ${sentence}`, place);
    return undefined;
  };
  if ('refused' in script) return refuse(script.refused);
  const text = script.source?.trim();
  if (!text) {
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
