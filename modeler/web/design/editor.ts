/** The door to bpmn-js's modeler: composes it with its panel and tools; loaded after the page's first paint. */

import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/diagram-js.css';
import Modeler from 'bpmn-js/lib/Modeler';
import ColorPicker from 'bpmn-js-color-picker';
import 'bpmn-js-color-picker/colors/color-picker.css';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import {
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  CamundaPlatformPropertiesProviderModule,
  ZeebePropertiesProviderModule,
} from 'bpmn-js-properties-panel';
import ZeebeBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import CamundaBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-platform';
import camunda from 'camunda-bpmn-moddle/resources/camunda.json';
import Minimap from 'diagram-js-minimap';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';
import type { DeploymentProblem } from '../../../api/web/model.js';
import { nameDrawing, withDrawing } from '../diagram/drawing.js';
import { type FittedCanvas, fit } from '../diagram/fit.js';
import { onPaper, rendererTheme } from '../diagram/theme.js';

/** What differs between files of Camunda 8 and all others. */
const dialects = {
  camunda: { moddleExtensions: { camunda }, modules: [CamundaPlatformPropertiesProviderModule, CamundaBehaviors] },
  zeebe: { moddleExtensions: { zeebe }, modules: [ZeebePropertiesProviderModule, ZeebeBehaviors] },
};

const dialectOf = (xml: string) => dialects[xml.includes('http://camunda.org/schema/zeebe/1.0') ? 'zeebe' : 'camunda'];

interface Element {
  id: string;
}

interface RootElement {
  $type: string;
  name?: string;
}

interface Canvas extends FittedCanvas {
  findRoot(element: Element): Element | undefined;
  setRootElement(root: Element): void;
  scrollToElement(element: Element, padding: number): void;
}

interface Services {
  canvas: Canvas;
  commandStack: { undo(): void; redo(): void; canUndo(): boolean; canRedo(): boolean };
  elementRegistry: { get(id: string): Element | undefined };
  eventBus: { on(event: string, listener: () => void): void };
  overlays: { add(element: Element, type: string, overlay: object): void; remove(filter: { type: string }): void };
  selection: { select(element: Element): void };
}

/** Pixels around a fitted drawing. */
const AIR = 32;

function badge({ level, message }: DeploymentProblem): HTMLElement {
  const node = document.createElement('span');
  node.className = `badge ${level}`;
  node.title = message;
  node.textContent = level === 'error' ? '✕' : '!';
  return node;
}

/**
 * The panel takes over what is typed when its field is left, which draws the context pad anew: between the press and the
 * release of a button there, so that the click was lost. With the pointer back on the drawing it is taken over before.
 */
function takeOver(panel: HTMLElement) {
  const field = document.activeElement;
  if (panel.contains(field)) field?.dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
}

export interface EditorPlaces {
  canvas: HTMLElement;
  panel: HTMLElement;
}

/** Opens XML for editing. Throws when it is no BPMN; `warnings` say what of it could not be read. */
export async function openEditor(xml: string, { canvas: container, panel }: EditorPlaces, onChange: () => void) {
  const { moddleExtensions, modules } = dialectOf(xml);
  const modeler = new Modeler({
    container,
    propertiesPanel: { parent: panel },
    bpmnRenderer: rendererTheme,
    moddleExtensions,
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      CreateAppendAnythingModule,
      ColorPicker,
      Minimap,
      ...modules,
    ],
  });
  const get = <Name extends keyof Services>(name: Name) => modeler.get<Services[Name]>(name);
  let warnings: string[];
  try {
    const imported = await modeler.importXML(await withDrawing(xml));
    warnings = imported.warnings.map(String);
  } catch (error) {
    modeler.destroy();
    throw error;
  }
  nameDrawing(container);
  const canvas = get('canvas');
  const stack = get('commandStack');
  const palette = container.querySelector<HTMLElement>('.djs-palette')?.offsetWidth ?? 0;
  fit(canvas, { top: AIR, right: AIR, bottom: AIR, left: AIR + palette });
  get('eventBus').on('commandStack.changed', onChange);
  container.addEventListener('pointerover', () => takeOver(panel));

  return {
    warnings,
    undo: () => stack.canUndo() && stack.undo(),
    redo: () => stack.canRedo() && stack.redo(),
    can: () => ({ undo: stack.canUndo(), redo: stack.canRedo() }),
    /** Name of the first process that has one. */
    processName(): string | undefined {
      const { rootElements } = modeler.getDefinitions() as unknown as { rootElements: RootElement[] };
      return rootElements.find(({ $type, name }) => $type === 'bpmn:Process' && name)?.name;
    },
    async xml(): Promise<string> {
      const { xml: written } = await modeler.saveXML({ format: true });
      return written ?? '';
    },
    async svg(): Promise<string> {
      const { svg } = await modeler.saveSVG();
      return onPaper(svg);
    },
    /** Selects an element and brings it into view; false when the drawing has no such element. */
    show(id: string): boolean {
      const element = get('elementRegistry').get(id);
      if (!element) return false;
      const root = canvas.findRoot(element);
      if (root) canvas.setRootElement(root);
      get('selection').select(element);
      if (root !== element) canvas.scrollToElement(element, 120);
      return true;
    },
    /** Marks each element that has a problem, the gravest one where it has several. */
    mark(problems: DeploymentProblem[]) {
      get('overlays').remove({ type: 'problem' });
      const gravest = new Map<string, DeploymentProblem>();
      for (const problem of problems)
        if (problem.element && gravest.get(problem.element)?.level !== 'error') gravest.set(problem.element, problem);
      for (const [id, problem] of gravest) {
        const element = get('elementRegistry').get(id);
        if (element && canvas.findRoot(element) !== element)
          get('overlays').add(element, 'problem', { position: { top: -12, left: -12 }, html: badge(problem) });
      }
    },
    close: () => modeler.destroy(),
  };
}

export type Editor = Awaited<ReturnType<typeof openEditor>>;
