/** Camunda Spin for JSON, as far as models use it: `S(x).prop('y').stringValue()`. */

import type { Json } from '../../core/types.js';
import { known } from '../names.js';
import { JuelError } from './syntax.js';
import { type Callable, describe, isMap, Thing, takes, toInteger, toText, type Value } from './values.js';

/** Wraps a JSON value, or the JSON that a text holds. */
export function spin(value: Value): Thing {
  if (value instanceof Thing) return value;
  if (typeof value !== 'string') return nodeOf(value as Json);
  try {
    return nodeOf(JSON.parse(value));
  } catch {
    throw new JuelError('S() expects JSON, found a text that is none');
  }
}

function nodeOf(value: Json): Thing {
  const scalar = (type: string): Callable<Thing> =>
    takes(0, 0, () => {
      if (typeof value === type) return value;
      throw new JuelError(`expected a ${type}, found ${describe(value)}`);
    });
  const methods: Record<string, Callable<Thing>> = {
    prop: takes(1, 1, (_self, [name]) => nodeOf(property(value, toText(name!)))),
    hasProp: takes(1, 1, (_self, [name]) => isMap(value) && Object.hasOwn(value, toText(name!))),
    elements: takes(0, 0, () => {
      if (Array.isArray(value)) return value.map(nodeOf);
      throw new JuelError(`elements() expects a list, found ${describe(value)}`);
    }),
    jsonPath: takes(1, 1, (_self, [path]) => nodeOf(follow(value, toText(path!)))),
    element: takes(0, 0, self => self),
    isNull: takes(0, 0, () => value === null),
    isArray: takes(0, 0, () => Array.isArray(value)),
    isObject: takes(0, 0, () => isMap(value)),
    value: takes(0, 0, () => value),
    stringValue: scalar('string'),
    numberValue: scalar('number'),
    boolValue: scalar('boolean'),
    toString: takes(0, 0, () => JSON.stringify(value)),
  };
  return new Thing('a JSON node', {}, methods, () => value);
}

function property(value: Json, name: string): Json {
  if (!isMap(value)) throw new JuelError(`prop('${name}') expects a map, found ${describe(value)}`);
  if (!Object.hasOwn(value, name))
    throw new JuelError(`there is no property '${name}'; ${known(name, Object.keys(value))}`);
  return value[name]!;
}

/** JSONPath without wildcards and filters: `$.a.b[0]`. */
function follow(value: Json, path: string): Json {
  if (!/^\$(\.[\w-]+|\[\d+\])*$/.test(path)) {
    throw new JuelError(`cannot follow '${path}'; only paths of names and indexes are known, such as $.order.items[0]`);
  }
  let found = value;
  for (const [, name, index] of path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)) {
    const next = name ? property(found, name) : Array.isArray(found) ? found[toInteger(index!)] : undefined;
    if (next === undefined) throw new JuelError(`there is nothing at [${index}] of '${path}'`);
    found = next;
  }
  return found;
}
