/** The own open sessions: on which devices one is signed in, and the way to end that. */

import type { AnswerOf } from '../../client/index.js';
import { type Action, type Column, Part, Records } from '../admin/records.js';
import { address, ask } from '../client.js';
import { exactly } from '../format.js';
import { resource, useResource } from '../resource.js';
import { attempt, toast } from '../toast.js';
import { deviceOf } from './device.js';
import { text } from './text.js';

const words = text.sessions;

type Session = AnswerOf<'GET /sessions'>['items'][number];

const nameOf = ({ agent }: Session) => deviceOf(agent) ?? words.unknown;

const columns: Column<Session>[] = [
  {
    label: words.device,
    show: session => (
      <>
        <span title={session.agent}>{nameOf(session)}</span>{' '}
        {session.current && <span class="chip accent">{words.current}</span>}
      </>
    ),
  },
  { label: words.since, show: ({ createdAt }) => exactly(createdAt) },
  { label: words.used, show: ({ usedAt }) => exactly(usedAt) },
];

export function Sessions() {
  const list = useResource(() => resource(() => address('GET /sessions')), []);
  const others = list.data.value?.items.some(({ current }) => !current) ?? false;

  const end = ({ id }: Session) =>
    attempt(async () => {
      await ask('DELETE /sessions/{id}', { path: { id } });
      await list.reload();
    });
  const endOthers = () =>
    attempt(async () => {
      await ask('DELETE /sessions');
      await list.reload();
      toast(words.othersEnded);
    });

  const actions: Action<Session>[] = [{ label: words.end, run: end, fits: ({ current }) => !current }];
  return (
    <Part
      title={words.title}
      help={words.help}
      button={{ label: words.endOthers, disabled: !others, onClick: endOthers }}
    >
      <Records
        list={list}
        columns={columns}
        actions={actions}
        nameOf={nameOf}
        keyOf={({ id }) => id}
        none={words.none}
      />
    </Part>
  );
}
