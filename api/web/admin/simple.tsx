/** A tab of records that are created, changed and removed with one form: groups, tenants, authorizations. */

import { useSignal } from '@preact/signals';
import type { Address } from '../../client/index.js';
import { address, ask } from '../client.js';
import type { List } from '../model.js';
import { resource, useResource } from '../resource.js';
import { text as shell } from '../text.js';
import { Confirm } from './confirm.js';
import { type Field, FormDialog, type Values } from './form.js';
import { type Column, Records } from './records.js';
import { text } from './text.js';

export interface Kind<T extends { id: string }> {
  /** Of the API. */
  path: '/groups' | '/tenants' | '/authorizations';
  columns: Column<T>[];
  fields: (isNew: boolean) => Field[];
  nameOf: (item: T) => string;
  /** What the fields show of an item. */
  valuesOf?: (item: T) => Values;
  /** What the API is sent of the fields; `item` is what is changed. */
  bodyOf?: (values: Values, item: T | undefined) => object;
  /** With which verb it is changed. */
  change: 'PATCH' | 'PUT';
  words: { create: string; removeHelp: string; none: string; help?: string };
}

type Open<T> = { what: 'new' } | { what: 'edit' | 'remove'; of: T };

export function Simple<T extends { id: string }>({ kind }: { kind: Kind<T> }) {
  const { path, words, nameOf, bodyOf = values => values } = kind;
  const list = useResource(() => resource(() => address(`GET ${path}`) as Address<List<T>>), [path]);
  const open = useSignal<Open<T> | undefined>(undefined);
  const close = () => {
    open.value = undefined;
  };
  const show = (what: 'edit' | 'remove') => (of: T) => {
    open.value = { what, of };
  };
  const send = async (method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', id?: string, body?: object) => {
    // The kinds have the same operations; which one it is, only their table knows.
    const name = (id === undefined ? `${method} ${path}` : `${method} ${path}/{id}`) as 'PATCH /groups/{id}';
    await ask(name, { path: { id: id ?? '' }, body: body ?? {} });
    await list.reload();
  };
  const shown = open.value;
  return (
    <>
      <div class="bar">
        <button
          type="button"
          class="primary"
          onClick={() => {
            open.value = { what: 'new' };
          }}
        >
          {words.create}
        </button>
        {words.help && <p class="muted">{words.help}</p>}
      </div>
      <Records
        list={list}
        columns={kind.columns}
        actions={[
          { label: text.edit, run: show('edit') },
          { label: text.remove, danger: true, run: show('remove') },
        ]}
        nameOf={nameOf}
        keyOf={({ id }) => id}
        none={words.none}
      />
      {shown?.what === 'new' && (
        <FormDialog
          title={words.create}
          fields={kind.fields(true)}
          submit={text.create}
          onSubmit={values => send('POST', undefined, bodyOf(values, undefined))}
          onClose={close}
        />
      )}
      {shown?.what === 'edit' && (
        <FormDialog
          title={`${text.edit}: ${nameOf(shown.of)}`}
          fields={kind.fields(false)}
          values={kind.valuesOf?.(shown.of) ?? { ...shown.of }}
          submit={shell.save}
          onSubmit={values => send(kind.change, shown.of.id, bodyOf(values, shown.of))}
          onClose={close}
        />
      )}
      {shown?.what === 'remove' && (
        <Confirm
          title={`${text.remove}: ${nameOf(shown.of)}`}
          help={words.removeHelp}
          submit={text.remove}
          onConfirm={() => send('DELETE', shown.of.id)}
          onClose={close}
        />
      )}
    </>
  );
}
