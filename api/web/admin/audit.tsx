/** What was changed, by whom; and whether the record itself is whole. */

import { useSignal } from '@preact/signals';
import { call } from '../client.js';
import { exactly } from '../format.js';
import type { List } from '../model.js';
import { resource, useResource } from '../resource.js';
import { attempt } from '../toast.js';
import { type Column, Records } from './records.js';
import { text } from './text.js';

interface Entry {
  number: number;
  at: string;
  action: string;
  by?: string;
  token?: string;
  address: string;
  subject?: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

const words = text.audit;

/** The fields that differ: `name: "Mary" → "Mary Major"`. */
function changes({ before = {}, after = {} }: Entry): string {
  const said = (value: unknown) => (value === undefined ? '–' : JSON.stringify(value));
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter(name => said(before[name]) !== said(after[name]))
    .map(name => `${name}: ${said(before[name])} → ${said(after[name])}`)
    .join('; ');
}

const columns: Column<Entry>[] = [
  { label: words.at, show: ({ at }) => exactly(at) },
  { label: words.by, show: ({ by, token }) => (token ? `${by} (${words.token} ${token})` : by) },
  { label: words.action, show: ({ action }) => action },
  { label: words.subject, show: ({ subject }) => <span class="mono">{subject}</span> },
  { label: words.changes, show: changes },
  { label: words.address, show: ({ address }) => <span class="muted">{address}</span> },
];

interface Verdict {
  entries: number;
  broken?: { entry: number; reason: string };
}

export function AuditTab() {
  const list = useResource(() => resource<List<Entry>>(() => '/audit?limit=200'), []);
  const verdict = useSignal<Verdict | undefined>(undefined);
  const verify = () =>
    attempt(async () => {
      verdict.value = await call<Verdict>('GET', '/audit/verdict');
    });
  const found = verdict.value;
  return (
    <>
      <div class="bar">
        <button type="button" onClick={verify}>
          {words.verify}
        </button>
        <p role="status">
          {found?.broken && <span class="chip bad">{words.broken(found.broken.entry, found.broken.reason)}</span>}
          {found && !found.broken && <span class="chip ok">{words.whole(found.entries)}</span>}
        </p>
      </div>
      <Records
        list={list}
        columns={columns}
        nameOf={({ action }) => action}
        keyOf={({ number }) => String(number)}
        none={words.none}
      />
    </>
  );
}
