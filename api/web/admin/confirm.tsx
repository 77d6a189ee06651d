/** Asks before something is gone for good; and shows what is shown only once. */

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

/** A secret to take along: selected, so that one keystroke copies it; no clipboard is needed, which plain http has not. */
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
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <button type="button" class="primary" onClick={onClose}>
          {shell.close}
        </button>
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
