/** A form of any kind: form-js (loaded when first needed), the variable editor, or a link to another place. */

import { signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Form as FormDescription, Variables } from '../../api/web/model.js';
import { text as shell } from '../../api/web/text.js';
import { attempt } from '../../api/web/toast.js';
import { type Draft, toDrafts, toVariables, VariableEditor } from '../../api/web/variables.js';
import { text } from './text.js';

interface FormProps {
  form: FormDescription;
  readOnly: boolean;
  /** What is said where there is no form. */
  noForm: string;
  /** Called after each change with what the form holds now, valid or not. */
  onChange?: (data: Variables) => void;
  /** Gets the function that reads the form: its variables, or undefined when something is not valid. */
  onReady: (read: (() => Variables | undefined) | undefined) => void;
}

type FormJs = Awaited<ReturnType<typeof import('./form-js.js')['openForm']>>;

function Schema({ form, readOnly, onChange, onReady }: FormProps & { form: { schema: Record<string, unknown> } }) {
  const place = useRef<HTMLDivElement>(null);
  const opened = useSignal<FormJs | undefined>(undefined);
  const changed = useRef(onChange);
  changed.current = onChange;

  useEffect(() => {
    let left = false;
    let close = () => {};
    attempt(async () => {
      const { openForm } = await import('./form-js.js');
      const { schema, data = {} } = form;
      const js = await openForm(place.current!, schema, data, readOnly, now => changed.current?.(now));
      if (left) return js.close();
      close = js.close;
      opened.value = js;
      onReady(js.read);
    });
    return () => {
      left = true;
      onReady(undefined);
      close();
    };
  }, [form]);

  useEffect(() => opened.value?.setReadOnly(readOnly), [opened.value, readOnly]);

  return (
    <>
      {!opened.value && <p class="muted">{shell.loading}</p>}
      <div class="foreign" ref={place} />
    </>
  );
}

function TypedVariables({ form, readOnly, noForm, onChange, onReady }: FormProps) {
  const drafts = useMemo(() => signal<Draft[]>(toDrafts(form.data ?? {})), [form]);
  const problem = useSignal('');

  useEffect(() => {
    onReady(() => {
      try {
        problem.value = '';
        return toVariables(drafts.peek());
      } catch (error) {
        problem.value = (error as Error).message;
        return undefined;
      }
    });
    const first = drafts.peek();
    const stop = drafts.subscribe(lines => {
      if (lines === first) return;
      try {
        onChange?.(toVariables(lines));
      } catch {
        // A half-typed line is no draft yet.
      }
    });
    return () => {
      stop();
      onReady(undefined);
    };
  }, [form]);

  return (
    <>
      <p class="muted">{noForm}</p>
      <VariableEditor drafts={drafts} disabled={readOnly} />
      {problem.value && (
        <p class="refused" role="alert">
          {problem.value}
        </p>
      )}
    </>
  );
}

function External({ url, onReady }: { url: string; onReady: FormProps['onReady'] }) {
  useEffect(() => {
    onReady(() => ({}));
    return () => onReady(undefined);
  }, []);
  // The address comes from the model: only what opens a page is a link.
  const opens = URL.canParse(url, location.href) && /^https?:$/.test(new URL(url, location.href).protocol);
  if (!opens) return <p>{`${text.external} ${url}`}</p>;
  return (
    <p>
      {text.external}{' '}
      <a href={url} target="_blank" rel="noreferrer">
        {text.openForm}
      </a>
    </p>
  );
}

/** Calls `onReady` with the way to read the form, and with undefined when it goes. */
export function Form(props: FormProps) {
  return (
    <>
      {props.form.notice && <p class="muted">{props.form.notice}</p>}
      <Kind {...props} />
    </>
  );
}

function Kind(props: FormProps) {
  const { form } = props;
  if (form.kind === 'form-js') return <Schema {...props} form={form} />;
  if (form.kind === 'variables') return <TypedVariables {...props} />;
  return <External url={form.url} onReady={props.onReady} />;
}
