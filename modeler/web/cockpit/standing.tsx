/** How a definition stands: whether it may start, what a start would miss, and the operator's say in both. */

import { useSignal } from '@preact/signals';
import { address, ask } from '../../../api/web/client.js';
import { Dialog } from '../../../api/web/dialog.js';
import type { Definition } from '../../../api/web/model.js';
import { resource, useResource } from '../../../api/web/resource.js';
import { attempt } from '../../../api/web/toast.js';
import { text } from './text.js';

const policies = ['off', 'warn', 'refuse'] as const;

interface StandingProps {
  definition: Definition;
  onChanged: () => void;
}

/** What would be missing, and what a start does then. */
function Missing({ definition, onChanged, onClose }: StandingProps & { onClose: () => void }) {
  const readiness = useResource(
    () => resource(() => address('GET /definitions/{id}/readiness', { path: { id: definition.id } })),
    [definition.id],
  );
  const choose = async (startPolicy: (typeof policies)[number]) => {
    const header = { 'if-match': `"${definition.rev}"` };
    await attempt(() => ask('PATCH /definitions/{id}', { path: { id: definition.id }, header, body: { startPolicy } }));
    onChanged();
  };
  const missing = readiness.data.value?.missing;
  return (
    <Dialog title={text.readiness} onClose={onClose}>
      {missing?.length === 0 && <p>{text.ready}</p>}
      {missing && missing.length > 0 && (
        <ul>
          {missing.map(({ kind, id, sentence }) => (
            <li key={`${kind} ${id}`}>{sentence}</li>
          ))}
        </ul>
      )}
      <label class="field">
        {text.startPolicy}
        <select
          value={definition.startPolicy}
          onChange={event => choose(event.currentTarget.value as (typeof policies)[number])}
        >
          {policies.map(policy => (
            <option key={policy} value={policy}>
              {text.startPolicies[policy]}
            </option>
          ))}
        </select>
      </label>
    </Dialog>
  );
}

export function Standing({ definition, onChanged }: StandingProps) {
  const asking = useSignal<'suspend' | 'readiness' | undefined>(undefined);
  const withInstances = useSignal(false);
  const close = () => {
    asking.value = undefined;
  };
  const path = { id: definition.id };
  const suspend = async () => {
    close();
    await attempt(() => ask('POST /definitions/{id}/suspend', { path, body: { instances: withInstances.value } }));
    onChanged();
  };
  const activate = async () => {
    await attempt(() => ask('POST /definitions/{id}/activate', { path, body: { instances: true } }));
    onChanged();
  };
  const show = (what: 'suspend' | 'readiness') => () => {
    asking.value = what;
  };
  return (
    <>
      <button type="button" onClick={show('readiness')}>
        {text.readiness}
      </button>
      {definition.state === 'suspended' ? (
        <button type="button" onClick={activate}>
          {text.activate}
        </button>
      ) : (
        <button type="button" onClick={show('suspend')}>
          {text.suspend}
        </button>
      )}
      {asking.value === 'readiness' && <Missing definition={definition} onChanged={onChanged} onClose={close} />}
      {asking.value === 'suspend' && (
        <Dialog
          title={text.suspendDefinitionTitle}
          onClose={close}
          footer={
            <>
              <button type="button" onClick={close}>
                {text.keep}
              </button>
              <button type="button" class="primary" onClick={suspend}>
                {text.suspend}
              </button>
            </>
          }
        >
          <p>{text.suspendDefinitionHelp}</p>
          <label>
            <input
              type="checkbox"
              checked={withInstances.value}
              onChange={event => {
                withInstances.value = event.currentTarget.checked;
              }}
            />{' '}
            {text.suspendInstances}
          </label>
        </Dialog>
      )}
    </>
  );
}
