/** Reading and changing a JSON document by dotted paths. */

import type { Json } from '../core/types.js';
import type { Change } from './port.js';

const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The value at a dotted path; a number is also a position in an array. Undefined where nothing is.
 *
 * @example valueAt({ outbox: [{ id: 'a' }] }, 'outbox.0.id') // 'a'
 */
export function valueAt(document: unknown, path: string): Json | undefined {
  return valueBehind(document, path.split('.'));
}

/** The same for a path that was split before. */
export function valueBehind(document: unknown, steps: readonly PropertyKey[]): Json | undefined {
  let value = document;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value as Json | undefined;
}

/** Carries out a change in the document itself; objects that are missing on a path are made. */
export function applyChange(document: object, change: Change): void {
  for (const [path, value] of Object.entries(change.set ?? {})) {
    const { holder, name } = madeHolder(document, path);
    holder[name] = value;
  }
  for (const path of change.unset ?? []) {
    const { parent, name } = split(path);
    const holder = parent === '' ? document : valueAt(document, parent);
    if (typeof holder === 'object' && holder !== null) delete (holder as Record<string, unknown>)[name];
  }
  for (const [path, amount] of Object.entries(change.increase ?? {})) {
    const { holder, name } = madeHolder(document, path);
    const value = holder[name];
    holder[name] = (typeof value === 'number' ? value : 0) + amount;
  }
}

/** The object that holds the last step of a path. */
function madeHolder(document: object, path: string): { holder: Record<string, unknown>; name: string } {
  const { parent, name } = split(path);
  let holder = document as Record<string, unknown>;
  for (const step of parent.split('.').filter(Boolean)) {
    const next = Object.hasOwn(holder, step) ? holder[step] : undefined;
    if (typeof next !== 'object' || next === null) holder[step] = {};
    holder = holder[step] as Record<string, unknown>;
  }
  return { holder, name };
}

function split(path: string): { parent: string; name: string } {
  if (path.split('.').some(step => forbidden.has(step))) throw new Error(`the path '${path}' may not be written`);
  const at = path.lastIndexOf('.');
  return { parent: path.slice(0, Math.max(at, 0)), name: path.slice(at + 1) };
}
