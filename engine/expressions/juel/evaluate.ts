/** Carries out a syntax tree on the variables of a scope: a walk over the tree that reaches nothing but JSON. */

import type { LiveScope } from '../../core/language.js';
import type { Json } from '../../core/types.js';
import { known } from '../names.js';
import { executionOf, variable } from './execution.js';
import { functionNamed } from './functions.js';
import { methodNames, methodOf } from './methods.js';
import { allowed, type Binary, JuelError, type Syntax, type Template, type Unary } from './syntax.js';
import {
  bounded,
  callWith,
  compare,
  describe,
  type Evaluation,
  equal,
  finite,
  isEmpty,
  isMap,
  Thing,
  toBoolean,
  toJson,
  toNumber,
  toText,
  type Value,
} from './values.js';

/** Steps of one evaluation: nodes visited, items looked through, characters matched. */
const STEP_LIMIT = 5_000_000;

/** Throws JuelError where it cannot go on. */
export function evaluate(template: Template, scope: LiveScope): Json {
  let left = STEP_LIMIT;
  const evaluation: Evaluation = {
    scope,
    spend(steps) {
      left -= steps;
      if (left < 0) throw new JuelError('takes too many steps; simplify it or move the work into a worker');
    },
  };
  const values = template.map(part => (typeof part === 'string' ? part : walk(part, evaluation)));
  if (values.length === 1) return toJson(values[0]!);
  return values.reduce<string>((text, value) => bounded(text + toText(value)), '');
}

type Walk<Kind> = (syntax: Extract<Syntax, { kind: Kind }>, evaluation: Evaluation) => Value;

const walks: { [Kind in Syntax['kind']]: Walk<Kind> } = {
  value: ({ value }) => value,
  variable: ({ name }, evaluation) =>
    Object.hasOwn(implicit, name) ? implicit[name]!(evaluation) : variable(evaluation, name),
  property: ({ of, name }, evaluation) => property(walk(of, evaluation), walk(name, evaluation)),
  method({ of, name, args }, evaluation) {
    const self = walk(of, evaluation);
    return method(
      self,
      allowed(toText(walk(name, evaluation))),
      args.map(arg => walk(arg, evaluation)),
      evaluation,
    );
  },
  function: ({ name, args }, evaluation) =>
    callWith(
      name,
      functionNamed(name),
      undefined,
      args.map(arg => walk(arg, evaluation)),
      evaluation,
    ),
  unary: ({ operator, operand }, evaluation) => unary[operator](walk(operand, evaluation)),
  binary: ({ operator, left, right }, evaluation) => binary[operator](walk(left, evaluation), walk(right, evaluation)),
  logical({ operator, left, right }, evaluation) {
    const decided = toBoolean(walk(left, evaluation));
    return decided === (operator === '||') ? decided : toBoolean(walk(right, evaluation));
  },
  choice: ({ condition, yes, no }, evaluation) => walk(toBoolean(walk(condition, evaluation)) ? yes : no, evaluation),
};

function walk(syntax: Syntax, evaluation: Evaluation): Value {
  evaluation.spend(1);
  return (walks[syntax.kind] as Walk<Syntax['kind']>)(syntax as never, evaluation);
}

/** Names that Camunda resolves before the variables. */
const implicit: Record<string, (evaluation: Evaluation) => Value> = {
  execution: executionOf,
  authenticatedUserId: ({ scope }) => scope.execution.by,
};

const unary: Record<Unary, (operand: Value) => Value> = {
  '!': operand => !toBoolean(operand),
  '-': operand => 0 - toNumber(operand),
  empty: isEmpty,
};

const binary: Record<Binary, (left: Value, right: Value) => Value> = {
  '==': equal,
  '!=': (left, right) => !equal(left, right),
  '<': (left, right) => ordered(left, right) && compare(left, right) < 0,
  '<=': (left, right) => left === right || (ordered(left, right) && compare(left, right) <= 0),
  '>': (left, right) => ordered(left, right) && compare(left, right) > 0,
  '>=': (left, right) => left === right || (ordered(left, right) && compare(left, right) >= 0),
  '+': (left, right) => finite(toNumber(left) + toNumber(right)),
  '-': (left, right) => finite(toNumber(left) - toNumber(right)),
  '*': (left, right) => finite(toNumber(left) * toNumber(right)),
  '/': (left, right) => finite(toNumber(left) / toNumber(right)),
  '%': (left, right) => finite(toNumber(left) % toNumber(right)),
};

/** UEL 1.8.1: null is neither below nor above anything. */
const ordered = (left: Value, right: Value) => left !== null && right !== null;

/** UEL 1.6: a property of null is null; a key that a map has not is null; an index outside of a list is null. */
function property(of: Value, name: Value): Value {
  if (of === null || name === null) return null;
  if (Array.isArray(of)) return of[indexOf(name)] ?? null;
  const key = allowed(toText(name));
  if (isMap(of)) return Object.hasOwn(of, key) ? of[key]! : null;
  const properties = of instanceof Thing ? of.properties : {};
  if (Object.hasOwn(properties, key)) return properties[key]!();
  throw new JuelError(`${describe(of)} has no property '${key}'; ${known(key, Object.keys(properties))}`);
}

function indexOf(name: Value): number {
  if (typeof name === 'string' && !/^\d+$/.test(name)) {
    throw new JuelError(`a list has no property '${name}'; use a number, size(), get() or contains()`);
  }
  return toNumber(name);
}

function method(of: Value, name: string, args: Value[], evaluation: Evaluation): Value {
  if (of === null) throw new JuelError(`calls ${name}() on null; check it with 'empty' first`);
  const callable = methodOf(of, name);
  if (callable) return callWith(name, callable, of, args, evaluation);
  const getter = of instanceof Thing ? /^(?:get|is)(\p{Lu}.*)$/u.exec(name)?.[1] : undefined;
  if (getter) return property(of, getter[0]!.toLowerCase() + getter.slice(1));
  throw new JuelError(`${describe(of)} has no method ${name}(); ${known(name, methodNames(of))}`);
}
