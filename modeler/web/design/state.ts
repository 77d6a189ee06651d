/** The diagram that is open: where it came from, whether it is saved, what the server says about it. */

import { computed, signal } from '@preact/signals';
import { go, param } from '../../../api/web/address.js';
import { ask, Problem } from '../../../api/web/client.js';
import type { Definition, Deployment, DeploymentProblem } from '../../../api/web/model.js';
import { may } from '../../../api/web/session.js';
import { explain, toast } from '../../../api/web/toast.js';
import { forgetDraft, keepDraft, keptDraft } from './draft.js';
import type { Editor, EditorPlaces } from './editor.js';
import { fileNameOf, newDiagram } from './new-diagram.js';
import { text } from './text.js';

export const fileName = signal(fileNameOf(undefined));
/** The definition that was opened or deployed last; undefined for a new diagram and for a file. */
export const origin = signal<Definition | undefined>(undefined);
/** ISO time of the changes that were brought back from an earlier visit. */
export const restored = signal<string | undefined>(undefined);
/** Changed since it was opened, deployed or downloaded. */
export const unsaved = signal(false);
export const history = signal({ undo: false, redo: false });
export const deploying = signal(false);
/** From a change until the server has said what it thinks of it. */
export const checking = signal(false);
/** Undefined while nothing has been checked. */
export const problems = signal<DeploymentProblem[] | undefined>(undefined);
/** Definitions of the last deployment, until the next change. */
export const deployed = signal<Definition[]>([]);
export const errors = computed(() => (problems.value ?? []).filter(({ level }) => level === 'error'));

let editor: Editor | undefined;
let places: EditorPlaces | undefined;
/** A new diagram is filed under the name of its process. */
let followsName = false;
let checkTimer: ReturnType<typeof setTimeout> | undefined;
let keepTimer: ReturnType<typeof setTimeout> | undefined;
/** Grows with each change: an answer about an older drawing is dropped. */
let edition = 0;

/** Milliseconds that drawing pauses before the server is asked, and before the draft is kept. */
const CHECK_PAUSE = 800;
const KEEP_PAUSE = 200;

export const editing = () => editor;

function changed() {
  edition++;
  unsaved.value = true;
  deployed.value = [];
  history.value = editor!.can();
  if (followsName) fileName.value = fileNameOf(editor!.processName());
  clearTimeout(keepTimer);
  keepTimer = setTimeout(keep, KEEP_PAUSE);
  clearTimeout(checkTimer);
  checkTimer = setTimeout(check, CHECK_PAUSE);
  checking.value = may('deploy');
}

/** Keeps the drawing in the browser, unless it changed or was saved meanwhile. */
async function keep() {
  const asked = edition;
  const xml = await editor!.xml();
  if (asked === edition && unsaved.peek())
    keepDraft({ fileName: fileName.peek(), followsName, xml, at: new Date().toISOString() });
}

function take(found: DeploymentProblem[]) {
  problems.value = found;
  editor?.mark(found);
}

/** What was opened from a tenant is deployed there again. */
const files = async () => ({
  name: fileName.value,
  files: [{ name: fileName.value, text: await editor!.xml() }],
  ...(origin.value?.tenant ? { tenant: origin.value.tenant } : {}),
});

/** Asks the server what it would say to a deployment. */
export async function check() {
  if (!editor || !may('deploy')) return;
  const asked = edition;
  checking.value = true;
  try {
    const answer = await ask('POST /deployments', { query: { validateOnly: true }, body: await files() });
    if (asked === edition && 'problems' in answer) take(answer.problems);
  } catch (error) {
    if (error instanceof Problem && Array.isArray(error.body.problems)) take(error.body.problems);
    else toast(explain(error), { bad: true });
  } finally {
    // A later change has a check of its own before it.
    if (asked === edition) checking.value = false;
  }
}

/** Deploys the diagram; what the server refuses or warns about goes to the problems. */
export async function deploy() {
  deploying.value = true;
  clearTimeout(checkTimer);
  const asked = edition;
  try {
    const answer = (await ask('POST /deployments', { body: await files() })) as Deployment;
    take(answer.warnings ?? []);
    deployed.value = answer.definitions;
    if (asked === edition) unsaved.value = false;
    forgetDraft();
    restored.value = undefined;
    followsName = false;
    origin.value = answer.definitions[0];
    if (origin.value) go({ d: origin.value.id }, 'replace');
    if (unsaved.value) await keep();
  } catch (error) {
    const refused = error instanceof Problem ? error.body.problems : undefined;
    if (Array.isArray(refused)) {
      take(refused);
      toast(text.refused(refused.filter(({ level }) => level === 'error').length), { bad: true });
    } else toast(explain(error), { bad: true });
  } finally {
    deploying.value = false;
    if (asked === edition) checking.value = false;
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
  clearTimeout(keepTimer);
  clearTimeout(checkTimer);
  followsName = false;
  origin.value = undefined;
  restored.value = undefined;
  fileName.value = name;
  unsaved.value = false;
  history.value = { undo: false, redo: false };
  problems.value = undefined;
  deployed.value = [];
  if (editor.warnings.length) toast(text.cleaned(editor.warnings.length));
  check();
  return true;
}

/** Opens what was drawn on this definition and not deployed, where there is something, else what is given. */
async function resume(definition: string | undefined, name: string, xml: string): Promise<boolean> {
  const draft = keptDraft(definition);
  if (!(await openXml(draft?.fileName ?? name, draft?.xml ?? xml))) return false;
  go({ d: definition }, 'replace');
  followsName = draft?.followsName ?? !definition;
  restored.value = draft?.at;
  unsaved.value = draft !== undefined;
  return true;
}

export const openNew = () => resume(undefined, fileNameOf(undefined), newDiagram());

export async function openFile(file: File) {
  if (await openXml(file.name, await file.text())) go({ d: undefined }, 'replace');
}

export async function openDefinition(id: string) {
  try {
    const [definition, xml] = await Promise.all([
      ask('GET /definitions/{id}', { path: { id } }),
      ask('GET /definitions/{id}/xml', { path: { id } }),
    ]);
    if (await resume(id, definition.resource, xml)) origin.value = definition;
  } catch (error) {
    toast(explain(error), { bad: true });
    if (!editor) await openNew();
  }
}

/** Begins in the given places: with the definition of the address, else with a new diagram. */
export function begin(given: EditorPlaces) {
  places = given;
  return openAddressed();
}

async function openAddressed() {
  const definition = param('d');
  await (definition ? openDefinition(definition) : openNew());
}

/** Gives up what was brought back: the definition as it is deployed, or a new diagram. */
export function discard() {
  forgetDraft();
  return openAddressed();
}
