/** The dialog that opens a diagram: a file, or a deployed process. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ask } from '../../../api/web/client.js';
import { Dialog, takeFocus } from '../../../api/web/dialog.js';
import { Icon } from '../../../api/web/icons.js';
import type { Definition } from '../../../api/web/model.js';
import { text as shell } from '../../../api/web/text.js';
import { attempt } from '../../../api/web/toast.js';
import { openDefinition, openFile } from './state.js';
import { text } from './text.js';

export function OpenDialog({ onClose }: { onClose: () => void }) {
  const found = useSignal<Definition[] | undefined>(undefined);
  const words = useSignal('');
  const file = useRef<HTMLInputElement>(null);
  useEffect(() => {
    attempt(async () => {
      found.value = (await ask('GET /definitions', { query: { latest: true, limit: 500 } })).items;
    });
  }, []);
  const matching = (found.value ?? []).filter(({ name, key }) =>
    `${name} ${key}`.toLowerCase().includes(words.value.toLowerCase()),
  );
  return (
    <Dialog title={text.openTitle} onClose={onClose}>
      <input
        ref={file}
        type="file"
        accept=".bpmn,.xml"
        hidden
        onChange={({ currentTarget: { files } }) => {
          onClose();
          if (files?.[0]) openFile(files[0]);
        }}
      />
      <p>
        <button type="button" ref={takeFocus} onClick={() => file.current?.click()}>
          <Icon name="open" /> {text.fromFile}
        </button>{' '}
        <span class="muted">{text.orDrop}</span>
      </p>
      <h3>{text.deployedOnes}</h3>
      <input
        type="search"
        class="wide"
        aria-label={text.find}
        placeholder={text.find}
        onInput={event => {
          words.value = event.currentTarget.value;
        }}
      />
      <ul class="offers">
        {matching.map(({ id, name, key, version }) => (
          <li key={id}>
            <button
              type="button"
              class="quiet"
              onClick={() => {
                onClose();
                openDefinition(id);
              }}
            >
              <Icon name="diagram" />
              <span>{name ?? key}</span>
              <span class="aside">{text.version(version)}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.value && matching.length === 0 && (
        <p class="muted">{found.value.length ? shell.nothingFound : text.noneDeployed}</p>
      )}
    </Dialog>
  );
}
