/** The profile page: the own name and address, the password, the open sessions, the API tokens. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import '../admin/admin.css';
import { ask, Problem, toSignIn } from '../client.js';
import { user } from '../session.js';
import { startPage } from '../shell.js';
import { text as shell } from '../text.js';
import { attempt, explain, toast } from '../toast.js';
import { Sessions } from './sessions.js';
import { text } from './text.js';
import { Tokens } from './tokens.js';

const fieldOf = (event: SubmitEvent, name: string) =>
  String(new FormData(event.currentTarget as HTMLFormElement).get(name) ?? '');

function Person() {
  const known = useSignal<{ name: string; email?: string } | undefined>(undefined);
  useEffect(() => {
    attempt(async () => {
      known.value = await ask('GET /users/{id}', { path: { id: user.peek()!.id } });
    });
  }, []);
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const [name, email] = [fieldOf(event, 'name'), fieldOf(event, 'email')];
    attempt(async () => {
      user.value = (await ask('PATCH /session', { body: { name, email: email || null } })).user;
      toast(text.saved);
    });
  };
  if (!known.value) return <p class="muted">{shell.loading}</p>;
  return (
    <form class="fields narrow" onSubmit={save}>
      <label class="field">
        {text.name}
        <input name="name" autocomplete="name" defaultValue={known.value.name} required />
      </label>
      <label class="field">
        {text.email}
        <input name="email" type="email" autocomplete="email" defaultValue={known.value.email ?? ''} />
      </label>
      <div class="buttons">
        <button type="submit" class="primary">
          {shell.save}
        </button>
      </div>
    </form>
  );
}

const isWrongPassword = (error: unknown) => error instanceof Problem && error.code === 'wrong-credentials';

function Password() {
  const words = text.password;
  const refused = useSignal('');
  const change = async (event: SubmitEvent) => {
    event.preventDefault();
    refused.value = '';
    const [password, newPassword] = [fieldOf(event, 'password'), fieldOf(event, 'newPassword')];
    try {
      await ask('PUT /session/password', { body: { password, newPassword } });
      toSignIn();
    } catch (error) {
      refused.value = isWrongPassword(error) ? words.wrong : explain(error);
    }
  };
  return (
    <section>
      <h2>{words.title}</h2>
      <form class="fields narrow" onSubmit={change}>
        <input type="hidden" name="username" autocomplete="username" value={user.value?.id} />
        <label class="field">
          {words.now}
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <label class="field">
          {words.next}
          <input
            name="newPassword"
            type="password"
            autocomplete="new-password"
            minLength={8}
            aria-describedby="new-password-help"
            required
          />
        </label>
        <p id="new-password-help" class="muted">
          {words.help}
        </p>
        {refused.value && (
          <p class="refused" role="alert">
            {refused.value}
          </p>
        )}
        <div class="buttons">
          <button type="submit">{words.change}</button>
        </div>
      </form>
    </section>
  );
}

const Profile = () => (
  <div class="administration">
    <h1>{text.title}</h1>
    <Person />
    <Password />
    <Sessions />
    <Tokens />
  </div>
);

startPage(Profile);
