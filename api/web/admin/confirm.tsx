/** Asks before something is gone for good; and shows what is shown only once. */

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Dialog } from '../dialog.js';
import { text as shell } from '../text.js';
import { attempt } from '../toast.js';

interface ConfirmProps {
  title: string;
  help: string;
  submit: string;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

export const Confirm = ({ title, help, submit, onConfirm, onClose }: ConfirmProps) => (
  <Dialog
    title={title}
    onClose={onClose}
    footer={
      <>
        <button type="button" onClick={onClose}>
          {shell.cancel}
        </button>
        <button
          type="button"
          class="danger"
          onClick={async () => {
            await attempt(onConfirm);
            onClose();
          }}
        >
          {submit}
        </button>
      </>
    }
  >
    <p>{help}</p>
  </Dialog>
);

/** Puts the text of a field on the clipboard, in the way that plain http has, too; it stays selected. */
function copy(field: HTMLInputElement): boolean {
  field.select();
  return document.execCommand('copy');
}

/** A secret to take along: selected, and copied by a click. */
export function Once({
  title,
  help,
  value,
  onClose,
}: {
  title: string;
  help: string;
  value: string;
  onClose: () => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const copied = useSignal(false);
  const take = () => {
    copied.value = copy(field.current!);
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <span role="status">{copied.value && shell.copied}</span>
          <button type="button" onClick={take}>
            {shell.copy}
          </button>
          <button type="button" class="primary" onClick={onClose}>
            {shell.close}
          </button>
        </>
      }
    >
      <p id="once-help">{help}</p>
      <input
        ref={field}
        class="wide mono"
        readOnly
        value={value}
        aria-label={title}
        aria-describedby="once-help"
        onFocus={() => field.current?.select()}
      />
    </Dialog>
  );
}
