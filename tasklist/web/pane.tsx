/** The chosen task: what it is, what one can do, its form, diagram and history. */

import { useSignal } from '@preact/signals';
import { go, param } from '../../api/web/address.js';
import { Icon } from '../../api/web/icons.js';
import { useKeys } from '../../api/web/keys.js';
import type { Task } from '../../api/web/model.js';
import { Tabs } from '../../api/web/tabs.js';
import { useTitle } from '../../api/web/title.js';
import { explain } from '../../api/web/toast.js';
import { assign, busy, claim, claimOrRelease, complete, delegate, formReader, release, resolve } from './actions.js';
import { Details } from './details.js';
import { Due } from './due.js';
import { Fill } from './fill.js';
import { History } from './history.js';
import { ChoosePerson } from './people.js';
import { choose, chosen, chosenId, isClaimable, isEditable } from './state.js';
import { text } from './text.js';
import { Where } from './where.js';

const tabs = ['form', 'diagram', 'history'] as const;
type Tab = (typeof tabs)[number];

function Actions({ task }: { task: Task }) {
  const choosing = useSignal<'assign' | 'delegate' | undefined>(undefined);
  const { can } = task;
  const editable = isEditable(task);
  const canFinish = editable && !busy.value && formReader.value !== undefined;
  const finish = () => {
    if (!canFinish) return;
    if (can.complete) complete(task);
    else if (can.resolve) resolve(task);
  };
  const openDelegate = () => {
    choosing.value = 'delegate';
  };
  useKeys({
    c: () => claimOrRelease(task),
    d: can.delegate ? openDelegate : undefined,
    'Ctrl+Enter': editable ? finish : undefined,
  });
  return (
    <div class="actions">
      {isClaimable(task) && (
        <button type="button" class="primary" disabled={busy.value} onClick={() => claim(task)}>
          {text.claim} <kbd>c</kbd>
        </button>
      )}
      {can.unclaim && (
        <button type="button" disabled={busy.value} onClick={() => release(task)}>
          {text.release} <kbd>c</kbd>
        </button>
      )}
      {can.assign && (
        <button
          type="button"
          disabled={busy.value}
          onClick={() => {
            choosing.value = 'assign';
          }}
        >
          {text.assign}
        </button>
      )}
      {can.delegate && (
        <button type="button" disabled={busy.value} onClick={openDelegate}>
          {text.delegate} <kbd>d</kbd>
        </button>
      )}
      {editable && can.resolve && (
        <button type="button" class={can.complete ? '' : 'primary'} disabled={!canFinish} onClick={() => resolve(task)}>
          {text.resolve} {!can.complete && <kbd>Ctrl ↵</kbd>}
        </button>
      )}
      {editable && can.complete && (
        <button type="button" class="primary" disabled={!canFinish} onClick={() => complete(task)}>
          {text.complete} <kbd>Ctrl ↵</kbd>
        </button>
      )}
      {choosing.value && (
        <ChoosePerson
          title={`${text[choosing.value].replace('…', '')}: ${task.name}`}
          help={choosing.value === 'assign' ? text.assignHelp : text.delegateHelp}
          without={task.assignee}
          nobody={choosing.value === 'assign' && task.assignee !== undefined}
          onChoose={id => (choosing.peek() === 'assign' || id === null ? assign(task, id) : delegate(task, id))}
          onClose={() => {
            choosing.value = undefined;
          }}
        />
      )}
    </div>
  );
}

/** The form stays where it is, hidden, while one looks at another tab: nothing typed is lost. */
function Content({ task, tab }: { task: Task; tab: Tab }) {
  return (
    <>
      <div class="columns" hidden={tab !== 'form'}>
        <Fill key={task.id} task={task} />
        <Details key={task.id} task={task} />
      </div>
      {tab === 'diagram' && <Where task={task} />}
      {tab === 'history' && <History task={task} />}
    </>
  );
}

function Nothing() {
  return (
    <div class="nothing">
      <Icon name="inbox" />
      <h2>{text.choose.title}</h2>
      <p>{text.choose.help}</p>
    </div>
  );
}

export function TaskPane() {
  const task = chosen.data.value;
  const error = chosen.error.value;
  // A task that no process opened has neither diagram nor history.
  const offered = task?.instance === '' ? tabs.filter(name => name === 'form') : tabs;
  const tab = offered.find(name => name === param('tab')) ?? 'form';
  useTitle(task?.name);
  if (!chosenId.value) return <Nothing />;
  if (error && !task)
    return (
      <div class="nothing">
        <p role="alert">{explain(error)}</p>
      </div>
    );
  if (!task) return null;
  return (
    <article class="pane" aria-label={task.name}>
      <header>
        <button type="button" class="quiet back" onClick={() => choose(undefined)}>
          <Icon name="back" /> {text.back}
        </button>
        <div class="title">
          <h1>{task.name}</h1>
          <p class="muted">
            {task.definitionName ?? task.key}
            {task.businessKey && <> · {task.businessKey}</>}
          </p>
        </div>
        {task.due && task.state === 'open' && <Due due={task.due} createdAt={task.createdAt} />}
        <Actions key={task.id} task={task} />
      </header>
      {task.description && <p class="description">{task.description}</p>}
      <Tabs
        label={task.name}
        tabs={offered.map(name => ({ id: name, label: text.tabs[name] }))}
        selected={tab}
        onSelect={name => go({ tab: name === 'form' ? undefined : name }, 'replace')}
      >
        <Content task={task} tab={tab} />
      </Tabs>
    </article>
  );
}
