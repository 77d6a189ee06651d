/** Makes plain JSON of what an evaluator found: own keys only, no deeper and no larger than a variable may be. */

import type { Json } from '../core/types.js';

const DEPTH_LIMIT = 64;
/** Characters of text, and one for each value. */
const SIZE_LIMIT = 4 * 1024 * 1024;

/**
 * Copies a value. `NaN` and the infinities become null, `__proto__` is dropped; `convert` is asked about every object
 * first. Throws RangeError where the value is too deep or too large.
 *
 * @example
 * plain({ a: [1, Number.NaN] }) // { a: [1, null] }
 */
export function plain(value: unknown, convert: (object: object) => unknown = object => object): Json {
  let left = SIZE_LIMIT;

  function copy(found: unknown, depth: number): Json {
    left -= typeof found === 'string' ? found.length : 1;
    if (left < 0) throw new RangeError(`is larger than the ${SIZE_LIMIT} characters that a variable may have`);
    if (depth > DEPTH_LIMIT)
      throw new RangeError(`is nested deeper than the ${DEPTH_LIMIT} levels that a variable may have`);
    if (typeof found === 'string' || typeof found === 'boolean') return found;
    if (typeof found === 'number') return Number.isFinite(found) ? found : null;
    if (typeof found !== 'object' || found === null) return null;
    if (Array.isArray(found)) return Array.from(found, item => copy(item, depth + 1));
    const converted = convert(found);
    if (converted !== found) return copy(converted, depth);
    const entries = Object.entries(found).filter(([name]) => name !== '__proto__');
    return Object.fromEntries(
      entries.map(([name, item]) => {
        left -= name.length;
        return [name, copy(item, depth + 1)];
      }),
    );
  }

  return copy(value, 0);
}
