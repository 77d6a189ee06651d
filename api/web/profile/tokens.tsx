/** The own API tokens: with what they are for, and until when. */

import { useSignal } from '@preact/signals';
import type { AnswerOf, InputOf } from '../../client/index.js';
import { Confirm, Once } from '../admin/confirm.js';
import { type Field, FormDialog } from '../admin/form.js';
import { Chips, type Column, Records } from '../admin/records.js';
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
  { label: words.used, show: ({ usedAt }) => usedAt && exactly(usedAt) },
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

type Open = { what: 'new' } | { what: 'token'; token: string } | { what: 'remove'; of: Token };

export function Tokens() {
  const list = useResource(() => resource(() => address('GET /tokens')), []);
  const open = useSignal<Open | undefined>(undefined);
  const close = () => {
    open.value = undefined;
  };
  const shown = open.value;
  return (
    <section>
      <h2>{words.title}</h2>
      <div class="bar">
        <button
          type="button"
          onClick={() => {
            open.value = { what: 'new' };
          }}
        >
          {words.create}
        </button>
        <p class="muted">{words.help}</p>
      </div>
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
        none={words.none}
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
            const body = {
              name,
              expiresAt: expiresAt === undefined ? undefined : new Date(String(expiresAt)).toISOString(),
              scopes: Array.isArray(scopes) && scopes.length > 0 ? scopes : undefined,
            } as InputOf<'POST /tokens'>['body'];
            const { token } = await ask('POST /tokens', { body });
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
            await ask('DELETE /tokens/{id}', { path: { id: shown.of.id } });
            await list.reload();
          }}
          onClose={close}
        />
      )}
    </section>
  );
}
