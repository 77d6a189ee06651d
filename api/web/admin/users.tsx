/** The people: inviting somebody, changing what they are, ending their access. */

import { useSignal } from '@preact/signals';
import type { AnswerOf, InputOf } from '../../client/index.js';
import { go, param } from '../address.js';
import { address, ask } from '../client.js';
import { Tokens } from '../profile/tokens.js';
import { resource, useResource } from '../resource.js';
import { user as self } from '../session.js';
import { text as shell } from '../text.js';
import { attempt, toast } from '../toast.js';
import { Confirm, Once } from './confirm.js';
import { type Field, FormDialog, type Option, optionsOf, type Values } from './form.js';
import { type Action, Chips, type Column, Create, longestPage, Records } from './records.js';
import { text } from './text.js';

type Account = AnswerOf<'GET /users'>['items'][number];

const words = text.users;

const columns: Column<Account>[] = [
  { label: words.name, show: ({ name }) => name },
  { label: words.id, show: ({ id }) => <span class="muted">{id}</span> },
  { label: words.email, show: ({ email }) => email },
  { label: words.groups, show: ({ groups }) => <Chips names={groups} /> },
  { label: words.tenants, show: ({ tenants = [] }) => <Chips names={tenants} /> },
  {
    label: words.state,
    show: ({ administrator, disabled, hasPassword }) => (
      <>
        {administrator && <span class="chip accent">{words.administrator}</span>}
        {disabled && <span class="chip bad">{words.disabled}</span>}
        {hasPassword === false && <span class="chip wait">{words.noPassword}</span>}
      </>
    ),
  },
];

/** The fields of a user; the id is said once. */
const fieldsOf = (isNew: boolean, groups: Option[], tenants: Option[]): Field[] => [
  ...(isNew ? [{ name: 'id', label: words.id, required: true, help: words.idHelp }] : []),
  { name: 'name', label: words.name, required: true },
  { name: 'email', label: words.email, kind: 'email' },
  { name: 'groups', label: words.groups, kind: 'choices', options: groups },
  ...(tenants.length > 0
    ? [{ name: 'tenants', label: words.tenants, kind: 'choices' as const, options: tenants }]
    : []),
  { name: 'administrator', label: words.administratorLong, kind: 'check' },
];

/** Instead of the people: the tokens of one of them. */
const TokensOf = ({ user }: { user: Account }) => (
  <>
    <div class="bar">
      <button type="button" class="quiet" onClick={() => go({ tokens: undefined })}>
        {words.back}
      </button>
    </div>
    <Tokens of={user} />
  </>
);

/** Which dialog is open, and for whom. */
type Open = { what: 'new' } | { what: 'edit' | 'remove' | 'sessions'; of: Account } | { what: 'link'; link: string };

export function Users() {
  const list = useResource(() => resource(() => address('GET /users', { query: { limit: longestPage } })), []);
  const groups = useResource(() => resource(() => address('GET /groups', { query: { limit: longestPage } })), []);
  const tenants = useResource(() => resource(() => address('GET /tenants', { query: { limit: longestPage } })), []);
  const open = useSignal<Open | undefined>(undefined);
  const close = () => {
    open.value = undefined;
  };

  const invite = (id: string) =>
    attempt(async () => {
      const { link } = await ask('POST /users/{id}/invitation', { path: { id } });
      open.value = { what: 'link', link };
    });
  const change = async ({ id, rev }: Account, values: Values) => {
    const body = { ...values, email: (values.email as string) ?? null };
    await ask('PATCH /users/{id}', { path: { id }, header: { 'if-match': `"${rev}"` }, body });
    await list.reload();
  };
  const setDisabled = ({ id }: Account, disabled: boolean) =>
    attempt(async () => {
      await ask('PATCH /users/{id}', { path: { id }, body: { disabled } });
      await list.reload();
    });

  const isOther = ({ id }: Account) => id !== self.value?.id;
  const actions: Action<Account>[] = [
    {
      label: text.edit,
      run: of => {
        open.value = { what: 'edit', of };
      },
    },
    { label: words.invite, run: ({ id }) => invite(id) },
    { label: words.disable, run: of => setDisabled(of, true), fits: of => !of.disabled && isOther(of) },
    { label: words.enable, run: of => setDisabled(of, false), fits: of => of.disabled === true },
    {
      label: words.endSessions,
      run: of => {
        open.value = { what: 'sessions', of };
      },
    },
    { label: words.tokens, run: ({ id }) => go({ tab: 'users', tokens: id }) },
    {
      label: text.remove,
      danger: true,
      fits: isOther,
      run: of => {
        open.value = { what: 'remove', of };
      },
    },
  ];

  const fields = (of?: Account) =>
    fieldsOf(
      of === undefined,
      optionsOf(groups.data.value?.items, of?.groups),
      optionsOf(tenants.data.value?.items, of?.tenants),
    );
  const shown = open.value;
  const owner = list.data.value?.items.find(({ id }) => id === param('tokens'));
  if (owner) return <TokensOf user={owner} />;
  return (
    <>
      <Create
        label={words.create}
        onClick={() => {
          open.value = { what: 'new' };
        }}
      />
      <Records
        list={list}
        columns={columns}
        actions={actions}
        nameOf={({ name }) => name}
        keyOf={({ id }) => id}
        none={shell.nothingFound}
      />
      {shown?.what === 'new' && (
        <FormDialog
          title={words.create}
          fields={fields()}
          submit={words.createAndInvite}
          onClose={() => {
            // The link of the new person may be what is open by now.
            if (open.peek()?.what === 'new') close();
          }}
          onSubmit={async values => {
            await ask('POST /users', { body: values as InputOf<'POST /users'>['body'] });
            await list.reload();
            await invite(String(values.id));
          }}
        />
      )}
      {shown?.what === 'edit' && (
        <FormDialog
          title={`${text.edit}: ${shown.of.name}`}
          fields={fields(shown.of)}
          values={{ ...shown.of }}
          submit={shell.save}
          onSubmit={values => change(shown.of, values)}
          onClose={close}
        />
      )}
      {shown?.what === 'sessions' && (
        <Confirm
          title={`${words.endSessions}: ${shown.of.name}`}
          help={words.endSessionsHelp}
          submit={words.endSessions}
          onConfirm={async () => {
            await ask('DELETE /users/{id}/sessions', { path: { id: shown.of.id } });
            toast(words.sessionsEnded(shown.of.name));
          }}
          onClose={close}
        />
      )}
      {shown?.what === 'remove' && (
        <Confirm
          title={`${text.remove}: ${shown.of.name}`}
          help={words.removeHelp}
          submit={text.remove}
          onConfirm={async () => {
            await ask('DELETE /users/{id}', { path: { id: shown.of.id } });
            await list.reload();
          }}
          onClose={close}
        />
      )}
      {shown?.what === 'link' && <Once title={words.link} help={words.linkHelp} value={shown.link} onClose={close} />}
    </>
  );
}
