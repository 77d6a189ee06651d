/** The modeler page: tool bar, canvas, properties, problems. */

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { param } from '../../../api/web/address.js';
import { Dialog } from '../../../api/web/dialog.js';
import { Icon } from '../../../api/web/icons.js';
import { useKeys } from '../../../api/web/keys.js';
import { may } from '../../../api/web/session.js';
import { startPage } from '../../../api/web/shell.js';
import { useTitle } from '../../../api/web/title.js';
import '../diagram/diagram.css';
import './modeler.css';
import { downloadBpmn, downloadSvg } from './download.js';
import { OpenDialog } from './open.js';
import { Problems } from './problems.js';
import { begin, deploy, deployed, deploying, editing, fileName, history, openFile, openNew, unsaved } from './state.js';
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

function Deployed() {
  const [definition] = deployed.value;
  if (!definition) return null;
  const { id, key, name, version } = definition;
  return (
    <p class="deployed" role="status">
      <Icon name="check" /> {text.deployed(name ?? key, version)}
      <a href={`/tasklist.html?start=${encodeURIComponent(id)}`}>{text.start}</a>
      <a href={`/cockpit.html?p=${encodeURIComponent(key)}`}>{text.cockpit}</a>
    </p>
  );
}

function Toolbar() {
  return (
    <header class="tools">
      <h1>{fileName.value}</h1>
      {unsaved.value && <span class="chip soon">{text.unsaved}</span>}
      <Deployed />
      <span class="space" />
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
              next();
            }}
          >
            {text.lose}
          </button>
        </>
      }
    >
      <p>{text.loseHelp(fileName.value)}</p>
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
    begin({ canvas: canvas.current!, panel: panel.current! }, param('d'));
    const stop = new AbortController();
    addEventListener('beforeunload', guard, stop);
    addEventListener('dragover', event => event.preventDefault(), stop);
    addEventListener('drop', drop, stop);
    return () => stop.abort();
  }, []);
  useKeys({ 'Ctrl+o': showOpen, 'Ctrl+s': downloadBpmn });
  useTitle(fileName.value);
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
