/** Cuts the inside of `${…}` into tokens. */

import { JuelError } from './syntax.js';

export interface Token {
  kind: 'number' | 'text' | 'name' | 'sign' | 'end';
  /** As written; of a text, its value. */
  text: string;
  /** Column in the source, from 1. */
  column: number;
}

const patterns: [Token['kind'] | 'space', RegExp][] = [
  ['space', /\s+/y],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['name', /[\p{L}_$][\p{L}\p{N}_$]*/uy],
  ['text', /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/sy],
  ['sign', /&&|\|\||[=!<>]=|[-+*/%<>!?:.,()[\]]/y],
];

/** Reads the tokens from `start` up to the closing brace; `next` is the index behind it. */
export function tokenize(source: string, start: number): { tokens: Token[]; next: number } {
  const tokens: Token[] = [];
  let index = start;
  while (source[index] !== '}') {
    if (index >= source.length) throw new JuelError(`'\${' at column ${start - 1} is not closed; add '}'`);
    const found = match(source, index);
    if (!found) throw new JuelError(`${unreadable(source, index)} at column ${index + 1}`);
    const [kind, text] = found;
    if (kind === 'text') tokens.push({ kind, text: unquoted(text), column: index + 1 });
    else if (kind !== 'space') tokens.push({ kind, text, column: index + 1 });
    index += text.length;
  }
  tokens.push({ kind: 'end', text: '}', column: index + 1 });
  return { tokens, next: index + 1 };
}

function match(source: string, index: number): [Token['kind'] | 'space', string] | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = index;
    const text = pattern.exec(source)?.[0];
    if (text) return [kind, text];
  }
  return undefined;
}

const unreadable = (source: string, index: number) =>
  source[index] === '"' || source[index] === "'"
    ? `the text that begins with ${source[index]} is not closed`
    : `'${String.fromCodePoint(source.codePointAt(index)!)}' means nothing here`;

const unquoted = (text: string) => text.slice(1, -1).replace(/\\(.)/gs, '$1');
