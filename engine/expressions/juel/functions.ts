/** The functions that expressions may call: Camunda's, Spin's, and Flowable's on variables. */

import { indexIn, listOf } from './methods.js';
import { moment } from './moment.js';
import { spin } from './spin.js';
import { JuelError } from './syntax.js';
import { type Callable, compare, type Evaluation, equal, isEmpty, takes, toText, type Value } from './values.js';

type Function = Callable<undefined>;

const now: Function = takes(0, 0, (_self, _args, { scope }) => moment(scope.execution.at));
const json: Function = takes(1, 1, (_self, [value]) => spin(value!));

/** True where the variable (named by the first argument) exists and passes. */
const where = (passes: (value: Value, args: Value[], evaluation: Evaluation) => boolean, most = 2): Function =>
  takes(most === 1 ? 1 : 2, most, (_self, [name, ...args], evaluation) => {
    const value = evaluation.scope.read(toText(name!));
    return value !== undefined && passes(value, args, evaluation);
  });

const isVariableEmpty: Function = takes(1, 1, (_self, [name], { scope }) => isEmpty(scope.read(toText(name!)) ?? null));
const contains = (value: Value, wanted: Value, evaluation: Evaluation): boolean =>
  typeof value === 'string' ? value.includes(toText(wanted)) : indexIn(listOf(value), wanted, evaluation) >= 0;

/** Flowable's `variables:…`, with their short names. */
const onVariables: [string[], Function][] = [
  [['get'], takes(1, 1, (_self, [name], { scope }) => scope.read(toText(name!)) ?? null)],
  [['getOrDefault'], takes(2, 2, (_self, [name, otherwise], { scope }) => scope.read(toText(name!)) ?? otherwise!)],
  [['exists', 'exist'], where(() => true, 1)],
  [['isEmpty', 'empty'], isVariableEmpty],
  [['isNotEmpty', 'notEmpty'], where(value => !isEmpty(value), 1)],
  [['equals', 'eq'], where((value, [other]) => equal(value, other!))],
  [
    ['notEquals', 'ne'],
    takes(2, 2, (_self, [name, other], { scope }) => !equal(scope.read(toText(name!)) ?? null, other!)),
  ],
  [['lowerThan', 'lessThan', 'lt'], where((value, [other]) => compare(value, other!) < 0)],
  [['lowerThanOrEquals', 'lessThanOrEquals', 'lte'], where((value, [other]) => compare(value, other!) <= 0)],
  [['greaterThan', 'gt'], where((value, [other]) => compare(value, other!) > 0)],
  [['greaterThanOrEquals', 'gte'], where((value, [other]) => compare(value, other!) >= 0)],
  [
    ['contains'],
    where((value, all, evaluation) => all.every(one => contains(value, one, evaluation)), Number.POSITIVE_INFINITY),
  ],
  [
    ['containsAny'],
    where((value, some, evaluation) => some.some(one => contains(value, one, evaluation)), Number.POSITIVE_INFINITY),
  ],
  [
    ['base64'],
    takes(1, 1, (_self, [name], { scope }) =>
      Buffer.from(toText(scope.read(toText(name!)) ?? null)).toString('base64'),
    ),
  ],
];

const functions: Record<string, Function> = {
  now,
  dateTime: now,
  currentUser: takes(0, 0, (_self, _args, { scope }) => scope.execution.by),
  S: json,
  JSON: json,
  ...Object.fromEntries(onVariables.flatMap(([names, run]) => names.map(name => [`variables:${name}`, run]))),
};

/** Known elsewhere, and why not here. */
const refused: Record<string, string> = {
  XML: 'XML() is not supported; use JSON',
  currentUserGroups: 'currentUserGroups() is not supported; a command carries its person, not the groups',
};

/** The function of this name. Throws JuelError, which says which there are. */
export function functionNamed(name: string): Function {
  if (Object.hasOwn(functions, name)) return functions[name]!;
  if (Object.hasOwn(refused, name)) throw new JuelError(refused[name]!);
  const [namespace] = name.split(':');
  const names = Object.keys(functions).filter(
    other => other.includes(':') === name.includes(':') && (!other.includes(':') || other.startsWith(`${namespace}:`)),
  );
  throw new JuelError(`there is no function ${name}()${names.length > 0 ? `; known are ${names.join(', ')}` : ''}`);
}
