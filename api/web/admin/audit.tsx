/** What was changed, by whom; and whether the record itself is whole. */

import { useSignal } from '@preact/signals';
import type { AnswerOf, Json } from '../../client/index.js';
import { address, ask } from '../client.js';
import { exactly } from '../format.js';
import { resource, useResource } from '../resource.js';
import { text as shell } from '../text.js';
import { attempt } from '../toast.js';
import { actionName } from './actions.js';
import { type Column, Records } from './records.js';
import { text } from './text.js';

type Entry = AnswerOf<'GET /audit'>['items'][number];

const words = text.audit;

/** The fields that differ: `name: "Mary" → "Mary Major"`; of what was made or has gone, what there is to say. */
function changes(entry: Entry): string {
  const { before, after } = entry as { before?: Record<string, Json>; after?: Record<string, Json> };
  const said = (value: unknown) => (value === undefined ? '–' : JSON.stringify(value));
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const only = before && after ? undefined : (before ?? after);
  if (only) return names.map(name => `${name}: ${said(only[name])}`).join('; ');
  return names
    .filter(name => said(before?.[name]) !== said(after?.[name]))
    .map(name => `${name}: ${said(before?.[name])} → ${said(after?.[name])}`)
    .join('; ');
}

/** Ids that nobody reads are shortened: the whole one is told to who points at it. */
const longest = 24;

const Subject = ({ id = '' }: { id: string | undefined }) => (
  <span class="mono" title={id}>
    {id.length > longest && !/[^\da-f-]/.test(id) ? `${id.slice(0, 12)}…` : id}
  </span>
);

const columns: Column<Entry>[] = [
  { label: words.at, show: ({ at }) => <span class="whole">{exactly(at)}</span> },
  {
    label: words.by,
    show: ({ by, token }) => <span class="word">{token ? `${by} (${words.token} ${token})` : by}</span>,
  },
  { label: words.action, show: ({ action }) => <span class="word">{actionName(action)}</span> },
  { label: words.subject, show: ({ subject }) => <Subject id={subject} /> },
  { label: words.changes, show: changes },
  { label: words.address, show: ({ address }) => <span class="muted whole">{address}</span> },
];

/** What is looked for. */
interface Asked {
  by?: string;
  subject?: string;
  since?: string;
}

const Search = ({ onSearch }: { onSearch: (asked: Asked) => void }) => {
  const search = (event: Event) => {
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const said = (name: string) => String(data.get(name) ?? '').trim() || undefined;
    const since = said('since');
    onSearch({ by: said('by'), subject: said('subject'), since: since && new Date(`${since}T00:00`).toISOString() });
  };
  return (
    <search>
      <form class="search" onChange={search} onSubmit={event => event.preventDefault()}>
        <label class="field">
          {words.by}
          <input name="by" />
        </label>
        <label class="field">
          {words.subject}
          <input name="subject" />
        </label>
        <label class="field">
          {words.since}
          <input name="since" type="date" />
        </label>
      </form>
    </search>
  );
};

type Verdict = AnswerOf<'GET /audit/verdict'>;

export function AuditTab() {
  const asked = useSignal<Asked>({});
  const list = useResource(() => resource(() => address('GET /audit', { query: { limit: 200, ...asked.value } })), []);
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
        <a href={`api/v1${address('GET /audit', { query: { ...asked.value, format: 'csv' } })}`} download>
          {words.csv}
        </a>
      </div>
      <Search
        onSearch={found => {
          asked.value = found;
        }}
      />
      <Records
        list={list}
        columns={columns}
        nameOf={({ action }) => action}
        keyOf={({ number }) => String(number)}
        none={Object.values(asked.value).some(Boolean) ? shell.nothingFound : words.none}
      />
    </>
  );
}
