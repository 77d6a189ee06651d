/** The diagram that is open: where it came from, whether it is saved, what the server says about it. */

import { computed, signal } from '@preact/signals';
import { go } from '../../../api/web/address.js';
import { call, Problem } from '../../../api/web/client.js';
import type { Definition, Deployment, DeploymentProblem } from '../../../api/web/model.js';
import { may } from '../../../api/web/session.js';
import { explain, toast } from '../../../api/web/toast.js';
import type { Editor, EditorPlaces } from './editor.js';
import { newDiagram } from './new-diagram.js';
import { text } from './text.js';

export const fileName = signal('diagram.bpmn');
/** Changed since it was opened, deployed or downloaded. */
export const unsaved = signal(false);
export const history = signal({ undo: false, redo: false });
export const deploying = signal(false);
export const checking = signal(false);
/** Undefined while nothing has been checked. */
export const problems = signal<DeploymentProblem[] | undefined>(undefined);
/** Definitions of the last deployment, until the next change. */
export const deployed = signal<Definition[]>([]);
export const errors = computed(() => (problems.value ?? []).filter(({ level }) => level === 'error'));

let editor: Editor | undefined;
let places: EditorPlaces | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Grows with each change: an answer about an older drawing is dropped. */
let edition = 0;

/** Drawing pauses this long before the server is asked. */
const PAUSE = 800;

export const editing = () => editor;

function changed() {
  edition++;
  unsaved.value = true;
  deployed.value = [];
  history.value = editor!.can();
  clearTimeout(timer);
  timer = setTimeout(check, PAUSE);
}

function take(found: DeploymentProblem[]) {
  problems.value = found;
  editor?.mark(found);
}

const files = async () => ({ name: fileName.value, files: [{ name: fileName.value, text: await editor!.xml() }] });

/** Asks the server what it would say to a deployment. */
export async function check() {
  if (!editor || !may('deploy')) return;
  const asked = edition;
  checking.value = true;
  try {
    const answer = await call<{ problems: DeploymentProblem[] }>(
      'POST',
      '/deployments?validateOnly=true',
      await files(),
    );
    if (asked === edition) take(answer.problems);
  } catch (error) {
    if (error instanceof Problem && Array.isArray(error.body.problems)) take(error.body.problems);
    else toast(explain(error), { bad: true });
  } finally {
    checking.value = false;
  }
}

/** Deploys the diagram; what the server refuses or warns about goes to the problems. */
export async function deploy() {
  deploying.value = true;
  clearTimeout(timer);
  const asked = edition;
  try {
    const answer = await call<Deployment>('POST', '/deployments', await files());
    take(answer.warnings ?? []);
    deployed.value = answer.definitions;
    if (asked === edition) unsaved.value = false;
    if (answer.definitions[0]) go({ d: answer.definitions[0].id }, 'replace');
  } catch (error) {
    const refused = error instanceof Problem ? error.body.problems : undefined;
    if (Array.isArray(refused)) {
      take(refused);
      toast(text.refused(refused.filter(({ level }) => level === 'error').length), { bad: true });
    } else toast(explain(error), { bad: true });
  } finally {
    deploying.value = false;
  }
}

/** Opens XML in place of what is open now; a text that is no BPMN leaves that as it is. */
export async function openXml(name: string, xml: string): Promise<boolean> {
  const { openEditor } = await import('./editor.js');
  const before = editor;
  const { canvas, panel } = places!;
  const room = { canvas: document.createElement('div'), panel: document.createElement('div') };
  for (const node of Object.values(room)) node.className = 'room';
  canvas.append(room.canvas);
  panel.append(room.panel);
  try {
    editor = await openEditor(xml, room, changed);
  } catch (error) {
    for (const node of Object.values(room)) node.remove();
    toast(text.unreadable(name, explain(error)), { bad: true });
    return false;
  }
  before?.close();
  for (const place of [canvas, panel]) while (place.childElementCount > 1) place.firstElementChild!.remove();
  edition++;
  fileName.value = name;
  unsaved.value = false;
  history.value = { undo: false, redo: false };
  problems.value = undefined;
  deployed.value = [];
  if (editor.warnings.length) toast(text.cleaned(editor.warnings.length));
  check();
  return true;
}

export async function openNew() {
  if (await openXml('diagram.bpmn', newDiagram())) go({ d: undefined }, 'replace');
}

export async function openFile(file: File) {
  if (await openXml(file.name, await file.text())) go({ d: undefined }, 'replace');
}

export async function openDefinition(id: string) {
  try {
    const [definition, xml] = await Promise.all([
      call<Definition>('GET', `/definitions/${id}`),
      call<string>('GET', `/definitions/${id}/xml`),
    ]);
    if (await openXml(definition.resource, xml)) go({ d: id }, 'replace');
  } catch (error) {
    toast(explain(error), { bad: true });
    if (!editor) await openNew();
  }
}

/** Begins in the given places: with the definition of the address, else with a new diagram. */
export function begin(given: EditorPlaces, definition: string | undefined) {
  places = given;
  return definition ? openDefinition(definition) : openNew();
}
