/** The sign-in page: demo people with one click, a password form, and the setup with the one-time token. */

import { signal } from '@preact/signals';
import { render } from 'preact';
import './base.css';
import './shell.css';
import './signin.css';
import type { AnswerOf } from '../client/index.js';
import { ask, Problem } from './client.js';
import { language } from './language.js';
import type { User } from './model.js';
import { initials } from './session.js';
import { text } from './text.js';
import { attempt, explain, Toasts } from './toast.js';

const words = text.signIn;
const given = new URLSearchParams(location.search);
const refused = signal(given.has('refused') ? words.providerRefused : '');

/** Characters that a new password must have. */
const SHORTEST = 8;

/** Where one came from; only a page of this server. */
function cameFrom(): string {
  const asked = given.get('to') ?? '';
  const ours = URL.canParse(asked, location.href) && new URL(asked, location.href).origin === location.origin;
  return asked && ours ? asked : 'tasklist.html';
}

const comeBack = () => location.assign(cameFrom());

async function enter(body: { user: string; password?: string }) {
  refused.value = '';
  try {
    await ask('POST /session', { body });
    comeBack();
  } catch (error) {
    refused.value = error instanceof Problem && error.status === 401 ? words.wrong : explain(error);
  }
}

async function create(body: { token: string; user: string; name: string; password: string }) {
  refused.value = body.password.length < SHORTEST ? words.passwordHelp : '';
  if (refused.value) return;
  try {
    await ask('POST /setup', { body });
  } catch (error) {
    refused.value = explain(error);
    return;
  }
  await enter({ user: body.user, password: body.password });
}

async function accept(body: { token: string; password: string }) {
  refused.value = body.password.length < SHORTEST ? words.passwordHelp : '';
  if (refused.value) return;
  try {
    await ask('POST /session/invitation', { body });
    comeBack();
  } catch (error) {
    refused.value = explain(error);
  }
}

/** The named fields of a submitted form. */
function fields<Name extends string>(event: SubmitEvent, names: readonly Name[]): Record<Name, string> {
  event.preventDefault();
  const data = new FormData(event.currentTarget as HTMLFormElement);
  return Object.fromEntries(names.map(name => [name, String(data.get(name) ?? '')])) as Record<Name, string>;
}

function Field({
  name,
  label,
  type = 'text',
  value,
  complete,
  help,
}: {
  name: string;
  label: string;
  type?: string;
  value?: string;
  complete?: string;
  help?: string;
}) {
  const helpId = help && `${name}-help`;
  return (
    <>
      <label class="field">
        {label}
        <input
          name={name}
          type={type}
          defaultValue={value}
          autocomplete={complete ?? 'off'}
          aria-describedby={helpId}
          required
        />
      </label>
      {help && (
        <p id={helpId} class="muted">
          {help}
        </p>
      )}
    </>
  );
}

const Refused = () =>
  refused.value ? (
    <p class="refused" role="alert">
      {refused.value}
    </p>
  ) : null;

const Password = () => (
  <form onSubmit={event => enter(fields(event, ['user', 'password']))}>
    <Field name="user" label={words.user} complete="username" />
    <Field name="password" label={words.password} type="password" complete="current-password" />
    <button type="submit" class="primary">
      {words.submit}
    </button>
  </form>
);

const Setup = ({ token }: { token: string }) => (
  <form onSubmit={event => create(fields(event, ['token', 'user', 'name', 'password']))}>
    <p class="muted">{words.setupHelp}</p>
    <Field name="token" label={words.token} value={token} />
    <Field name="name" label={words.name} complete="name" />
    <Field name="user" label={words.user} complete="username" />
    <Field name="password" label={words.password} type="password" complete="new-password" help={words.passwordHelp} />
    <button type="submit" class="primary">
      {words.create}
    </button>
  </form>
);

const Invited = ({ token }: { token: string }) => (
  <form onSubmit={event => accept({ token, ...fields(event, ['password']) })}>
    <p class="muted">{words.invitedHelp}</p>
    <Field name="password" label={words.password} type="password" complete="new-password" help={words.passwordHelp} />
    <button type="submit" class="primary">
      {words.choose}
    </button>
  </form>
);

const DemoPeople = ({ people }: { people: User[] }) => (
  <>
    <p class="muted">{words.demo}</p>
    <ul class="people">
      {people.map(({ id, name, title, groups }) => (
        <li key={id}>
          <button type="button" onClick={() => enter({ user: id })}>
            <span class="avatar" aria-hidden="true">
              {initials(name)}
            </span>
            <span>
              <strong>{name}</strong>
              <span class="muted">{title ?? groups.join(', ')}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
    <details>
      <summary>{words.withPassword}</summary>
      <Password />
    </details>
  </>
);

function SignIn({ session }: { session?: AnswerOf<'GET /session'> }) {
  const token = given.get('setup');
  const invitation = given.get('invitation');
  const people = session?.demoUsers ?? [];
  const settingUp = token !== null && (session?.needsSetup ?? !session);
  const notice = settingUp ? undefined : token !== null ? words.setUpAlready : session?.needsSetup && words.needsSetup;
  return (
    <main id="main" class="signin">
      <div class="card">
        <img src="weft.svg" alt="" width="44" height="44" />
        <h1>{settingUp ? words.setup : invitation ? words.invited : words.title}</h1>
        {notice && <p role="status">{notice}</p>}
        {settingUp ? (
          <Setup token={token} />
        ) : invitation ? (
          <Invited token={invitation} />
        ) : people.length ? (
          <DemoPeople people={people} />
        ) : (
          <Password />
        )}
        {session?.provider && !settingUp && (
          <a class="button" href={`api/v1/session/oidc?to=${encodeURIComponent(cameFrom())}`}>
            {words.provider(session.provider)}
          </a>
        )}
        <Refused />
      </div>
      <Toasts />
    </main>
  );
}

document.documentElement.lang = language;
const session = await attempt(() => ask('GET /session'));
render(<SignIn session={session} />, document.getElementById('page')!);
