/** The tasklist page: views, list, task; its keys. */

import { addressWith, go, param } from '../../api/web/address.js';
import { Icon } from '../../api/web/icons.js';
import { useKeys } from '../../api/web/keys.js';
import { startPage } from '../../api/web/shell.js';
import { TaskList } from './list.js';
import { TaskPane } from './pane.js';
import { StartDialog } from './start.js';
import { chosenId, counts, move, view, views } from './state.js';
import './tasklist.css';
import { text } from './text.js';

/** `?start=choose` or `?start=<definition>`: also a link from elsewhere opens the dialog. */
const openStart = () => go({ start: 'choose' });

function Views() {
  const follow = (event: MouseEvent, name: string) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go({ view: name, t: undefined, tab: undefined });
  };
  return (
    <nav class="views" aria-label={text.inbox}>
      <h3>{text.inbox}</h3>
      {views.map(name => (
        <a
          key={name}
          href={addressWith({ view: name, t: undefined, tab: undefined })}
          aria-current={name === view.value ? 'page' : undefined}
          onClick={event => follow(event, name)}
        >
          <span>{text.views[name]}</span>
          <span class={name === 'late' && counts.data.value?.late ? 'chip late' : 'chip'}>
            {counts.data.value?.[name] ?? ''}
          </span>
        </a>
      ))}
      <button type="button" class="start" onClick={openStart}>
        <Icon name="play" /> <span>{text.startProcess}</span> <kbd>n</kbd>
      </button>
    </nav>
  );
}

function step(by: 1 | -1) {
  move(by);
  document.querySelector<HTMLElement>('.rows [role=listbox]')?.focus();
}

/** Escape leaves the task for the list. */
function leaveTask() {
  if (document.activeElement?.closest('.place')) document.querySelector<HTMLElement>('.rows [role=listbox]')?.focus();
}

function Tasklist() {
  useKeys({
    Escape: leaveTask,
    j: () => step(1),
    k: () => step(-1),
    n: openStart,
    '/': () => document.querySelector<HTMLElement>('.list input[type=search]')?.focus(),
  });
  return (
    <div class={chosenId.value ? 'tasklist reading' : 'tasklist'}>
      <Views />
      <TaskList />
      <div class="place">
        <TaskPane />
      </div>
      {param('start') && <StartDialog chosen={param('start')!} onClose={() => go({ start: undefined })} />}
    </div>
  );
}

startPage(Tasklist);
