/** Signing in and out, and the first administrator. */

import type { Request, Response } from 'express';
import { z } from 'zod';
import { cookieOf, wrongCredentials } from '../auth/authenticate.js';
import { cookieOptions } from '../auth/cookie.js';
import { rights } from '../auth/documents.js';
import type { Person } from '../auth/people.js';
import { demoPeople } from '../demo/people.js';
import { forbidden, Problem } from '../problems.js';
import { type Route, route } from '../route.js';
import { Id, Name, NewPersonId } from '../schemas.js';
import type { Services } from '../services.js';

const SignedIn = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    groups: z.array(z.string()),
    administrator: z.boolean(),
    rights: z.array(z.enum(rights)),
  })
  .meta({ id: 'SignedIn' });

const DemoUser = z.strictObject({
  id: z.string(),
  name: z.string(),
  title: z.string().optional(),
  groups: z.array(z.string()),
});

const Password = z.string().min(1).max(1000);

/** Long enough to be no gift to a guesser (ASVS 5.0, 6.2.1). */
/** Characters that a password has at least. */
export const shortestPassword = 8;
export const NewPassword = z
  .string()
  .min(shortestPassword, `must have ${shortestPassword} characters or more`)
  .max(1000);

const signedIn = (person: Person): z.infer<typeof SignedIn> => ({
  id: person.person,
  name: person.name,
  groups: person.groups,
  administrator: person.administrator,
  rights: person.administrator ? [...rights] : [...person.rights],
});

/** A new reference at every sign-in; the one that came with the request ends. */
export async function openSession(
  { identity, settings }: Pick<Services, 'identity' | 'settings'>,
  person: Person,
  request: Request,
  response: Response,
) {
  const before = cookieOf(request, identity.cookie);
  if (before !== undefined) await identity.sessions.close(before);
  const secret = await identity.sessions.open(person.person, request.get('user-agent'));
  response.cookie(identity.cookie, secret, cookieOptions(settings));
  return { user: signedIn(person) };
}

type SessionServices = Pick<Services, 'identity' | 'setup' | 'settings' | 'directory'>;

