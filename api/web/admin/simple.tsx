/** A tab of records that are created, changed and removed with one form: groups, tenants, authorizations. */

import { useSignal } from '@preact/signals';
import type { Address } from '../../client/index.js';
import { address, ask } from '../client.js';
import type { List } from '../model.js';
import { resource, useResource } from '../resource.js';
import { text as shell } from '../text.js';
import { Confirm } from './confirm.js';
import { type Field, FormDialog, type Values } from './form.js';
import { type Column, Create, longestPage, Records } from './records.js';
import { text } from './text.js';

type Revised = { id: string; rev: number };

export interface Named {
  id: string;
  name: string;
}

/** What there is to choose from. */
export interface Known {
  tenants: Named[];
  users: Named[];
  groups: Named[];
  /** Resource → permissions. */
  permissions: Record<string, string[]>;
}

export interface Kind<T extends Revised> {
  /** Of the API. */
  path: '/groups' | '/tenants' | '/authorizations';
  columns: Column<T>[];
  /** `item` is the one that is changed; `values` are what stands in the fields. */
  fields: (item: T | undefined, known: Known, values: Values) => Field[];
  nameOf: (item: T) => string;
  /** What the API is sent of the fields; `item` is what is changed. */
  bodyOf?: (values: Values, item: T | undefined) => object;
  /** With which verb it is changed. */
  change: 'PATCH' | 'PUT';
  words: { create: string; removeHelp: string; none: string; help?: string };
}

type Open<T> = { what: 'new' } | { what: 'edit' | 'remove'; of: T };

function useKnown(): Known {
  const query = { limit: longestPage };
  const tenants = useResource(() => resource(() => address('GET /tenants', { query })), []);
  const users = useResource(() => resource(() => address('GET /users', { query })), []);
  const groups = useResource(() => resource(() => address('GET /groups', { query })), []);
  const able = useResource(() => resource(() => address('GET /capabilities')), []);
  return {
    tenants: tenants.data.value?.items ?? [],
    users: users.data.value?.items ?? [],
    groups: groups.data.value?.items ?? [],
    permissions: able.data.value?.permissions ?? {},
  };
}

export function Simple<T extends Revised>({ kind }: { kind: Kind<T> }) {
  const { path, words, nameOf, bodyOf = values => values } = kind;
  const list = useResource(() => resource(() => address(`GET ${path}`) as Address<List<T>>), [path]);
  const known = useKnown();
  const fieldsFor = (item?: T) => (values: Values) => kind.fields(item, known, values);
  const open = useSignal<Open<T> | undefined>(undefined);
  const close = () => {
    open.value = undefined;
  };
  const show = (next: Open<T>) => {
    open.value = next;
  };
  const send = async (method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', item?: T, body?: object) => {
    // The kinds have the same operations; which one it is, only their table knows.
    const name = (item ? `${method} ${path}/{id}` : `${method} ${path}`) as 'PATCH /groups/{id}';
    const header = item && method !== 'DELETE' ? { 'if-match': `"${item.rev}"` } : {};
    await ask(name, { path: { id: item?.id ?? '' }, header, body: body ?? {} });
    await list.reload();
  };
  const shown = open.value;
  return (
    <>
      <Create label={words.create} onClick={() => show({ what: 'new' })}>
        {words.help && <p class="muted">{words.help}</p>}
      </Create>
      <Records
        list={list}
        columns={kind.columns}
        actions={[
          { label: text.edit, run: of => show({ what: 'edit', of }) },
          { label: text.remove, danger: true, run: of => show({ what: 'remove', of }) },
        ]}
        nameOf={nameOf}
        keyOf={({ id }) => id}
        none={words.none}
      />
      {shown?.what === 'new' && (
        <FormDialog
          title={words.create}
          fields={fieldsFor()}
          submit={text.create}
          onSubmit={values => send('POST', undefined, bodyOf(values, undefined))}
          onClose={close}
        />
      )}
      {shown?.what === 'edit' && (
        <FormDialog
          title={`${text.edit}: ${nameOf(shown.of)}`}
          fields={fieldsFor(shown.of)}
          values={{ ...shown.of }}
          submit={shell.save}
          onSubmit={values => send(kind.change, shown.of, bodyOf(values, shown.of))}
          onClose={close}
        />
      )}
      {shown?.what === 'remove' && (
        <Confirm
          title={`${text.remove}: ${nameOf(shown.of)}`}
          help={words.removeHelp}
          submit={text.remove}
          onConfirm={() => send('DELETE', shown.of)}
          onClose={close}
        />
      )}
    </>
  );
}
