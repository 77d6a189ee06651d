/** A dialog to choose a person: to assign a task to, or to delegate it to. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask } from '../../api/web/client.js';
import { Dialog } from '../../api/web/dialog.js';
import type { User } from '../../api/web/model.js';
import { initials, user } from '../../api/web/session.js';
import { text as shell } from '../../api/web/text.js';
import { attempt } from '../../api/web/toast.js';
import { text } from './text.js';

interface PeopleProps {
  title: string;
  help: string;
  /** Who has it already is not offered. */
  without?: string;
  /** Offers to leave the task to nobody. */
  nobody?: boolean;
  onChoose: (id: string | null) => void;
  onClose: () => void;
}

export function ChoosePerson({ title, help, without, nobody, onChoose, onClose }: PeopleProps) {
  const people = useSignal<User[]>([]);
  const words = useSignal('');
  useEffect(() => {
    attempt(async () => {
      people.value = (await ask('GET /users')).items;
    });
  }, []);
  const matching = people.value.filter(
    ({ id, name }) => id !== without && `${id} ${name}`.toLowerCase().includes(words.value.toLowerCase()),
  );
  const take = (id: string | null) => {
    onClose();
    onChoose(id);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="muted">{help}</p>
      <input
        type="search"
        class="wide"
        aria-label={text.findPerson}
        placeholder={text.findPerson}
        onInput={event => {
          words.value = event.currentTarget.value;
        }}
      />
      <ul class="offers">
        {nobody && (
          <li>
            <button type="button" class="quiet" onClick={() => take(null)}>
              {text.assignNobody}
            </button>
          </li>
        )}
        {matching.map(({ id, name, groups }) => (
          <li key={id}>
            <button type="button" class="quiet" onClick={() => take(id)}>
              <span class="avatar" aria-hidden="true">
                {initials(name)}
              </span>
              <span>
                {name} {id === user.value?.id && `(${text.you})`}
              </span>
              <span class="aside">{groups.join(', ')}</span>
            </button>
          </li>
        ))}
      </ul>
      {people.value.length > 0 && matching.length === 0 && <p class="muted">{shell.nothingFound}</p>}
    </Dialog>
  );
}
