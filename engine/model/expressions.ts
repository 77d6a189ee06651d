/** Texts of a model → Expressions: which language a text is written in, and which are refused. */

import type { Expression } from '../core/types.js';

/** How a dialect writes expressions: `${…}` (JUEL), a leading `=` (FEEL), or either (plain BPMN says nothing). */
export type Notation = 'juel' | 'feel' | 'plain';

/** Languages by the names that files give them, lower case. */
const languages: Record<string, 'juel' | 'feel' | 'javascript'> = {
  juel: 'juel',
  feel: 'feel',
  'http://www.omg.org/spec/feel/20140401': 'feel',
  'https://www.omg.org/spec/dmn/20180521/feel/': 'feel',
  'https://www.omg.org/spec/dmn/20191111/feel/': 'feel',
  'https://www.omg.org/spec/dmn/20211108/feel/': 'feel',
  'https://www.omg.org/spec/dmn/20230324/feel/': 'feel',
  'http://www.omg.org/spec/dmn/20180521/feel/': 'feel',
  'http://www.omg.org/spec/dmn/20151101/dmn.xsd': 'feel',
  javascript: 'javascript',
  js: 'javascript',
  ecmascript: 'javascript',
  'text/javascript': 'javascript',
  'application/javascript': 'javascript',
  'application/ecmascript': 'javascript',
  'http://www.javascript.com/javascript': 'javascript',
};

/** Why a language that files do use is not run. */
const refusals: [RegExp, string][] = [
  [/xpath/i, 'XPath is not run here; write the condition as ${…}, or as FEEL with language="feel"'],
  [/groovy/i, 'Groovy runs on a Java machine only; write the script in JavaScript or FEEL'],
  [/python|jython/i, 'Python is not run here; write the script in JavaScript or FEEL'],
  [/ruby/i, 'Ruby is not run here; write the script in JavaScript or FEEL'],
  [
    /mvel|drools|\bjava\b|\/java$/i,
    'Java and its rule languages are not run here; write it in JavaScript, FEEL or ${…}',
  ],
];

/** The language of a name or URI, or the sentence that refuses it. */
export function languageOf(name: string): { language: 'juel' | 'feel' | 'javascript' } | { refused: string } {
  const language = languages[name.trim().toLowerCase()];
  if (language) return { language };
  const known = refusals.find(([pattern]) => pattern.test(name))?.[1];
  return { refused: known ?? `the language "${name}" is not run here; write it in JavaScript, FEEL or \${…}` };
}

const holdsJuel = (text: string) => /[$#]\{/.test(text);

/**
 * A text that may be an expression: `${…}` where the dialect writes JUEL, `=…` where it writes FEEL, else itself.
 *
 * @example
 * toExpression('${amount}', 7, 'juel') // { language: 'juel', source: '${amount}', line: 7 }
 */
export function toExpression(text: string, line: number, notation: Notation): Expression {
  const source = text.trim();
  if (notation !== 'juel' && source.startsWith('=')) return { language: 'feel', source: source.slice(1).trim(), line };
  if (notation !== 'feel' && holdsJuel(source)) return { language: 'juel', source, line };
  return { language: 'literal', source, line };
}

/** A variable's name, or an expression that answers it: `items` means `${items}`. */
export function toVariable(text: string, line: number, notation: Notation): Expression {
  const expression = toExpression(text, line, notation);
  if (expression.language !== 'literal') return expression;
  return notation === 'feel'
    ? { ...expression, language: 'feel' }
    : { language: 'juel', source: `\${${expression.source}}`, line };
}

/** A comma list of texts that may be expressions; commas inside `${…}` do not separate. */
export function toExpressions(text: string, line: number, notation: Notation): Expression[] {
  const whole = toExpression(text, line, notation);
  if (whole.language === 'feel') return [whole];
  return splitList(text).map(part => toExpression(part, line, notation));
}

/** `a, ${f(b, c)}` → two. */
export function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}') depth--;
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map(part => part.trim()).filter(part => part !== '');
}
