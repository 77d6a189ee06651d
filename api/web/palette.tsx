/** Ctrl+K: one field that finds tasks, instances by business key, processes and pages. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ask } from './client.js';
import { Dialog } from './dialog.js';
import { user } from './session.js';
import { text } from './text.js';

interface Choice {
  kind: keyof typeof text.kinds;
  name: string;
  more?: string;
  href: string;
}

const administration: Choice = { kind: 'page', name: text.administration, href: 'admin.html' };

const pages = (): Choice[] => [
  { kind: 'page', name: text.tasks, href: 'tasklist.html' },
  { kind: 'page', name: text.model, href: 'modeler.html' },
  { kind: 'page', name: text.operate, href: 'cockpit.html' },
  ...(user.peek()?.administrator ? [administration] : []),
  { kind: 'page', name: text.profile, href: 'profile.html' },
];

const holds = (words: string, ...values: (string | undefined)[]) =>
  values.some(value => value?.toLowerCase().includes(words.toLowerCase()));

async function find(words: string): Promise<Choice[]> {
  if (!words) return pages();
  const [tasks, instances, definitions] = await Promise.all([
    ask('GET /tasks', { query: { view: 'all', text: words, limit: 6 } }),
    ask('GET /instances', { query: { businessKey: words, limit: 6 } }),
    ask('GET /definitions', { query: { latest: true, limit: 200 } }),
  ]);
  return [
    ...tasks.items.map(
      ({ id, name, businessKey }): Choice => ({
        kind: 'task',
        name,
        more: businessKey,
        href: `tasklist.html?view=all&t=${id}`,
      }),
    ),
    ...instances.items.map(
      ({ id, businessKey, key }): Choice => ({
        kind: 'instance',
        name: businessKey ?? id,
        more: key,
        href: `cockpit.html?i=${id}`,
      }),
    ),
    ...definitions.items
      .filter(({ name, key }) => holds(words, name, key))
      .slice(0, 6)
      .map(
        ({ name, key }): Choice => ({
          kind: 'process',
          name: name ?? key,
          more: name && key,
          href: `cockpit.html?p=${encodeURIComponent(key)}`,
        }),
      ),
    ...pages().filter(({ name }) => holds(words, name)),
  ];
}

export function Palette({ onClose }: { onClose: () => void }) {
  const words = useSignal('');
  const choices = useSignal(pages());
  const at = useSignal(0);
  const asked = useRef(0);

  useEffect(() => {
    const mine = ++asked.current;
    const timer = setTimeout(async () => {
      const found = await find(words.value.trim()).catch(() => []);
      if (mine !== asked.current) return;
      choices.value = found;
      at.value = 0;
    }, 120);
    return () => clearTimeout(timer);
  }, [words.value]);

  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at.value = Math.max(0, Math.min(choices.value.length - 1, at.value + step));
    else if (event.key === 'Enter' && choices.value[at.value]) location.assign(choices.value[at.value]!.href);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title={text.go} onClose={onClose}>
      <input
        type="search"
        class="wide"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette"
        aria-activedescendant={choices.value.length ? `palette-${at.value}` : undefined}
        aria-label={text.go}
        placeholder={text.paletteHint}
        value={words.value}
        onInput={event => {
          words.value = event.currentTarget.value;
        }}
        onKeyDown={press}
      />
      <div class="choices" role="listbox" id="palette" aria-label={text.go}>
        {choices.value.map(({ kind, name, more, href }, index) => (
          <div
            key={href}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at.value}
            onClick={() => location.assign(href)}
            onKeyDown={press}
          >
            <span>{name}</span>
            {more && <span class="muted">{more}</span>}
            <span class="kind">{text.kinds[kind]}</span>
          </div>
        ))}
      </div>
      {choices.value.length === 0 && <p class="muted">{text.nothingFound}</p>}
    </Dialog>
  );
}
