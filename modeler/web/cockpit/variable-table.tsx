/** The variables of an instance; an operator edits a value with its type, or adds one. */

import { useSignal } from '@preact/signals';
import { ask } from '../../../api/web/client.js';
import { Icon } from '../../../api/web/icons.js';
import type { Json } from '../../../api/web/model.js';
import { text as shell } from '../../../api/web/text.js';
import { attempt } from '../../../api/web/toast.js';
import {
  type Draft,
  emptyDraft,
  shown,
  TypeField,
  toDrafts,
  toVariables,
  ValueField,
} from '../../../api/web/variables.js';
import type { LiveInstance } from './live-instance.js';
import { text } from './text.js';

interface Line {
  name: string;
  value: Json;
  /** Inner scope; the whole instance where absent. */
  activation?: number;
  element?: string;
}

interface EditingProps {
  draft: Draft;
  isNew: boolean;
  onChange: (draft: Draft) => void;
  onSave: () => void;
  onClose: () => void;
}

function Editing({ draft, isNew, onChange, onSave, onClose }: EditingProps) {
  return (
    <form
      class="variable editing"
      onSubmit={event => {
        event.preventDefault();
        onSave();
      }}
    >
      <input
        aria-label={shell.variable.name}
        placeholder={shell.variable.name}
        value={draft.name}
        disabled={!isNew}
        onInput={event => onChange({ ...draft, name: event.currentTarget.value })}
      />
      <TypeField draft={draft} onChange={onChange} />
      <ValueField draft={draft} onInput={value => onChange({ ...draft, value })} />
      <span>
        <button type="submit" class="primary small">
          {shell.save}
        </button>{' '}
        <button type="button" class="small" onClick={onClose}>
          {shell.cancel}
        </button>
      </span>
    </form>
  );
}

const linesOf = (live: LiveInstance): Line[] => {
  const answer = live.variables.data.value;
  if (!answer) return [];
  return [...Object.entries(answer.variables).map(([name, value]) => ({ name, value })), ...answer.scoped];
};

export function VariableTable({
  live,
  editable,
  element,
}: {
  live: LiveInstance;
  editable: boolean;
  element?: string;
}) {
  const editing = useSignal<{ draft: Draft; line?: Line } | undefined>(undefined);
  const lines = linesOf(live).filter(line => !element || !line.element || line.element === element);
  const instance = live.instance.data.value!;
  const close = () => {
    editing.value = undefined;
  };
  const save = () =>
    attempt(async () => {
      const { draft, line } = editing.peek()!;
      const body = { variables: toVariables([draft]), activation: line?.activation };
      await ask('PUT /instances/{id}/variables', { path: { id: instance.id }, body });
      close();
      await live.variables.reload();
    });
  const form = editing.value && (
    <Editing
      draft={editing.value.draft}
      isNew={!editing.value.line}
      onChange={draft => {
        editing.value = { ...editing.peek(), draft };
      }}
      onSave={save}
      onClose={close}
    />
  );
  const isEdited = ({ name, activation }: Line) =>
    editing.value?.line?.name === name && editing.value.line.activation === activation;
  return (
    <>
      {lines.length === 0 && !editing.value && <p class="nothing">{text.noVariables}</p>}
      {lines.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>{shell.variable.name}</th>
              <th>{text.scope}</th>
              <th>{shell.variable.value}</th>
              <th>
                <span class="hidden">{text.edit('')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map(line => (
              <tr key={`${line.activation ?? ''} ${line.name}`}>
                {isEdited(line) ? (
                  <td colSpan={4}>{form}</td>
                ) : (
                  <>
                    <td>{line.name}</td>
                    <td class="muted">{line.element ?? text.wholeProcess}</td>
                    <td class="mono">{shown(line.value)}</td>
                    <td class="number">
                      {editable && (
                        <button
                          type="button"
                          class="quiet small"
                          aria-label={text.edit(line.name)}
                          onClick={() => {
                            editing.value = { draft: toDrafts({ [line.name]: line.value })[0]!, line };
                          }}
                        >
                          <Icon name="draft" />
                        </button>
                      )}
                    </td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {editing.value && !editing.value.line && form}
      {editable && !editing.value && (
        <button
          type="button"
          class="quiet small add"
          onClick={() => {
            editing.value = { draft: emptyDraft() };
          }}
        >
          <Icon name="plus" /> {text.add}
        </button>
      )}
    </>
  );
}
