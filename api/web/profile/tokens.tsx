/** API tokens: what they are for, and until when; one's own, or as an administrator those of somebody. */

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Address, AnswerOf, InputOf } from '../../client/index.js';
import { Confirm, Once } from '../admin/confirm.js';
import { type Field, FormDialog } from '../admin/form.js';
import { Chips, type Column, Part, Records } from '../admin/records.js';
import { address, ask } from '../client.js';
import { exactly } from '../format.js';
import { resource, useResource } from '../resource.js';
import { text } from './text.js';

const words = text.tokens;

type Token = AnswerOf<'GET /tokens'>['items'][number];

const columns: Column<Token>[] = [
  { label: words.name, show: ({ name }) => name },
  { label: words.scopes, show: ({ scopes }) => (scopes ? <Chips names={scopes} /> : words.everything) },
  { label: words.expires, show: ({ expiresAt }) => (expiresAt ? exactly(expiresAt) : words.never) },
  { label: words.used, show: ({ usedAt }) => (usedAt ? exactly(usedAt) : words.unused) },
];

const fields: Field[] = [
  { name: 'name', label: words.name, required: true },
  { name: 'expiresAt', label: words.expires, kind: 'datetime-local' },
  {
    name: 'scopes',
    label: words.scopes,
    kind: 'choices',
    help: words.scopesHelp,
    options: Object.entries(words.scope).map(([value, label]) => ({ value, label })),
  },
];

type NewToken = InputOf<'POST /tokens'>['body'];

/** Where tokens lie. */
interface Drawer {
  list: Address<AnswerOf<'GET /tokens'>>;
  create(body: NewToken): Promise<{ token: string }>;
  remove(token: string): Promise<unknown>;
}

const own: Drawer = {
  list: address('GET /tokens'),
  create: body => ask('POST /tokens', { body }),
  remove: id => ask('DELETE /tokens/{id}', { path: { id } }),
};

const drawerOf = (id: string): Drawer => ({
  list: address('GET /users/{id}/tokens', { path: { id } }),
  create: body => ask('POST /users/{id}/tokens', { path: { id }, body }),
  remove: token => ask('DELETE /users/{id}/tokens/{token}', { path: { id, token } }),
});

type Open = { what: 'new' } | { what: 'token'; token: string } | { what: 'remove'; of: Token };

interface TokensProps {
  /** Whose they are; absent: one's own. Who signs in makes his himself. */
  of?: { id: string; name: string; signsIn?: boolean };
}

export function Tokens({ of: owner }: TokensProps) {
  const drawer = useMemo(() => (owner ? drawerOf(owner.id) : own), [owner?.id]);
  const list = useResource(() => resource(() => drawer.list), [drawer]);
  const open = useSignal<Open | undefined>(undefined);
  const close = () => {
    open.value = undefined;
  };
  const create = {
    label: words.create,
    onClick: () => {
      open.value = { what: 'new' };
    },
  };
  const shown = open.value;
  return (
    <Part
      title={owner ? `${words.title}: ${owner.name}` : words.title}
      help={owner?.signsIn ? words.helpOfPerson : owner ? words.helpOf : words.help}
      button={owner?.signsIn ? undefined : create}
    >
      <Records
        list={list}
        columns={columns}
        actions={[
          {
            label: words.remove,
            danger: true,
            run: of => {
              open.value = { what: 'remove', of };
            },
          },
        ]}
        nameOf={({ name }) => name}
        keyOf={({ id }) => id}
        none={owner ? words.noneOf : words.none}
      />
      {shown?.what === 'new' && (
        <FormDialog
          title={words.create}
          fields={fields}
          submit={words.create}
          onClose={() => {
            if (open.peek()?.what === 'new') close();
          }}
          onSubmit={async ({ name, expiresAt, scopes }) => {
            const body: NewToken = {
              name: String(name),
              expiresAt: expiresAt === undefined ? undefined : new Date(String(expiresAt)).toISOString(),
              scopes: Array.isArray(scopes) && scopes.length > 0 ? (scopes as NewToken['scopes']) : undefined,
            };
            const { token } = await drawer.create(body);
            await list.reload();
            open.value = { what: 'token', token };
          }}
        />
      )}
      {shown?.what === 'token' && <Once title={words.once} help={words.onceHelp} value={shown.token} onClose={close} />}
      {shown?.what === 'remove' && (
        <Confirm
          title={`${words.remove}: ${shown.of.name}`}
          help={words.removeHelp}
          submit={words.remove}
          onConfirm={async () => {
            await drawer.remove(shown.of.id);
            await list.reload();
          }}
          onClose={close}
        />
      )}
    </Part>
  );
}
