/** A modal dialog: the browser's own, with title, body, and buttons. */

import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icons.js';
import { text } from './text.js';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  footer?: ComponentChildren;
  wide?: boolean;
}

/** `ref` of the field that a dialog begins with, where it comes after the dialog has opened. */
export const takeFocus = (node: HTMLElement | null) => node?.focus();

/** Puts the focus on the first field that one can fill. */
export const focusField = (place: Element | null | undefined) =>
  place
    ?.querySelector<HTMLElement>(':is(input, select, textarea):not(:disabled, [readonly], [aria-readonly="true"])')
    ?.focus();

export function Dialog({ title, onClose, children, footer, wide }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Before anything is painted: who types at once loses no key.
  useLayoutEffect(() => {
    element.current?.showModal();
    // The browser would begin with the close button.
    focusField(element.current?.querySelector('.body'));
  }, []);
  return (
    <dialog ref={element} class={wide ? 'wide' : ''} aria-labelledby={heading} onClose={onClose}>
      <header>
        <h2 id={heading}>{title}</h2>
        <button type="button" class="quiet small" aria-label={text.close} onClick={() => element.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      <div class="body">{children}</div>
      {footer && <footer>{footer}</footer>}
    </dialog>
  );
}
