/** The column beside a form: where the task sits, its dates and priority, its comments. */

import { useRef } from 'preact/hooks';
import { address, ask } from '../../api/web/client.js';
import { exactly, fromLocalInput, toLocalInput, when } from '../../api/web/format.js';
import type { Task } from '../../api/web/model.js';
import { resource, useResource } from '../../api/web/resource.js';
import { attempt } from '../../api/web/toast.js';
import { change } from './actions.js';
import { holder } from './state.js';
import { text } from './text.js';
import { Where } from './where.js';

function Comments({ task }: { task: Task }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const comments = useResource(
    () =>
      resource(() => address('GET /tasks/{id}/comments', { path: { id: task.id } }), {
        concerns: ({ id }) => id === task.id,
      }),
    [task.id],
  );
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const words = field.current!.value.trim();
    if (!words) return;
    await attempt(async () => {
      await ask('POST /tasks/{id}/comments', { path: { id: task.id }, body: { text: words } });
      field.current!.value = '';
      await comments.reload();
    });
  };
  return (
    <section>
      <h3>{text.comments}</h3>
      <ol class="comments">
        {comments.data.value?.items.map(({ id, by, byName, at, text: words }) => (
          <li key={id}>
            <strong>{byName ?? by}</strong>{' '}
            <time class="muted" dateTime={at} title={exactly(at)}>
              {when(at)}
            </time>
            <p>{words}</p>
          </li>
        ))}
      </ol>
      {task.can.comment && (
        <form onSubmit={send}>
          <textarea ref={field} rows={2} aria-label={text.comment} placeholder={text.comment} />
          <button type="submit" class="small">
            {text.send}
          </button>
        </form>
      )}
    </section>
  );
}

function Facts({ task }: { task: Task }) {
  const fixed = !task.can.change;
  const date = (name: 'due' | 'followUp') => (
    <label class="fact">
      <span>{text[name]}</span>
      <input
        type="datetime-local"
        disabled={fixed}
        value={toLocalInput(task[name])}
        onChange={event => change(task, { [name]: fromLocalInput(event.currentTarget.value) })}
      />
    </label>
  );
  return (
    <section>
      <h3>{text.details}</h3>
      <p class="fact">
        <span>{text.holder}</span>
        {task.assignee ? holder(task) : text.nobody}
      </p>
      {task.candidateGroups.length > 0 && (
        <p class="fact">
          <span>{text.groups}</span>
          {task.candidateGroups.join(', ')}
        </p>
      )}
      <p class="fact">
        <span>{text.created}</span>
        <time dateTime={task.createdAt} title={exactly(task.createdAt)}>
          {when(task.createdAt)}
        </time>
      </p>
      {date('due')}
      {date('followUp')}
      <label class="fact">
        <span>{text.priority}</span>
        <input
          type="number"
          min={0}
          max={1000}
          disabled={fixed}
          value={task.priority}
          onChange={event => change(task, { priority: event.currentTarget.valueAsNumber || 0 })}
        />
      </label>
      {task.instance !== '' && (
        <p class="fact">
          <span>{text.instance}</span>
          <a href={`cockpit.html?i=${task.instance}`}>{task.businessKey ?? task.instance}</a>
        </p>
      )}
    </section>
  );
}

export const Details = ({ task }: { task: Task }) => (
  <aside class="details" aria-label={text.details}>
    {task.instance !== '' && (
      <section>
        <h3>{text.where}</h3>
        <Where task={task} small />
      </section>
    )}
    <Facts task={task} />
    <Comments task={task} />
  </aside>
);
