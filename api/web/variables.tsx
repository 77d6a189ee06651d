/** The typed variable editor: name, type and value of each; used for tasks without a form, starts and instances. */

import type { Signal } from '@preact/signals';
import { Icon } from './icons.js';
import type { Json, Variables } from './model.js';
import { text } from './text.js';

const words = text.variable;

export type VariableType = keyof typeof words.types;

/** One line of the editor; the value as it is typed. */
export interface Draft {
  id: number;
  name: string;
  type: VariableType;
  value: string;
}

let last = 0;

const typeOf = (value: Json): VariableType =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? (typeof value as VariableType)
    : 'json';

/** `{ amount: 5 }` → lines to edit. */
export const toDrafts = (variables: Variables): Draft[] =>
  Object.entries(variables).map(([name, value]) => {
    const type = typeOf(value);
    return { id: ++last, name, type, value: type === 'json' ? JSON.stringify(value, null, 1) : String(value) };
  });

export const emptyDraft = (): Draft => ({ id: ++last, name: '', type: 'string', value: '' });

const readers: Record<VariableType, (draft: Draft) => Json> = {
  string: ({ value }) => value,
  number: ({ name, value }) => {
    if (value.trim() === '' || !Number.isFinite(Number(value))) throw new Error(words.noNumber(name));
    return Number(value);
  },
  boolean: ({ value }) => value === 'true',
  json: ({ name, value }) => {
    try {
      return JSON.parse(value);
    } catch {
      throw new Error(words.noJson(name));
    }
  },
};

/** The lines as variables. Throws an error that names the first line that cannot be read. */
export function toVariables(drafts: Draft[]): Variables {
  const entries = drafts.map(draft => {
    const name = draft.name.trim();
    if (!name) throw new Error(words.noName);
    return [name, readers[draft.type]({ ...draft, name })] as const;
  });
  const twice = entries.find(([name], index) => entries.findIndex(([other]) => other === name) !== index);
  if (twice) throw new Error(words.twice(twice[0]));
  return Object.fromEntries(entries);
}

/** A value for reading: text as it is, everything else as JSON. */
export const shown = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

interface ValueProps {
  draft: Draft;
  disabled?: boolean;
  onInput: (value: string) => void;
}

export function ValueField({ draft: { name, type, value }, disabled, onInput }: ValueProps) {
  const common = { disabled, 'aria-label': `${words.value} ${name}` };
  if (type === 'boolean')
    return (
      <select {...common} value={value} onChange={event => onInput(event.currentTarget.value)}>
        <option value="true">{words.yes}</option>
        <option value="false">{words.no}</option>
      </select>
    );
  if (type === 'json')
    return (
      <textarea {...common} class="mono" rows={3} value={value} onInput={event => onInput(event.currentTarget.value)} />
    );
  return (
    <input
      {...common}
      inputMode={type === 'number' ? 'decimal' : undefined}
      value={value}
      onInput={event => onInput(event.currentTarget.value)}
    />
  );
}

export function TypeField({
  draft,
  disabled,
  onChange,
}: {
  draft: Draft;
  disabled?: boolean;
  onChange: (draft: Draft) => void;
}) {
  const choose = (type: VariableType) =>
    onChange({ ...draft, type, value: type === 'boolean' ? String(draft.value === 'true') : draft.value });
  return (
    <select
      aria-label={`${words.type} ${draft.name}`}
      value={draft.type}
      disabled={disabled}
      onChange={event => choose(event.currentTarget.value as VariableType)}
    >
      {Object.entries(words.types).map(([type, label]) => (
        <option key={type} value={type}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** Edits the lines of `drafts` in place. */
export function VariableEditor({ drafts, disabled }: { drafts: Signal<Draft[]>; disabled?: boolean }) {
  const change = (changed: Draft) => {
    drafts.value = drafts.value.map(draft => (draft.id === changed.id ? changed : draft));
  };
  return (
    <div class="variables">
      {drafts.value.map(draft => (
        <div key={draft.id} class="variable">
          <input
            aria-label={words.name}
            placeholder={words.name}
            value={draft.name}
            disabled={disabled}
            onInput={event => change({ ...draft, name: event.currentTarget.value })}
          />
          <TypeField draft={draft} disabled={disabled} onChange={change} />
          <ValueField draft={draft} disabled={disabled} onInput={value => change({ ...draft, value })} />
          <button
            type="button"
            class="quiet small"
            disabled={disabled}
            aria-label={words.remove(draft.name)}
            onClick={() => {
              drafts.value = drafts.value.filter(({ id }) => id !== draft.id);
            }}
          >
            <Icon name="trash" />
          </button>
        </div>
      ))}
      <button
        type="button"
        class="small"
        disabled={disabled}
        onClick={() => {
          drafts.value = [...drafts.value, emptyDraft()];
        }}
      >
        <Icon name="plus" /> {words.add}
      </button>
    </div>
  );
}
