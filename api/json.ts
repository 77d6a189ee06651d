/** What JSON a request may carry: how deep, no key that could reach a prototype, no text that is not Unicode, no variable beyond its limit. */

import { isUtf8 } from 'node:buffer';
import { Problem } from './problems.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const opens = (byte: number) => byte === 0x7b || byte === 0x5b;
const closes = (byte: number) => byte === 0x7d || byte === 0x5d;

/** Nesting of JSON bytes, seen before anything recursive touches them. */
export function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (inText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (opens(byte)) deepest = Math.max(deepest, ++depth);
    else if (closes(byte)) depth--;
  }
  return deepest;
}

/** Throws Problem 400 when bytes are nested deeper than `limit`. */
export function refuseDepth(bytes: Uint8Array, limit: number): void {
  const depth = depthOf(bytes);
  if (depth > limit)
    throw new Problem(400, 'too-deep', `the JSON is nested ${depth} deep; at most ${limit} is allowed`, {
      errors: [{ path: 'body', reason: `nested ${depth} deep; at most ${limit}` }],
    });
}

/**
 * Throws Problem for JSON that is not UTF-8 (RFC 8259 §8.1): 415 where it says so itself, 400 for bytes that are no text.
 * Reading would put a replacement character in their place: two that differ only there would be one.
 */
export function refuseOtherThanUtf8(bytes: Uint8Array, encoding: string): void {
  if (encoding !== 'utf-8') throw new Problem(415, 'unsupported-charset', `send JSON as UTF-8, not as ${encoding}`);
  if (!isUtf8(bytes))
    throw new Problem(400, 'bad-input', 'the JSON has bytes that are no UTF-8', {
      errors: [{ path: 'body', reason: 'has bytes that are no UTF-8' }],
    });
}

/** Keys that reach what every object inherits from. */
export const prototypeKeys = ['__proto__', 'constructor', 'prototype'];

/**
 * Throws Problem 400 where a key reaches a prototype: whoever merged it would change every object; and where a text has
 * half a surrogate pair: two that differ only there would be one in the store, which keeps UTF-8.
 */
export function refuseUnsafe(value: unknown, path = 'body'): void {
  if (typeof value === 'string') refuseBroken(value, path);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  const reaching = prototypeKeys.find(key => Object.hasOwn(value, key));
  if (reaching !== undefined)
    throw new Problem(400, 'bad-input', `${path}: the key "${reaching}" is not allowed`, {
      errors: [{ path: `${path}.${reaching}`, reason: 'this key is not allowed' }],
    });
  for (const [key, inner] of Object.entries(value)) {
    refuseBroken(key, path);
    refuseUnsafe(inner, `${path}.${key}`);
  }
}

function refuseBroken(text: string, path: string): void {
  if (text.isWellFormed()) return;
  const reason = 'has half of a surrogate pair, which is no Unicode text';
  throw new Problem(400, 'bad-input', `${path} ${reason}`, { errors: [{ path, reason }] });
}

/** Throws Problem 413 when one of the variables is larger than `limit` bytes as JSON. */
export function refuseLargeVariables(body: unknown, limit: number): void {
  const variables = (body as { variables?: unknown } | undefined)?.variables;
  if (typeof variables !== 'object' || variables === null) return;
  for (const [name, value] of Object.entries(variables)) {
    const size = Buffer.byteLength(JSON.stringify(value));
    if (size > limit)
      throw new Problem(413, 'too-large', `variable "${name}" has ${size} bytes; at most ${limit} are allowed`, {
        errors: [{ path: `body.variables.${name}`, reason: `${size} bytes; at most ${limit}` }],
      });
  }
}
