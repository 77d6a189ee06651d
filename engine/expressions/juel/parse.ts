/** Reads a text with `${…}` and `#{…}` into a template (Unified Expression Language 2.2, as JUEL reads it). */

import type { Json } from '../../core/types.js';
import { allowed, type Binary, JuelError, type Logical, type Syntax, type Template, type Unary } from './syntax.js';
import { type Token, tokenize } from './tokens.js';

const LENGTH_LIMIT = 256 * 1024;
/** Nodes of one expression: bounds both the work and the depth of the tree. */
const SIZE_LIMIT = 1000;
const NESTING_LIMIT = 100;

/** Binary operators by how tightly they bind, loosest first; each with its spellings. */
const levels: Record<string, Binary | Logical>[] = [
  { '||': '||', or: '||' },
  { '&&': '&&', and: '&&' },
  { '==': '==', eq: '==', '!=': '!=', ne: '!=' },
  { '<': '<', lt: '<', '<=': '<=', le: '<=', '>': '>', gt: '>', '>=': '>=', ge: '>=' },
  { '+': '+', '-': '-' },
  { '*': '*', '/': '/', div: '/', '%': '%', mod: '%' },
];
const unary: Record<string, Unary> = { '!': '!', not: '!', '-': '-', empty: 'empty' };
const literals: Record<string, Json> = { true: true, false: false, null: null };
const reserved = new Set(['and', 'or', 'not', 'eq', 'ne', 'lt', 'gt', 'le', 'ge', 'div', 'mod', 'empty', 'instanceof']);

/** Flowable's functions on a variable: their first argument is its name, with or without quotes. */
const onVariable = /^(variables|vars|var):/;

const lookUp = <T>(table: Record<string, T>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** Throws JuelError where the text cannot be read. */
export function parse(source: string): Template {
  if (source.length > LENGTH_LIMIT) throw new JuelError(`is longer than ${LENGTH_LIMIT} characters; shorten it`);
  const template: Template = [];
  const opening = /\\?[$#]\{/g;
  let text = '';
  let index = 0;
  for (let found = opening.exec(source); found; found = opening.exec(source)) {
    text += source.slice(index, found.index);
    index = opening.lastIndex;
    if (found[0].startsWith('\\')) {
      text += found[0].slice(1);
      continue;
    }
    const { tokens, next } = tokenize(source, index);
    if (text) template.push(text);
    template.push(parseExpression(tokens));
    text = '';
    index = next;
    opening.lastIndex = next;
  }
  text += source.slice(index);
  if (text || template.length === 0) template.push(text);
  return template;
}

function parseExpression(tokens: Token[]): Syntax {
  let position = 0;
  let size = 0;
  let nesting = 0;

  const peek = (ahead = 0): Token => tokens[Math.min(position + ahead, tokens.length - 1)]!;
  const isSign = (sign: string, ahead = 0) => peek(ahead).kind === 'sign' && peek(ahead).text === sign;
  /** A name or sign that can stand for an operator, but not a quoted text. */
  const word = () => (peek().kind === 'name' || peek().kind === 'sign' ? peek().text : '');

  function unexpected(expected: string): JuelError {
    const found = peek().kind === 'end' ? "'}'" : `'${peek().text}'`;
    return new JuelError(`expected ${expected} at column ${peek().column}, found ${found}`);
  }
  function skip(sign: string): boolean {
    if (!isSign(sign)) return false;
    position++;
    return true;
  }
  function need(sign: string): void {
    if (!skip(sign)) throw unexpected(`'${sign}'`);
  }
  function node(syntax: Syntax): Syntax {
    if (++size > SIZE_LIMIT) throw new JuelError(`has more than ${SIZE_LIMIT} parts; split it`);
    return syntax;
  }

  function choice(): Syntax {
    if (++nesting > NESTING_LIMIT) throw new JuelError(`is nested deeper than ${NESTING_LIMIT}; split it`);
    let syntax = binary(0);
    if (skip('?')) {
      const yes = choice();
      need(':');
      syntax = node({ kind: 'choice', condition: syntax, yes, no: choice() });
    }
    nesting--;
    return syntax;
  }

  /** Operators of one level associate to the left. */
  function binary(level: number): Syntax {
    const operators = levels[level];
    if (!operators) return prefixed();
    let left = binary(level + 1);
    for (let operator = lookUp(operators, word()); operator; operator = lookUp(operators, word())) {
      position++;
      const right = binary(level + 1);
      left = node(
        operator === '&&' || operator === '||'
          ? { kind: 'logical', operator, left, right }
          : { kind: 'binary', operator, left, right },
      );
    }
    return left;
  }

  function prefixed(): Syntax {
    const operator = lookUp(unary, word());
    if (!operator) return postfixed();
    if (++nesting > NESTING_LIMIT) throw new JuelError(`is nested deeper than ${NESTING_LIMIT}; split it`);
    position++;
    const operand = prefixed();
    nesting--;
    return node({ kind: 'unary', operator, operand });
  }

  function postfixed(): Syntax {
    let of = primary();
    for (;;) {
      let name: Syntax;
      if (skip('.')) {
        if (peek().kind !== 'name') throw unexpected("a name after '.'");
        name = { kind: 'value', value: allowed(tokens[position++]!.text) };
      } else if (skip('[')) {
        name = choice();
        need(']');
      } else return of;
      of = node(isSign('(') ? { kind: 'method', of, name, args: list() } : { kind: 'property', of, name });
    }
  }

  /** The arguments of a call, with their parentheses. */
  function list(): Syntax[] {
    need('(');
    const args: Syntax[] = [];
    if (skip(')')) return args;
    do args.push(choice());
    while (skip(','));
    need(')');
    return args;
  }

  function primary(): Syntax {
    const { kind, text } = peek();
    if (kind === 'number' || kind === 'text') {
      position++;
      return node({ kind: 'value', value: kind === 'number' ? Number(text) : text });
    }
    if (skip('(')) {
      const syntax = choice();
      need(')');
      return syntax;
    }
    if (kind !== 'name' || reserved.has(text)) throw unexpected('a value');
    // `ns:name(` is a function, also where a `:` of `? :` could stand.
    if (isSign(':', 1) && peek(2).kind === 'name' && isSign('(', 3)) return call(`${text}:${peek(2).text}`, 3);
    if (isSign('(', 1)) return call(text, 1);
    position++;
    const literal = lookUp(literals, text);
    return node(literal === undefined ? { kind: 'variable', name: allowed(text) } : { kind: 'value', value: literal });
  }

  function call(name: string, length: number): Syntax {
    position += length;
    const args = list();
    if (onVariable.test(name) && args[0]?.kind === 'variable') args[0] = { kind: 'value', value: args[0].name };
    return node({ kind: 'function', name: name.replace(onVariable, 'variables:'), args });
  }

  const syntax = choice();
  if (peek().kind !== 'end') throw unexpected("an operator or '}'");
  return syntax;
}
