/** Errors as Camunda 7 answers them: status and `{type, message, code}`; and which of ours become which of theirs. */

import type { ZodError } from 'zod';
import { complaints, Problem, toProblem } from '../problems.js';

/** Code of a failed optimistic lock; 0 is any other error of the engine. */
const OPTIMISTIC_LOCK = 1;

/** An answer that says no. `type` is the name of a Java class, which clients compare. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    readonly code: number | null = null,
    /** Further members of the body. */
    readonly more: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** 400: a value that cannot be read, or makes no sense. */
export const invalid = (message: string) => new RestError(400, 'InvalidRequestException', message);

/** 404: `what` names the thing and its id. */
export const missing = (what: string) => new RestError(404, 'InvalidRequestException', `${what} does not exist`);

/** Another refusal of the interface, such as 404 of an external task. */
export const refused = (status: number, message: string) => new RestError(status, 'RestException', message, 0);

/** 500: the engine itself says no. */
export const engineError = (message: string, code = 0) => new RestError(500, 'ProcessEngineException', message, code);

/** 403, with the permission that is missing: `forbidden(person, 'READ', 'ProcessDefinition', 'order')`. */
export function forbidden(
  { person }: { person: string },
  permissionName: string,
  resourceName: string,
  resourceId: string | null,
): RestError {
  const place = resourceId === null ? '' : ` on resource '${resourceId}'`;
  const missingAuthorizations = [{ permissionName, resourceName, resourceId }];
  return new RestError(
    403,
    'AuthorizationException',
    `The user with id '${person}' does not have '${permissionName}' permission${place} of type '${resourceName}'.`,
    0,
    { userId: person, permissionName, resourceName, resourceId, missingAuthorizations },
  );
}

/** Where the interface says something else than that a thing is not there: `find(id).catch(instead(404, invalid('…')))`. */
export const instead =
  (status: number, other: RestError) =>
  (error: unknown): never => {
    throw error instanceof RestError && error.status === status ? other : error;
  };

/** Wrong values of a query, a path or a body: 400, told one by one. */
export function unreadable(part: string, error: ZodError, input: unknown): RestError {
  return invalid(
    complaints(part, error, input)
      .map(({ path, reason }) => `${path}: ${reason}`)
      .join('; '),
  );
}

/** Errors of the engine and its services, by the name of their class. */
const known: Record<string, (message: string) => RestError> = {
  NotFound: message => new RestError(404, 'InvalidRequestException', message),
  NotAllowed: message => new RestError(403, 'AuthorizationException', message, 0),
  BadCommand: message => engineError(message),
  SuspendedInstance: message => engineError(message),
  StaleCommand: message => engineError(message, OPTIMISTIC_LOCK),
  TaskConflict: message => engineError(message),
  Busy: message => engineError(message, OPTIMISTIC_LOCK),
  Refused: message => engineError(message),
  DuplicateKey: message => engineError(message),
  FormRefused: message => new RestError(400, 'RestException', message, 0),
  TooManyParked: message => refused(429, message),
};

/** Any error as an answer. An unknown one is 500 and says nothing of itself: what happened stands in the log. */
export function toRestError(error: unknown): RestError {
  if (error instanceof RestError) return error;
  if (error instanceof Error && !(error instanceof Problem)) {
    const translated = known[error.constructor.name] ?? known[error.name];
    if (translated) return translated(error.message);
  }
  const { status, message, headers } = toProblem(error);
  const type = status === 500 ? 'ProcessEngineException' : status === 400 ? 'InvalidRequestException' : 'RestException';
  return new RestError(status, type, message, null, {}, headers);
}

/** The body of the answer. */
export const errorBody = ({ type, message, code, more }: RestError) => ({ type, message, code, ...more });
