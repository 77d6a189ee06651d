/** Reads expressions at deployment, so that what cannot be read is refused before it runs. */

import { Script } from 'node:vm';
import type { Expression } from '../core/types.js';
import { checkJuel } from './juel/index.js';

/** By language: what is wrong, in one sentence. FEEL's parser is loaded when the first one comes. */
const checks: Record<Expression['language'], (source: string) => string | undefined | Promise<string | undefined>> = {
  literal: () => undefined,
  juel: checkJuel,
  feel: async source => (await import('./feel.js')).checkFeel(source),
  javascript: checkJavascript,
};

/**
 * Answers what is wrong with an expression in one sentence, or undefined where it can be read.
 *
 * @example
 * await checkExpression({ language: 'juel', source: '${amount >}', line: 7 })
 * // "line 7: ${amount >}: expected a value at column 11, found '}'"
 */
export async function checkExpression({ language, source, line }: Expression): Promise<string | undefined> {
  const problem = await checks[language](source);
  return problem && `line ${line}: ${problem}`;
}

/** Compiled, never run. */
function checkJavascript(source: string): string | undefined {
  try {
    new Script(source, { filename: 'script.js' });
    return undefined;
  } catch (error) {
    const { message, stack } = error as Error;
    const line = /^script\.js:(\d+)/.exec(stack ?? '')?.[1];
    return `script${line ? `, its line ${line}` : ''}: ${message}`;
  }
}
