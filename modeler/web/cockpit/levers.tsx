/** What an operator can do with a running instance: suspend, activate, cancel; each asks first. */

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { ask } from '../../../api/web/client.js';
import { Dialog } from '../../../api/web/dialog.js';
import { Icon } from '../../../api/web/icons.js';
import type { Instance } from '../../../api/web/model.js';
import { attempt } from '../../../api/web/toast.js';
import { text } from './text.js';

interface LeversProps {
  instance: Instance;
  onChanged: () => void;
}

export function Levers({ instance: { id, state }, onChanged }: LeversProps) {
  const asking = useSignal<'suspend' | 'cancel' | undefined>(undefined);
  const reason = useRef<HTMLInputElement>(null);
  const close = () => {
    asking.value = undefined;
  };
  const act = async (work: () => Promise<unknown>) => {
    close();
    await attempt(work);
    onChanged();
  };
  const suspend = () => act(() => ask('POST /instances/{id}/suspend', { path: { id } }));
  const activate = () => act(() => ask('POST /instances/{id}/activate', { path: { id } }));
  const cancel = () => {
    const given = reason.current?.value.trim();
    return act(() => ask('DELETE /instances/{id}', { path: { id }, query: { reason: given } }));
  };
  const keep = (
    <button type="button" onClick={close}>
      {text.keep}
    </button>
  );
  return (
    <div class="levers">
      {state === 'suspended' ? (
        <button type="button" onClick={activate}>
          <Icon name="play" /> {text.activate}
        </button>
      ) : (
        <button
          type="button"
          onClick={() => {
            asking.value = 'suspend';
          }}
        >
          <Icon name="pause" /> {text.suspend}
        </button>
      )}
      <button
        type="button"
        class="danger"
        onClick={() => {
          asking.value = 'cancel';
        }}
      >
        {text.cancel}
      </button>
      {asking.value === 'suspend' && (
        <Dialog
          title={text.suspendTitle}
          onClose={close}
          footer={
            <>
              {keep}
              <button type="button" class="primary" onClick={suspend}>
                {text.suspend}
              </button>
            </>
          }
        >
          <p>{text.suspendHelp}</p>
        </Dialog>
      )}
      {asking.value === 'cancel' && (
        <Dialog
          title={text.cancelTitle}
          onClose={close}
          footer={
            <>
              {keep}
              <button type="button" class="danger" onClick={cancel}>
                {text.cancel.replace('…', '')}
              </button>
            </>
          }
        >
          <p>{text.cancelHelp}</p>
          <label class="field">
            {text.reason}
            <input ref={reason} />
          </label>
        </Dialog>
      )}
    </div>
  );
}
