/** The list of tasks: one listbox that follows the server without moving under the reader. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { go } from '../../api/web/address.js';
import { ask } from '../../api/web/client.js';
import { focusField } from '../../api/web/dialog.js';
import { Icon } from '../../api/web/icons.js';
import type { Task } from '../../api/web/model.js';
import { text as shell } from '../../api/web/text.js';
import { explain } from '../../api/web/toast.js';
import { Due } from './due.js';
import {
  choose,
  chosenId,
  holder,
  isDelegatedByMe,
  isHeldByMe,
  move,
  type Row,
  rows,
  searched,
  showFresh,
  showMore,
  tasks,
  view,
} from './state.js';
import { text } from './text.js';

/** BPMN's default priority is 50; only what is clearly above it is worth a mark. */
const HIGH = 70;

function whyGone(task: Task): string {
  const { state, completedBy, completedByName, assignee } = task;
  if (state === 'cancelled') return text.gone.cancelled;
  if (state === 'completed') return text.gone.completed(completedByName ?? completedBy ?? '');
  if (isHeldByMe(task)) return text.gone.yours;
  if (isDelegatedByMe(task)) return text.gone.delegated(holder(task));
  return assignee ? text.gone.taken(holder(task)) : text.gone.elsewhere;
}

/** Why a greyed row has left the list. */
function Gone({ id }: { id: string }) {
  const [why, setWhy] = useState(text.gone.elsewhere);
  useEffect(() => {
    ask('GET /tasks/{id}', { path: { id } }).then(
      task => setWhy(whyGone(task)),
      () => {},
    );
  }, [id]);
  return <span class="chip">{why}</span>;
}

function TaskRow({ row, selected }: { row: Row; selected: boolean }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (selected) element.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <div
      ref={element}
      id={`task-${row.id}`}
      data-task={row.id}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      class={row.gone ? 'row gone' : 'row'}
    >
      <strong class="name">{row.name}</strong>
      {row.gone ? <Gone id={row.id} /> : row.due && <Due due={row.due} createdAt={row.createdAt} />}
      <span class="more">
        {row.definitionName ?? row.key}
        {row.businessKey && <> · {row.businessKey}</>}
      </span>
      <span class="marks">
        {row.draft && (
          <span title={text.draft}>
            <Icon name="draft" />
            <span class="hidden">{text.draft}</span>
          </span>
        )}
        {row.priority >= HIGH && (
          <span title={text.highPriority(row.priority)}>
            <Icon name="priority" />
            <span class="hidden">{text.highPriority(row.priority)}</span>
          </span>
        )}
        <span>{holder(row)}</span>
      </span>
    </div>
  );
}

function Empty() {
  const [title, help] = text.empty[searched.value ? 'search' : view.value];
  return (
    <div class="nothing">
      <h2>{title}</h2>
      <p>{help}</p>
    </div>
  );
}

function Search() {
  return (
    <div class="search">
      <Icon name="search" />
      <input
        type="search"
        aria-label={text.search}
        placeholder={text.search}
        defaultValue={searched.peek()}
        onInput={event => go({ q: event.currentTarget.value.trim() || undefined }, 'replace')}
      />
      <kbd>/</kbd>
    </div>
  );
}

/** Enter goes from the list to the first field that can be filled, or to what lets one fill it. */
function enterForm() {
  const sheet = document.querySelector('.pane .sheet');
  focusField(sheet);
  if (!sheet?.contains(document.activeElement)) sheet?.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
}

export function TaskList() {
  const shown = tasks.data.value;
  const waiting = shown?.waiting?.length ?? 0;
  const error = tasks.error.value;
  const press = (event: KeyboardEvent) => {
    const action = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: enterForm }[event.key];
    if (!action || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    action();
  };
  return (
    <section class="list" aria-label={text.views[view.value]}>
      <Search />
      {error && (
        <p class="problem" role="alert">
          {explain(error)}{' '}
          <button type="button" class="small" onClick={() => tasks.reload()}>
            {shell.retry}
          </button>
        </p>
      )}
      {waiting > 0 && (
        <button type="button" class="fresh" onClick={showFresh}>
          {text.fresh(waiting)}
        </button>
      )}
      <div class="rows">
        {rows.value.length > 0 && (
          <div
            role="listbox"
            tabIndex={0}
            aria-label={text.views[view.value]}
            aria-activedescendant={chosenId.value && `task-${chosenId.value}`}
            onKeyDown={press}
            onClick={event => {
              const row = (event.target as Element).closest<HTMLElement>('[data-task]');
              if (row) choose(row.dataset.task);
            }}
          >
            {rows.value.map(row => (
              <TaskRow key={row.id} row={row} selected={row.id === chosenId.value} />
            ))}
          </div>
        )}
        {shown && rows.value.length === 0 && <Empty />}
        {shown?.next && (
          <button type="button" class="quiet" onClick={showMore}>
            {shell.more}
          </button>
        )}
      </div>
      <footer class="muted" aria-live="polite">
        {shown && text.tasks(shown.total ?? rows.value.length)}
      </footer>
    </section>
  );
}
