/** What was changed, by whom; and whether the record itself is whole. */

import { useSignal } from '@preact/signals';
import type { AnswerOf, Json } from '../../client/index.js';
import { address, ask } from '../client.js';
import { exactly } from '../format.js';
import { resource, useResource } from '../resource.js';
import { attempt } from '../toast.js';
import { type Column, Records } from './records.js';
import { text } from './text.js';

type Entry = AnswerOf<'GET /audit'>['items'][number];

const words = text.audit;

/** The fields that differ: `name: "Mary" → "Mary Major"`. */
function changes(entry: Entry): string {
  const { before = {}, after = {} } = entry as { before?: Record<string, Json>; after?: Record<string, Json> };
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
  { label: words.address, show: ({ address }) => <span class="muted whole">{address}</span> },
];

type Verdict = AnswerOf<'GET /audit/verdict'>;

export function AuditTab() {
  const list = useResource(() => resource(() => address('GET /audit', { query: { limit: 200 } })), []);
  const verdict = useSignal<Verdict | undefined>(undefined);
  const verify = () =>
    attempt(async () => {
      verdict.value = await ask('GET /audit/verdict');
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
