/** The dialog that starts a process: choose one, fill its start form, go. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ask } from '../../api/web/client.js';
import { Dialog, focusField, takeFocus } from '../../api/web/dialog.js';
import { Icon } from '../../api/web/icons.js';
import { useKeys } from '../../api/web/keys.js';
import type { Definition, Form as FormDescription, Instance, Variables } from '../../api/web/model.js';
import { text as shell } from '../../api/web/text.js';
import { attempt, toast } from '../../api/web/toast.js';
import { Form } from './form.js';
import { choose, counts, tasks } from './state.js';
import { text } from './text.js';

const words = text.start;
const nameOf = ({ name, key }: Definition) => name ?? key;

function Processes({ onChoose }: { onChoose: (definition: Definition) => void }) {
  const found = useSignal<Definition[] | undefined>(undefined);
  const searched = useSignal('');
  useEffect(() => {
    attempt(async () => {
      found.value = (await ask('GET /definitions', { query: { latest: true, startable: true, limit: 500 } })).items;
    });
  }, []);
  if (!found.value) return <p class="muted">{shell.loading}</p>;
  if (found.value.length === 0) return <p>{words.none}</p>;
  const matching = found.value.filter(({ name, key }) =>
    `${name} ${key}`.toLowerCase().includes(searched.value.toLowerCase()),
  );
  return (
    <>
      <input
        ref={takeFocus}
        type="search"
        class="wide"
        aria-label={words.find}
        placeholder={words.find}
        onInput={event => {
          searched.value = event.currentTarget.value;
        }}
      />
      <ul class="offers">
        {matching.map(definition => (
          <li key={definition.id}>
            <button type="button" class="quiet" onClick={() => onChoose(definition)}>
              <Icon name="play" />
              <span>{nameOf(definition)}</span>
              <span class="aside">{words.version(definition.version)}</span>
            </button>
          </li>
        ))}
      </ul>
      {matching.length === 0 && <p class="muted">{shell.nothingFound}</p>}
    </>
  );
}

/** Opens the first task that the new instance gives its starter, if any. */
async function showStarted(definition: Definition, instance: Instance) {
  toast(words.started(nameOf(definition)), {
    link: { href: `cockpit.html?i=${instance.id}`, label: text.showInstance },
  });
  const { items } = await ask('GET /tasks', { query: { view: 'all', instance: instance.id, limit: 1 } });
  await Promise.all([tasks.reload(), counts.reload()]);
  if (items[0]) choose(items[0].id);
}

function Start({ definition, onDone, onBack }: { definition: Definition; onDone: () => void; onBack: () => void }) {
  const form = useSignal<FormDescription | undefined>(undefined);
  const read = useRef<() => Variables | undefined>();
  const businessKey = useRef<HTMLInputElement>(null);
  const fields = useRef<HTMLDivElement>(null);
  const starting = useSignal(false);
  useEffect(() => {
    attempt(async () => {
      form.value = await ask('GET /definitions/{id}/form', { path: { id: definition.id } });
    });
  }, [definition.id]);

  /** Some start forms ask for the business key themselves. */
  const keyField = form.value?.kind === 'form-js' ? form.value.businessKey : undefined;

  const start = async () => {
    const variables = read.current?.();
    if (!variables || starting.peek()) return;
    starting.value = true;
    await attempt(async () => {
      const instance = await ask('POST /instances', {
        body: {
          definition: definition.id,
          businessKey: keyField
            ? String(variables[keyField] ?? '') || undefined
            : businessKey.current?.value.trim() || undefined,
          variables,
        },
      });
      onDone();
      await showStarted(definition, instance);
    });
    starting.value = false;
  };
  useKeys({ 'Ctrl+Enter': start }, 'dialog');

  return (
    <div ref={fields}>
      {form.value && !keyField && (
        <label class="field">
          {words.businessKey}
          <input ref={businessKey} />
        </label>
      )}
      {form.value ? (
        <Form
          form={form.value}
          readOnly={false}
          noForm={words.noForm}
          onReady={reader => {
            read.current = reader;
            if (reader) focusField(fields.current);
          }}
        />
      ) : (
        <p class="muted">{shell.loading}</p>
      )}
      <div class="buttons">
        <button type="button" onClick={onBack}>
          {words.back}
        </button>
        <button type="button" class="primary" disabled={starting.value || !form.value} onClick={start}>
          {words.start} <kbd>Ctrl ↵</kbd>
        </button>
      </div>
    </div>
  );
}

/** `chosen` is the id of a definition, or `choose`. */
export function StartDialog({ chosen, onClose }: { chosen: string; onClose: () => void }) {
  const definition = useSignal<Definition | undefined>(undefined);
  useEffect(() => {
    if (chosen === 'choose') return;
    attempt(async () => {
      definition.value = await ask('GET /definitions/{id}', { path: { id: chosen } });
    });
  }, [chosen]);
  return (
    <Dialog title={definition.value ? `${words.start}: ${nameOf(definition.value)}` : words.title} onClose={onClose}>
      {definition.value ? (
        <Start
          definition={definition.value}
          onDone={onClose}
          onBack={() => {
            definition.value = undefined;
          }}
        />
      ) : (
        <Processes
          onChoose={found => {
            definition.value = found;
          }}
        />
      )}
    </Dialog>
  );
}
