/** A dialog made from a list of fields: texts, dates, yes or no, one or several of a choice. */

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Dialog } from '../dialog.js';
import { text as shell } from '../text.js';
import { explain } from '../toast.js';

export interface Option {
  value: string;
  label: string;
}

/** What there is, and what somebody has beyond that: the form would take it away. */
export const optionsOf = (items: { id: string; name: string }[] = [], has: string[] = []): Option[] => [
  ...items.map(({ id, name }) => ({ value: id, label: name })),
  ...has.filter(id => !items.some(item => item.id === id)).map(id => ({ value: id, label: id })),
];

export interface Field {
  name: string;
  label: string;
  /** Default: text. */
  kind?: 'text' | 'email' | 'password' | 'datetime-local' | 'check' | 'choice' | 'choices';
  options?: Option[];
  /** Of a text: what it could be. */
  suggestions?: Option[];
  required?: boolean;
  help?: string;
}

export type Values = Record<string, string | string[] | boolean | number | undefined>;

interface FormDialogProps {
  title: string;
  /** A function where fields follow from what stands in others. */
  fields: Field[] | ((values: Values) => Field[]);
  values?: Values;
  /** Of the button. */
  submit: string;
  onSubmit: (values: Values) => Promise<void>;
  onClose: () => void;
}

const Help = ({ id, text }: { id: string; text: string | undefined }) =>
  text ? (
    <p id={id} class="muted">
      {text}
    </p>
  ) : null;

/** So many boxes stand beside each other. */
const MANY = 8;

/** Several of a choice: a box for each. */
const Choices = ({ field, chosen }: { field: Field; chosen: string[] }) => (
  <fieldset class={field.options && field.options.length > MANY ? 'choice many' : 'choice'}>
    <legend>{field.label}</legend>
    <Help id={`${field.name}-help`} text={field.help} />
    {(field.options ?? []).map(({ value, label }) => (
      <label key={value}>
        <input type="checkbox" name={field.name} value={value} defaultChecked={chosen.includes(value)} /> {label}
      </label>
    ))}
    {field.options?.length === 0 && <span class="muted">–</span>}
  </fieldset>
);

function Input({ field, value }: { field: Field; value: Values[string] }) {
  const { name, label, kind = 'text', options = [], suggestions, required, help } = field;
  if (kind === 'choices') return <Choices field={field} chosen={Array.isArray(value) ? value : []} />;
  if (kind === 'check')
    return (
      <label class="check">
        <input type="checkbox" name={name} defaultChecked={value === true} /> {label}
      </label>
    );
  const described = help === undefined ? undefined : `${name}-help`;
  return (
    <>
      <label class="field" for={`field-${name}`}>
        {label}
        {kind === 'choice' ? (
          <select id={`field-${name}`} name={name} defaultValue={String(value ?? '')} aria-describedby={described}>
            {options.map(option => (
              <option key={option.value} value={option.value} selected={option.value === value}>
                {option.label}
              </option>
            ))}
          </select>
        ) : (
          <input
            id={`field-${name}`}
            name={name}
            type={kind}
            defaultValue={String(value ?? '')}
            required={required}
            list={suggestions && `${name}-suggestions`}
            autocomplete={kind === 'password' ? 'new-password' : 'off'}
            aria-describedby={described}
          />
        )}
      </label>
      {suggestions && (
        <datalist id={`${name}-suggestions`}>
          {suggestions.map(({ value: suggested, label: shown }) => (
            <option key={suggested} value={suggested} label={shown} />
          ))}
        </datalist>
      )}
      <Help id={`${name}-help`} text={help} />
    </>
  );
}

const readers: Partial<Record<NonNullable<Field['kind']>, (data: FormData, name: string) => Values[string]>> = {
  check: (data, name) => data.has(name),
  choices: (data, name) => data.getAll(name).map(String),
};

/** What stands in the fields; an empty text is undefined. */
function read(form: HTMLFormElement, fields: Field[]): Values {
  const data = new FormData(form);
  const plain = (_: FormData, name: string) => String(data.get(name) ?? '').trim() || undefined;
  return Object.fromEntries(fields.map(({ name, kind = 'text' }) => [name, (readers[kind] ?? plain)(data, name)]));
}

export function FormDialog({ title, fields: asked, values = {}, submit, onSubmit, onClose }: FormDialogProps) {
  const refused = useSignal('');
  const filled = useSignal(values);
  const form = useRef<HTMLFormElement>(null);
  const fields = typeof asked === 'function' ? asked(filled.value) : asked;
  const follow = () => {
    filled.value = { ...filled.peek(), ...read(form.current!, fields) };
  };
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    refused.value = '';
    try {
      await onSubmit(read(form.current!, fields));
      onClose();
    } catch (error) {
      refused.value = explain(error);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form ref={form} class="fields" onSubmit={send} onChange={follow}>
        {fields.map(field => (
          <Input key={field.name} field={field} value={values[field.name]} />
        ))}
        {refused.value && (
          <p class="refused" role="alert">
            {refused.value}
          </p>
        )}
        <div class="buttons">
          <button type="button" onClick={onClose}>
            {shell.cancel}
          </button>
          <button type="submit" class="primary">
            {submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
