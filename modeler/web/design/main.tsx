/** The modeler page: tool bar, canvas, properties, problems. */

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Dialog } from '../../../api/web/dialog.js';
import { when } from '../../../api/web/format.js';
import { Icon } from '../../../api/web/icons.js';
import { useKeys } from '../../../api/web/keys.js';
import { may } from '../../../api/web/session.js';
import { startPage } from '../../../api/web/shell.js';
import { useTitle } from '../../../api/web/title.js';
import '../diagram/diagram.css';
import './modeler.css';
import { downloadBpmn, downloadSvg } from './download.js';
import { forgetDraft } from './draft.js';
import { OpenDialog } from './open.js';
import { Problems } from './problems.js';
import {
  begin,
  deploy,
  deployed,
  deploying,
  discard,
  editing,
  fileName,
  history,
  openFile,
  openNew,
  origin,
  restored,
  unsaved,
} from './state.js';
import { text } from './text.js';

const opening = signal(false);
/** What waits for the answer to “discard changes?”. */
const leaving = signal<(() => void) | undefined>(undefined);

/** Does it at once when nothing would be lost, else asks first. */
function leaveFor(next: () => void) {
  if (unsaved.peek()) leaving.value = next;
  else next();
}

const showOpen = () =>
  leaveFor(() => {
    opening.value = true;
  });

/** The process where it is deployed, else the file. */
const title = () => origin.value?.name ?? origin.value?.key ?? fileName.value;

function Restored() {
  if (!restored.value) return null;
  return (
    <p class="restored" role="status">
      {text.restored(when(restored.value))}
      <button type="button" class="quiet small" onClick={discard}>
        {text.lose}
      </button>
    </p>
  );
}

function Deployed() {
  const [definition] = deployed.value;
  if (!definition) return null;
  const { id, key, name, version } = definition;
  return (
    <p class="deployed" role="status">
      <Icon name="check" /> {text.deployed(name ?? key, version)}
      <a href={`tasklist.html?start=${encodeURIComponent(id)}`}>{text.start}</a>
      <a href={`cockpit.html?p=${encodeURIComponent(key)}`}>{text.cockpit}</a>
    </p>
  );
}

function Toolbar() {
  return (
    <header class="tools">
      <div class="drawn">
        <h1>{title()}</h1>
        {origin.value && <span class="muted">{text.filed(fileName.value, origin.value.version)}</span>}
        {origin.value?.tenant && <span class="chip">{origin.value.tenant}</span>}
        {unsaved.value && <span class="chip soon">{text.unsaved}</span>}
      </div>
      <button type="button" class="quiet" disabled={!history.value.undo} onClick={() => editing()?.undo()}>
        {text.undo}
      </button>
      <button type="button" class="quiet" disabled={!history.value.redo} onClick={() => editing()?.redo()}>
        {text.redo}
      </button>
      <button type="button" onClick={() => leaveFor(openNew)}>
        <Icon name="plus" /> {text.newDiagram}
      </button>
      <button type="button" onClick={showOpen}>
        <Icon name="open" /> {text.open}
      </button>
      <button type="button" title={text.downloadBpmnHelp} onClick={downloadBpmn}>
        <Icon name="download" /> {text.downloadBpmn}
      </button>
      <button type="button" title={text.downloadSvgHelp} onClick={downloadSvg}>
        <Icon name="download" /> {text.downloadSvg}
      </button>
      {may('deploy') && (
        <button type="button" class="primary" disabled={deploying.value} onClick={deploy}>
          <Icon name="deploy" /> {deploying.value ? text.deploying : text.deploy}
        </button>
      )}
      <Restored />
      <Deployed />
    </header>
  );
}

function Leave({ next }: { next: () => void }) {
  const close = () => {
    leaving.value = undefined;
  };
  return (
    <Dialog
      title={text.loseTitle}
      onClose={close}
      footer={
        <>
          <button type="button" onClick={close}>
            {text.stay}
          </button>
          <button
            type="button"
            class="danger"
            onClick={() => {
              close();
              forgetDraft();
              next();
            }}
          >
            {text.lose}
          </button>
        </>
      }
    >
      <p>{text.loseHelp(title())}</p>
    </Dialog>
  );
}

function drop(event: DragEvent) {
  const file = event.dataTransfer?.files[0];
  if (!file) return;
  event.preventDefault();
  leaveFor(() => openFile(file));
}

function guard(event: BeforeUnloadEvent) {
  if (unsaved.peek()) event.preventDefault();
}

function ModelerPage() {
  const canvas = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    begin({ canvas: canvas.current!, panel: panel.current! });
    const stop = new AbortController();
    addEventListener('beforeunload', guard, stop);
    addEventListener('dragover', event => event.preventDefault(), stop);
    addEventListener('drop', drop, stop);
    return () => stop.abort();
  }, []);
  useKeys({ 'Ctrl+o': showOpen, 'Ctrl+s': downloadBpmn });
  useTitle(title());
  return (
    <div class="modeler">
      <Toolbar />
      <section class="canvas foreign" aria-label={text.canvas} ref={canvas} />
      <aside class="panel-place foreign" aria-label={text.properties} ref={panel} />
      <Problems />
      {opening.value && (
        <OpenDialog
          onClose={() => {
            opening.value = false;
          }}
        />
      )}
      {leaving.value && <Leave next={leaving.value} />}
    </div>
  );
}

startPage(ModelerPage);
