/** Open sessions: where somebody is signed in, and the end of that from afar. */

import type { Request } from 'express';
import { cookieOf } from '../auth/authenticate.js';
import { sessionOf } from '../auth/sessions.js';
import { notFound } from '../problems.js';
import { type Route, route } from '../route.js';
import { idParams, listOf } from '../schemas.js';
import type { Services } from '../services.js';
import { Session, sessionView } from '../views/people.js';

export function sessionsRoutes({ identity }: Pick<Services, 'identity'>): Route[] {
  const { sessions, people, cookie } = identity;

  /** The session in which this is asked; undefined for programs. */
  function currentOf(request: Request): string | undefined {
    const secret = cookieOf(request, cookie);
    return secret === undefined ? undefined : sessionOf(secret);
  }

  async function existing(id: string): Promise<void> {
    if (!(await people.user(id))) throw notFound(`user "${id}"`);
  }

  return [
    route(
      {
        method: 'get',
        path: '/sessions',
        tag: 'Signing in',
        summary: 'Where the asker is signed in, newest session first',
        answer: listOf(Session),
      },
      async ({ person, request }) => {
        const current = currentOf(request);
        return { items: (await sessions.list(person.person)).map(session => sessionView(session, current)) };
      },
    ),
    route(
      {
        method: 'delete',
        path: '/sessions',
        tag: 'Signing in',
        summary: 'Signs the asker out everywhere else',
        audit: 'other sessions ended',
      },
      async ({ person, request, note }) => {
        const ended = await sessions.closeAll(person.person, currentOf(request));
        note({ subject: person.person, before: { others: ended }, after: { others: 0 } });
      },
    ),
    route(
      {
        method: 'delete',
        path: '/sessions/{id}',
        tag: 'Signing in',
        summary: 'Signs the asker out in one place',
        params: idParams,
        errors: [404],
        audit: 'session ended',
      },
      async ({ params, person, note }) => {
        const before = await sessions.end(person.person, params.id);
        note({ subject: person.person, before: sessionView(before, undefined) });
      },
    ),
    route(
      {
        method: 'get',
        path: '/users/{id}/sessions',
        tag: 'People',
        summary: 'Where a user is signed in',
        access: 'administrator',
        params: idParams,
        answer: listOf(Session),
        errors: [404],
      },
      async ({ params: { id }, request }) => {
        await existing(id);
        const current = currentOf(request);
        return { items: (await sessions.list(id)).map(session => sessionView(session, current)) };
      },
    ),
    route(
      {
        method: 'delete',
        path: '/users/{id}/sessions',
        tag: 'People',
        summary: 'Ends every session of a user, who may sign in again',
        access: 'administrator',
        params: idParams,
        errors: [404],
        audit: 'sessions ended',
      },
      async ({ params: { id }, note }) => {
        await existing(id);
        note({ before: { sessions: await sessions.closeAll(id) }, after: { sessions: 0 } });
      },
    ),
  ];
}
