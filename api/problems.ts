/** Problem details (RFC 9457): how every refusal looks, and which error becomes which status. */

import type { ZodError } from 'zod';
import type { Json } from '../engine/core/types.js';
import { isoTime } from '../engine/core/values.js';

/** One wrong value of the input. */
export interface Complaint {
  /** Where: `body.variables.amount`, `query.limit`. */
  path: string;
  value?: Json;
  reason: string;
}

/** The status and what goes into the answer beside it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly status: number,
    /** Machine-readable, stable: `not-found`, `somebody-was-faster`. */
    readonly code: string,
    /** One sentence for a person. */
    detail: string,
    /** Further members of the answer. */
    readonly more: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(detail);
  }
}

export const notFound = (what: string) => new Problem(404, 'not-found', `${what} does not exist, or is not for you`);
export const forbidden = (sentence: string) => new Problem(403, 'forbidden', sentence);
export const badInput = (errors: Complaint[]) =>
  new Problem(400, 'bad-input', errors.map(error => `${error.path}: ${error.reason}`).join('; '), { errors });
/** A body names something that is not there: the address of the request is right, so it is no 404. */
export const unknownIn = (path: string, kind: string, id: string) =>
  badInput([{ path: `body.${path}`, value: id, reason: `${kind} "${id}" does not exist` }]);

const titles: Record<number, string> = {
  400: 'Bad input',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  422: 'Refused',
  429: 'Too many attempts',
  500: 'Internal error',
  503: 'Not available now',
};

/** Errors of the engine and its services by the name of their class: status and code. */
export const known: Record<string, [status: number, code: string]> = {
  NotFound: [404, 'not-found'],
  NotAllowed: [403, 'forbidden'],
  BadCommand: [400, 'bad-command'],
  FormRefused: [400, 'bad-input'],
  StaleCommand: [409, 'stale'],
  TaskConflict: [409, 'somebody-was-faster'],
  TaskChanged: [412, 'changed-meanwhile'],
  JobChanged: [412, 'changed-meanwhile'],
  LockLost: [409, 'lock-lost'],
  SuspendedInstance: [409, 'suspended'],
  DuplicateKey: [409, 'duplicate'],
  KeyReused: [422, 'idempotency-key-reused'],
  DeploymentRefused: [422, 'deployment-refused'],
  Refused: [422, 'refused'],
  TooManyParked: [429, 'too-many-parked'],
  Busy: [503, 'busy'],
  StoreError: [503, 'store'],
  NewerFormat: [503, 'newer-format'],
  TooLarge: [413, 'too-large'],
  StoreUnreachable: [503, 'store-unreachable'],
};

/** What an error of the framework (body parser) means to the sender. */
const framework: Record<string, (limit?: number) => [status: number, code: string, detail: string]> = {
  'entity.too.large': limit => [413, 'too-large', `the body is larger than the ${limit} bytes allowed here`],
  'entity.parse.failed': () => [400, 'bad-json', 'the body is no valid JSON'],
  'encoding.unsupported': () => [415, 'unsupported-encoding', 'this Content-Encoding is not understood'],
  'charset.unsupported': () => [415, 'unsupported-charset', 'send JSON as UTF-8'],
  'request.size.invalid': () => [400, 'bad-length', 'the body is shorter or longer than Content-Length says'],
  'request.aborted': () => [400, 'aborted', 'the request was aborted'],
};

/** Any error as a Problem. An unknown one is 500 and says nothing of itself: what happened stands in the log. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (!(error instanceof Error)) return internal();
  const { type, limit, status } = error as Error & { type?: string; limit?: number; status?: number };
  const parsing = type === undefined ? undefined : framework[type]?.(limit);
  if (parsing) return new Problem(...parsing, type === 'entity.parse.failed' ? { errors: [bodyIsNoJson(error)] } : {});
  if (error instanceof URIError) return badInput([{ path: 'path', reason: 'contains a broken %-escape' }]);
  const found = known[error.constructor.name] ?? known[error.name];
  if (found) return new Problem(found[0], found[1], error.message, membersOf(error), retryHeaders(found[0]));
  if (status !== undefined && status >= 400 && status < 500) return new Problem(status, 'refused', error.message);
  return internal();
}

/** The body of the answer. */
export function problemBody(problem: Problem): Record<string, unknown> {
  return {
    type: 'about:blank',
    title: titles[problem.status] ?? 'Refused',
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    ...problem.more,
  };
}

/** Each wrong value of a parsed part of the request; `secret` names are told without their value. */
export function complaints(part: string, error: ZodError, input: unknown): Complaint[] {
  return error.issues.flatMap(issue => complaintsOf(part, issue, input));
}

type Issue = ZodError['issues'][number];

function complaintsOf(part: string, issue: Issue, input: unknown): Complaint[] {
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.toSorted((a, b) => a.length - b.length)[0]!;
    const within = nearest.map(inner => ({ ...inner, path: [...issue.path, ...inner.path] }) as Issue);
    return within.flatMap(inner => complaintsOf(part, inner, input));
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => complaint(part, [...issue.path, key], input, 'is not known here'));
  return [complaint(part, issue.path, input, reasonOf(issue, at(input, issue.path) === undefined))];
}

function reasonOf(issue: Issue, isMissing: boolean): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (isMissing && issue.code === 'invalid_type') return 'is required';
  if (isMissing && issue.code === 'invalid_value') return `is required: one of ${issue.values.join(', ')}`;
  return issue.message;
}

/** What stands at a path of what was sent; undefined: nothing. */
const at = (input: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>((from, key) => (from as Record<PropertyKey, unknown> | null | undefined)?.[key], input);

const secret = /password|token|secret/i;

function complaint(part: string, path: PropertyKey[], input: unknown, reason: string): Complaint {
  const place = [part, ...path.map(String)].join('.');
  const value = at(input, path);
  return value === undefined || secret.test(place)
    ? { path: place, reason }
    : { path: place, value: shortened(value), reason };
}

/** A value for people to recognise, never a large one. */
function shortened(value: unknown): Json {
  if (typeof value === 'string') return value.length > 200 ? `${value.slice(0, 200)}…` : value;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
}

const internal = () =>
  new Problem(500, 'internal', 'something went wrong in Weft itself; the log of the server has the details');

const bodyIsNoJson = (error: Error): Complaint => ({ path: 'body', reason: error.message });

const retryHeaders = (status: number): Record<string, string> => (status === 503 ? { 'Retry-After': '1' } : {});

/** What an error of a service says beside its message: own plain fields. Times become ISO 8601. */
function membersOf(error: Error): Record<string, unknown> {
  const { name: _name, message: _message, stack: _stack, cause: _cause, ...members } = { ...error };
  return Object.fromEntries(
    Object.entries(members).map(([key, value]) => [
      key,
      ['at', 'until'].includes(key) && typeof value === 'number' ? isoTime(value) : value,
    ]),
  );
}
