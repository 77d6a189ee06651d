/** Keyboard shortcuts: single keys while nobody types, keys with Ctrl always. */

import { useEffect } from 'preact/hooks';

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('dialog') !== null);

const nameOf = ({ key, ctrlKey, metaKey }: KeyboardEvent) => (ctrlKey || metaKey ? `Ctrl+${key}` : key);

/** Binds keys by name (`j`, `Ctrl+Enter`) while the component lives; an entry left undefined does nothing. */
export function useKeys(keys: Record<string, (() => void) | undefined>) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const name = nameOf(event);
      const action = keys[name];
      if (!action || event.defaultPrevented || (!name.startsWith('Ctrl+') && (event.altKey || typing(event.target))))
        return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}
