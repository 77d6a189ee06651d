/** Keyboard shortcuts: single keys while nobody types, Escape and keys with Ctrl always. */

import { useEffect } from 'preact/hooks';

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const nameOf = ({ key, ctrlKey, metaKey }: KeyboardEvent) => (ctrlKey || metaKey ? `Ctrl+${key}` : key);

const works = (name: string, { altKey, target }: KeyboardEvent) =>
  name === 'Escape' || name.startsWith('Ctrl+') || !(altKey || typing(target));

/**
 * Binds keys by name (`j`, `Ctrl+Enter`) while the component lives; an entry left undefined does nothing.
 * Keys of the page rest while a dialog is open; a dialog binds its own with `'dialog'`.
 */
export function useKeys(keys: Record<string, (() => void) | undefined>, place: 'page' | 'dialog' = 'page') {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const name = nameOf(event);
      const action = keys[name];
      const open = document.querySelector('dialog[open]') ? 'dialog' : 'page';
      if (!action || event.defaultPrevented || place !== open || !works(name, event)) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}
