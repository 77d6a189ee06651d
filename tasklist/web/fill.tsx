/** The form tab of a task: read-only until claimed, its draft saved while one types. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask } from '../../api/web/client.js';
import { when } from '../../api/web/format.js';
import type { Form as FormDescription, Task, Variables } from '../../api/web/model.js';
import { text as shell } from '../../api/web/text.js';
import { attempt } from '../../api/web/toast.js';
import { busy, claim, formReader } from './actions.js';
import { keepDraft, saveDraftNow } from './draft.js';
import { Form } from './form.js';
import { holder, isClaimable, isDelegatedByMe, isEditable } from './state.js';
import { text } from './text.js';

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
    return (
      <p class="state">
        {isDelegatedByMe(task) ? text.delegatedTo(holder(task)) : text.delegatedBy(task.ownerName ?? task.owner)}
      </p>
    );
  if (isEditable(task))
    return task.resolvedBy ? <p class="state">{text.handedBackBy(task.resolvedByName ?? task.resolvedBy)}</p> : null;
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
  const editable = isEditable(task);

  // A task that comes back from its delegate brings another's answer with it.
  useEffect(() => {
    attempt(async () => {
      form.value = await ask('GET /tasks/{id}/form', { path: { id: task.id } });
    });
  }, [task.id, task.delegation]);
  useEffect(() => saveDraftNow, [task.id]);

  const keep = (data: Variables) => {
    if (!task.can.draft || busy.peek()) return;
    keepDraft(task.id, data, () => {
      saved.value = text.draftSaved(when(new Date().toISOString()));
    });
  };

  const ready = (read: (() => Variables | undefined) | undefined) => {
    formReader.value = read;
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
