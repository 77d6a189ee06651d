/** The form tab of a task: read-only until claimed, its draft saved while one types. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { call } from '../../api/web/client.js';
import { when } from '../../api/web/format.js';
import type { Form as FormDescription, Task, Variables } from '../../api/web/model.js';
import { text as shell } from '../../api/web/text.js';
import { attempt } from '../../api/web/toast.js';
import { busy, claim, formReader } from './actions.js';
import { Form } from './form.js';
import { isClaimable, isEditable } from './state.js';
import { text } from './text.js';

/** Typing pauses this long before a draft is saved. */
const PAUSE = 700;

function State({ task }: { task: Task }) {
  if (task.state === 'cancelled') return <p class="state">{text.closed.cancelled}</p>;
  if (task.state === 'completed')
    return (
      <p class="state">
        {task.completedBy
          ? text.closedBy(task.completedByName ?? task.completedBy, when(task.completedAt))
          : text.closed.completed}
      </p>
    );
  if (task.delegation === 'pending' && task.owner)
    return <p class="state">{text.delegatedTo(task.ownerName ?? task.owner)}</p>;
  if (isEditable(task)) return null;
  if (!isClaimable(task))
    return task.assignee ? <p class="state">{text.notYours(task.assigneeName ?? task.assignee)}</p> : null;
  return (
    <p class="state">
      {text.claimFirst}
      <button type="button" class="small" disabled={busy.value} onClick={() => claim(task)}>
        {text.claimAndEdit}
      </button>
    </p>
  );
}

export function Fill({ task }: { task: Task }) {
  const form = useSignal<FormDescription | undefined>(undefined);
  const saved = useSignal('');
  const pending = useRef<{ timer: ReturnType<typeof setTimeout>; save: () => Promise<void> }>();
  const editable = isEditable(task);

  useEffect(() => {
    attempt(async () => {
      form.value = await call<FormDescription>('GET', `/tasks/${task.id}/form`);
    });
    return () => {
      if (!pending.current) return;
      clearTimeout(pending.current.timer);
      pending.current.save();
    };
  }, [task.id]);

  const keep = (data: Variables) => {
    if (!task.can.draft) return;
    const save = async () => {
      pending.current = undefined;
      await call('PUT', `/tasks/${task.id}/draft`, { data });
      saved.value = text.draftSaved(when(new Date().toISOString()));
    };
    clearTimeout(pending.current?.timer);
    pending.current = { save, timer: setTimeout(() => attempt(save), PAUSE) };
  };

  const ready = (read: (() => Variables | undefined) | undefined) => {
    formReader.value =
      read &&
      (() => {
        const variables = read();
        // What is completed needs no draft any more.
        if (variables) {
          clearTimeout(pending.current?.timer);
          pending.current = undefined;
        }
        return variables;
      });
  };

  return (
    <div class="card sheet">
      <State task={task} />
      {form.value ? (
        <Form form={form.value} readOnly={!editable} noForm={text.noForm} onChange={keep} onReady={ready} />
      ) : (
        <p class="muted">{shell.loading}</p>
      )}
      <p class="saved muted" aria-live="polite">
        {saved.value}
      </p>
    </div>
  );
}