export function sessionRoutes(services: SessionServices): Route[] {
  const { identity, setup, settings, directory } = services;
  const options = cookieOptions(settings);

  const isDemoPerson = (user: string) => demoPeople.some(({ id }) => id === user);

  /** The people of the demo need no password in demo mode. */
  async function demoPerson(user: string): Promise<Person> {
    const person = settings.demo && isDemoPerson(user) ? await identity.people.person(user) : undefined;
    if (!person) throw wrongCredentials();
    return person;
  }

  async function demoUsers() {
    const people = (await directory.people()).filter(({ id }) => isDemoPerson(id));
    return people.map(({ id, name, title, groups }) => ({
      id,
      name,
      groups,
      ...(title === undefined ? {} : { title }),
    }));
  }

  /** Throws Problem 403: the link is kept for when he may sign in again. */
  async function refuseDisabled(user: string | undefined): Promise<void> {
    if (user === undefined || !(await identity.people.user(user))?.disabled) return;
    throw forbidden(
      `user "${user}" is disabled: an administrator enables him first, then this link is good until its end`,
    );
  }

  async function unlessSetUp(): Promise<{ needsSetup?: true }> {
    return (await identity.people.hasAdministrator()) ? {} : { needsSetup: true };
  }

  return [
    route(
      {
        method: 'post',
        path: '/session',
        tag: 'Signing in',
        summary: 'Signs in; the answer sets the session cookie. Demo people need no password',
        access: 'anyone',
        body: z.strictObject({ user: Id, password: Password.optional() }),
        answer: z.strictObject({ user: SignedIn }),
        errors: [401, 429],
        audit: 'signed in',
      },
      async ({ body: { user, password }, request, response, note }) => {
        const person =
          password === undefined ? await demoPerson(user) : await identity.signIn(user, password, request.ip ?? '');
        note({ by: user });
        return openSession(services, person, request, response);
      },
    ),
    route(
      {
        method: 'get',
        path: '/session',
        tag: 'Signing in',
        summary: 'Who is signed in; in demo mode also whom one may sign in as',
        access: 'anyone',
        answer: z.strictObject({
          user: SignedIn.optional(),
          demo: z.boolean(),
          provider: z.string().optional().meta({ description: 'Name of an OpenID provider to sign in at' }),
          needsSetup: z.literal(true).optional().meta({ description: 'There is no administrator yet' }),
          demoUsers: z.array(DemoUser).optional(),
        }),
      },
      async ({ person }) => ({
        ...(person ? { user: signedIn(person) } : await unlessSetUp()),
        demo: settings.demo,
        ...(settings.oidcIssuer === '' ? {} : { provider: settings.oidcName }),
        ...(settings.demo ? { demoUsers: await demoUsers() } : {}),
      }),
    ),
    route(
      {
        method: 'delete',
        path: '/session',
        tag: 'Signing in',
        summary: 'Signs out',
        access: 'anyone',
        audit: 'signed out',
      },
      async ({ proof, request, response, note }) => {
        note(proof?.by === 'session' ? { subject: proof.person.person } : undefined);
        const secret = cookieOf(request, identity.cookie);
        if (secret !== undefined) await identity.sessions.close(secret);
        response.clearCookie(identity.cookie, options);
      },
    ),
    route(
      {
        method: 'post',
        path: '/setup',
        tag: 'Signing in',
        summary: 'Creates the first administrator with the one-time token that the first start printed',
        access: 'anyone',
        body: z.strictObject({
          token: z.string().min(1).max(200),
          user: NewPersonId,
          name: Name,
          password: NewPassword,
        }),
        answer: z.strictObject({ user: SignedIn }),
        errors: [403, 409],
        audit: 'first administrator created',
      },
      async ({ body, request, response, note }) => {
        await setup.redeem(body);
        note({ by: body.user, subject: body.user, after: { name: body.name, administrator: true } });
        return openSession(
          services,
          await identity.signIn(body.user, body.password, request.ip ?? ''),
          request,
          response,
        );
      },
    ),
    route(
      {
        method: 'post',
        path: '/session/invitation',
        tag: 'Signing in',
        summary: 'Sets the password with the one-time token of an invitation, and signs in',
        access: 'anyone',
        body: z.strictObject({ token: z.string().min(1).max(200), password: NewPassword }),
        answer: z.strictObject({ user: SignedIn }),
        errors: [403],
        audit: 'invitation accepted',
      },
      async ({ body, request, response, note }) => {
        await refuseDisabled(await identity.invitations.userOf(body.token));
        const user = await identity.invitations.redeem(body.token);
        if (user === undefined)
          throw new Problem(403, 'wrong-token', 'this link was used already, is older than three days, or never was');
        note({ by: user, subject: user, ...(await identity.changePassword(user, body.password)) });
        return openSession(services, await identity.signIn(user, body.password, request.ip ?? ''), request, response);
      },
    ),
    route(
      {
        method: 'patch',
        path: '/session',
        tag: 'Signing in',
        summary: 'Changes the own name and address; null takes a value away',
        body: z.strictObject({ name: Name.optional(), email: z.email().nullable().optional() }),
        answer: z.strictObject({ user: SignedIn }),
        errors: [412],
        audit: 'profile changed',
      },
      async ({ body, person, revision, note }) => {
        const before = await identity.people.user(person.person);
        const { name, email } = await identity.people.changeUser(person.person, body, revision);
        note({ subject: person.person, before: { name: before?.name, email: before?.email }, after: { name, email } });
        return { user: signedIn({ ...person, name }) };
      },
    ),
    route(
      {
        method: 'put',
        path: '/session/password',
        tag: 'Signing in',
        summary: 'Changes the own password; every session of the person ends',
        body: z.strictObject({ password: Password, newPassword: NewPassword }),
        errors: [429],
        audit: 'password changed',
      },
      async ({ body, person, request, note }) => {
        await identity.signIn(person.person, body.password, request.ip ?? '');
        note({ subject: person.person, ...(await identity.changePassword(person.person, body.newPassword)) });
      },
    ),
  ];
}
