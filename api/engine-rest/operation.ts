/** One helper for every operation of the Camunda 7 REST API: its schemas are its validation and its types. */

import type { Request } from 'express';
import { z } from 'zod';
import type { Person } from '../auth/people.js';
import type { Noted } from '../route.js';
import { readBy } from './reading.js';

const nothing = z.unknown();

export interface Spec<Q extends z.ZodType, B extends z.ZodType> {
  method: 'get' | 'post' | 'put' | 'delete' | 'options';
  /** As in the document of Camunda 7: `/task/{id}/claim`. */
  path: string;
  /** Parameters behind the question mark; those that are not named here are ignored, as Camunda 7 does. */
  query?: Q;
  /** Default: a body is read, but ignored. */
  body?: B;
  /** `multipart`: a form instead of JSON; `both`: either. */
  accepts?: 'multipart' | 'both';
  /** Media type of an answer that is not JSON; who accepts only others is answered 406. */
  produces?: string;
  /** What the audit says of it, in the past tense. */
  audit?: string;
}

/** A request after it was checked. */
export interface Asked<Q, B> {
  params: Record<string, string>;
  query: Q;
  body: B;
  person: Person;
  /** Does the asker want HAL? */
  hal: boolean;
  /** Made for whoever waits: it ends when the client is gone or the server drains. */
  signal(): AbortSignal;
  request: Request;
  /** Tells the audit what was changed, where the path and the body do not say it; undefined: nothing was. */
  note(change: Noted | undefined): void;
}

/** An answer that is not JSON, or not 200. */
export class Reply {
  constructor(
    readonly options: {
      status?: number;
      /** Default: `application/json`. */
      type?: string;
      body?: Uint8Array | string;
      headers?: Record<string, string>;
    },
  ) {}
}

const justBytes = 'application/octet-stream';

/** A file to save under a name; a media type that no header can bear says nothing. */
export const download = (bytes: Uint8Array | string, name: string, type = justBytes) =>
  new Reply({
    type: /^[\x21-\x7e]+\/[\x20-\x7e]+$/.test(type) ? type : justBytes,
    body: bytes,
    headers: { 'Content-Disposition': attachment(name) },
  });

/** The name in ASCII for old clients, and as it is (RFC 6266, 5; RFC 8187, 3.2). */
function attachment(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\]/gu, '_');
  const whole = encodeURIComponent(name).replaceAll(/['()*]/g, mark => `%${mark.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}

/** What the router knows of an operation. */
export interface Operation extends Spec<z.ZodType, z.ZodType> {
  run(incoming: Omit<Asked<unknown, unknown>, 'params' | 'query' | 'body'>): Promise<unknown>;
}

/**
 * Declares an operation. What the handler answers goes out as JSON; `undefined` is 204 without a body, a `Reply` is sent
 * as it says.
 *
 * @example
 * operation({ method: 'get', path: '/version' }, () => ({ version: '7.24.0' }))
 */
export function operation<Q extends z.ZodType = typeof nothing, B extends z.ZodType = typeof nothing>(
  spec: Spec<Q, B>,
  handle: (asked: Asked<z.output<Q>, z.output<B>>) => unknown,
): Operation {
  return {
    ...spec,
    async run(incoming) {
      const { request } = incoming;
      const params = Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]));
      const query = spec.query && readBy('query', spec.query, request.query);
      const body = spec.body && readBy('body', spec.body, request.body ?? {});
      return handle({ ...incoming, params, query: query as z.output<Q>, body: body as z.output<B> });
    },
  };
}
