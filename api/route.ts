/** One helper for every endpoint: the zod schemas are its validation, its types and its page in the OpenAPI document. */

import type { Request, Response } from 'express';
import { z } from 'zod';
import type { AuditEntry } from './audit.js';
import type { Proof } from './auth/authenticate.js';
import type { Person } from './auth/people.js';
import type { Permission, Resource } from './auth/permissions.js';
import { badInput, type Complaint, complaints } from './problems.js';

/** No query, no parameters, no body. */
export const nothing = z.strictObject({});

type Nothing = typeof nothing;

export type Need = { [R in Resource]: readonly [resource: R, permission: Permission<R>] }[Resource];

export interface Spec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As in OpenAPI: `/tasks/{id}/claim`. */
  path: string;
  /** Heading under which the documentation lists it. */
  tag: string;
  summary: string;
  /** What a caller has to know beside. */
  description?: string;
  /** `anyone` without sign-in; `person` (default); `administrator`. */
  access?: 'anyone' | 'person' | 'administrator';
  /** A permission on all documents of a resource, asked before anything of the body is read. */
  needs?: Need;
  params?: P;
  query?: Q;
  headers?: z.ZodObject;
  body?: B;
  answer?: A;
  /** What is answered, with 200, where it is only tried out: a dry run. */
  tried?: z.ZodType;
  /** When the answer comes with 200, and without `Location`, because nothing was made. */
  already?: string;
  /** Of success; default 200, and 204 without `answer`. */
  status?: number;
  /** Media type of an answer that is not JSON. */
  produces?: string;
  /** `multipart`: files may be sent instead of JSON, up to the deployment limit. */
  accepts?: 'multipart';
  /** Statuses that this route adds to 400, 401 and 403. */
  errors?: readonly number[];
  /** A request that shows how it is used; the rest of the examples follow from the schemas. */
  example?: z.input<B>;
  /** What the audit says of it, in the past tense; absent: the history of an instance records it. */
  audit?: string;
}

/** What the audit keeps of a change; `by` where only the change itself says who it is, as a sign-in does. */
export type Noted = Pick<AuditEntry, 'by' | 'subject' | 'before' | 'after'>;

/** A request after it was checked. */
export interface Asked<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  headers: Record<string, string | undefined>;
  /** The revision that `If-Match` names: whoever edits what he read wants to change just that. */
  revision: number | undefined;
  /** Who asks. Only where `access` is not `anyone`. */
  person: Person;
  /** How he proved it; undefined for nobody. */
  proof: Proof | undefined;
  /** Tells the audit what was changed; undefined: nothing was, and nothing is written down. */
  note(change: Noted | undefined): void;
  /** Made for whoever waits: it ends when the client is gone or the server drains. */
  signal(): AbortSignal;
  request: Request;
  response: Response;
}

/** A request before it was checked; `query` is what the route itself is asked. */
export type Incoming = Pick<
  Asked<unknown, unknown, unknown>,
  'person' | 'proof' | 'note' | 'signal' | 'request' | 'response'
> & {
  query: Record<string, unknown>;
};

/** What `mount` and the OpenAPI document know of a route. */
export interface Route extends Spec<z.ZodType, z.ZodType, z.ZodType, z.ZodType> {
  run(incoming: Incoming): Promise<unknown>;
}

/**
 * Declares an endpoint. The handler gets parsed input only; what does not fit is answered 400 with path, value, reason.
 *
 * @example
 * route(
 *   { method: 'get', path: '/groups/{id}', tag: 'People', summary: 'One group', params: idParams, answer: Group },
 *   ({ params }) => people.group(params.id),
 * )
 */
export function route<
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
  A extends z.ZodType = z.ZodVoid,
>(
  spec: Spec<P, Q, B, A>,
  handle: (asked: Asked<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<A>> | z.input<A>,
): Route {
  return {
    ...spec,
    async run(incoming) {
      const { request } = incoming;
      const wrong: Complaint[] = [];
      const params = check(wrong, 'path', (spec.params ?? nothing) as P, request.params);
      const query = check(wrong, 'query', (spec.query ?? nothing) as Q, incoming.query);
      const body = check(wrong, 'body', (spec.body ?? nothing) as B, request.body ?? {});
      const headers = spec.headers ? check(wrong, 'header', spec.headers, request.headers) : {};
      if (wrong.length > 0) throw badInput(wrong);
      const checked = {
        params: params as z.output<P>,
        query: query as z.output<Q>,
        body: body as z.output<B>,
        headers: headers as Record<string, string | undefined>,
        revision: revisionOf(request.headers['if-match']),
      };
      return handle(Object.assign({}, incoming, checked));
    },
  };
}

/** `"7"` is the revision 7, as `ETag` said it; `*` and nothing are any. Throws Problem 400. */
function revisionOf(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const [, revision] = /^"(\d+)"$/.exec(header.trim()) ?? [];
  if (revision === undefined)
    throw badInput([{ path: 'header.if-match', value: header, reason: 'is no ETag of this API, such as "7"' }]);
  return Number(revision);
}

/** Parses one part of the request; what is wrong joins the list, so that one answer tells everything. */
function check<T extends z.ZodType>(
  wrong: Complaint[],
  part: string,
  schema: T,
  input: unknown,
): z.output<T> | undefined {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  wrong.push(...complaints(part, read.error, input));
  return undefined;
}
