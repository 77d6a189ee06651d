/** The methods that values have: those of Java's String, Number, Boolean, List and Map that models call, by type. */

import { RE2JS } from 're2js';
import { JuelError } from './syntax.js';
import {
  bounded,
  type Callable,
  compare,
  type Evaluation,
  isEmpty,
  same,
  TEXT_LIMIT,
  Thing,
  takes,
  toInteger,
  toText,
  type Value,
} from './values.js';

type Methods<Self> = Record<string, Callable<Self>>;

const ofAll: Methods<Value> = {
  equals: takes(1, 1, (self, [other]) => same(self, other!)),
  toString: takes(0, 0, (self: Value) => toText(self)),
};

const ofText: Methods<string> = {
  equalsIgnoreCase: takes(1, 1, (self, [other]) => self.toLowerCase() === toText(other!).toLowerCase()),
  compareTo: takes(1, 1, (self, [other]) => compare(self, toText(other!))),
  length: takes(0, 0, self => self.length),
  isEmpty: takes(0, 0, self => self === ''),
  isBlank: takes(0, 0, self => self.trim() === ''),
  concat: takes(1, 1, (self, [other]) => bounded(self + toText(other!))),
  contains: takes(1, 1, (self, [part]) => self.includes(toText(part!))),
  startsWith: takes(1, 1, (self, [part]) => self.startsWith(toText(part!))),
  endsWith: takes(1, 1, (self, [part]) => self.endsWith(toText(part!))),
  indexOf: takes(1, 2, (self, [part, from = 0]) => self.indexOf(toText(part!), toInteger(from))),
  lastIndexOf: takes(1, 1, (self, [part]) => self.lastIndexOf(toText(part!))),
  charAt: takes(1, 1, (self, [index]) => slice(self, toInteger(index!), toInteger(index!) + 1)),
  substring: takes(1, 2, (self, [from, to = self.length]) => slice(self, toInteger(from!), toInteger(to))),
  toLowerCase: takes(0, 0, self => self.toLowerCase()),
  toUpperCase: takes(0, 0, self => self.toUpperCase()),
  trim: takes(0, 0, self => self.trim()),
  strip: takes(0, 0, self => self.trim()),
  split: takes(1, 1, (self, [pattern], cx) =>
    withRegex(cx, self, toText(pattern!), regex => withoutEmptyEnd(regex.split(self))),
  ),
  matches: takes(1, 1, (self, [pattern], cx) => withRegex(cx, self, toText(pattern!), regex => regex.matches(self))),
  replace: takes(2, 2, (self, [from, to]) => {
    const [part, replacement] = [toText(from!), toText(to!)];
    return bounded(self.replaceAll(part, () => sized(self, replacement)));
  }),
  replaceAll: takes(2, 2, (self, [pattern, to], cx) =>
    withRegex(cx, self, toText(pattern!), regex => bounded(regex.matcher(self).replaceAll(sized(self, toText(to!))))),
  ),
  replaceFirst: takes(2, 2, (self, [pattern, to], cx) =>
    withRegex(cx, self, toText(pattern!), regex => bounded(regex.matcher(self).replaceFirst(toText(to!)))),
  ),
};

const ofNumber: Methods<number> = {
  compareTo: takes(1, 1, (self, [other]) => Math.sign(compare(self, other!))),
  intValue: takes(0, 0, self => Math.trunc(self)),
  longValue: takes(0, 0, self => Math.trunc(self)),
  doubleValue: takes(0, 0, self => self),
  floatValue: takes(0, 0, self => self),
};

const ofBoolean: Methods<boolean> = {
  booleanValue: takes(0, 0, self => self),
};

const ofList: Methods<Value[]> = {
  size: takes(0, 0, self => self.length),
  isEmpty: takes(0, 0, self => self.length === 0),
  get: takes(1, 1, (self, [index]) => item(self, toInteger(index!))),
  contains: takes(1, 1, (self, [value], cx) => indexIn(self, value!, cx) >= 0),
  containsAll: takes(1, 1, (self, [values], cx) => listOf(values!).every(value => indexIn(self, value, cx) >= 0)),
  indexOf: takes(1, 1, (self, [value], cx) => indexIn(self, value!, cx)),
  subList: takes(2, 2, (self, [from, to]) => self.slice(toInteger(from!), toInteger(to!))),
};

const ofMap: Methods<{ [name: string]: Value }> = {
  size: takes(0, 0, self => Object.keys(self).length),
  isEmpty: takes(0, 0, self => isEmpty(self as Value)),
  get: takes(1, 1, (self, [key]) => entry(self, toText(key!)) ?? null),
  getOrDefault: takes(2, 2, (self, [key, otherwise]) => entry(self, toText(key!)) ?? otherwise!),
  containsKey: takes(1, 1, (self, [key]) => Object.hasOwn(self, toText(key!))),
  containsValue: takes(1, 1, (self, [value], cx) => indexIn(Object.values(self), value!, cx) >= 0),
  keySet: takes(0, 0, self => Object.keys(self)),
  values: takes(0, 0, self => Object.values(self)),
};

const byType: Record<string, Methods<never>> = {
  string: ofText,
  number: ofNumber,
  boolean: ofBoolean,
  list: ofList,
  map: ofMap,
};

/** The method of a value, by the value's type; a Thing brings its own. */
export function methodOf(value: Value, name: string): Callable<Value> | undefined {
  const own = ownMethods(value);
  if (Object.hasOwn(own, name)) return own[name];
  return Object.hasOwn(ofAll, name) ? ofAll[name] : undefined;
}

/** The methods that a value has, for messages. */
export const methodNames = (value: Value): string[] => [...Object.keys(ofAll), ...Object.keys(ownMethods(value))];

function ownMethods(value: Value): Methods<Value> {
  if (value instanceof Thing) return value.methods as Methods<never>;
  return byType[Array.isArray(value) ? 'list' : typeof value === 'object' ? 'map' : typeof value]! as Methods<Value>;
}

/** Where a list contains a value that equals this one; -1 where it does not. */
export function indexIn(list: Value[], value: Value, { spend }: Evaluation): number {
  spend(list.length);
  return list.findIndex(item => same(item, value));
}

export function listOf(value: Value): Value[] {
  if (Array.isArray(value)) return value;
  throw new JuelError('expected a list as argument');
}

const entry = (map: { [name: string]: Value }, key: string): Value | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

function item(list: Value[], index: number): Value {
  const found = list[index];
  if (found === undefined) throw new JuelError(`get(${index}) is outside of a list of ${list.length}`);
  return found;
}

function slice(text: string, from: number, to: number): string {
  if (from < 0 || to > text.length || from > to) {
    throw new JuelError(`characters ${from} to ${to} are outside of a text of ${text.length}`);
  }
  return text.slice(from, to);
}

/** Runs in linear time, whatever the pattern (RE2). */
function withRegex<T>({ spend }: Evaluation, text: string, pattern: string, use: (regex: RE2JS) => T): T {
  spend(text.length * pattern.length);
  try {
    return use(RE2JS.compile(pattern));
  } catch (error) {
    throw error instanceof JuelError ? error : new JuelError(`cannot use '${pattern}' as a regular expression`);
  }
}

/** Refuses a replacement that could not fit even before it is made. */
function sized(text: string, replacement: string): string {
  if ((text.length + 1) * replacement.length > 4 * TEXT_LIMIT)
    throw new JuelError('replaces by a text that is too long');
  return replacement;
}

/** Java's split() drops empty texts at the end. */
function withoutEmptyEnd(parts: string[]): string[] {
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return parts;
}
