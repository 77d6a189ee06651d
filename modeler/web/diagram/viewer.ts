/** The door to bpmn-js's viewer: the only file of the read-only pages that knows it, loaded when first needed. */

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import Viewer from 'bpmn-js/lib/Viewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './diagram.css';
import { nameDrawing, withDrawing } from './drawing.js';
import { type FittedCanvas, fit } from './fit.js';
import type { Mark, Marks } from './marks.js';
import { type FlowElement, outlineOf } from './order.js';
import type { OutlineItem } from './outline.js';
import { rendererTheme } from './theme.js';

interface Element {
  id: string;
  type: string;
  parent?: Element;
  businessObject: { name?: string };
}

interface Canvas extends FittedCanvas {
  zoom(factor?: number, center?: 'auto'): number;
  addMarker(element: string, name: string): void;
  removeMarker(element: string, name: string): void;
  scrollToElement(element: string, padding?: number): void;
}

interface Registry {
  get(id: string): Element | undefined;
  filter(test: (element: Element) => boolean): Element[];
}

interface Overlays {
  add(element: string, type: string, overlay: { position: object; html: HTMLElement }): string;
  remove(filter: { type: string }): void;
}

interface Selection {
  select(element: Element | null): void;
}

interface EventBus {
  on(event: string, listener: (event: { element: Element }) => void): void;
}

/** A figure at an element: how many tokens or incidents stand there. */
export interface Badge {
  element: string;
  kind: 'tokens' | 'incidents';
  count: number;
  title: string;
}

/** A small picture keeps its lower edge free for the watermark, a large one has room for it. */
const air = { top: 28, right: 28, bottom: 28, left: 28 };
const smallAir = { top: 8, right: 8, bottom: 26, left: 8 };

const corners = { tokens: { top: -12, left: -12 }, incidents: { top: -12, right: 14 } };

function badgeNode({ kind, count, title }: Badge): HTMLElement {
  const node = document.createElement('span');
  node.className = `badge ${kind}`;
  node.title = title;
  node.textContent = kind === 'incidents' ? `! ${count}` : String(count);
  return node;
}

/** Draws a diagram into `container`. `small` is a picture: it neither zooms nor scrolls. */
export async function openDiagram(container: HTMLElement, xml: string, small: boolean) {
  const viewer = new (small ? Viewer : NavigatedViewer)({ container, bpmnRenderer: rendererTheme });
  await viewer.importXML(await withDrawing(xml));
  nameDrawing(container);
  const canvas = viewer.get<Canvas>('canvas');
  const registry = viewer.get<Registry>('elementRegistry');
  const overlays = viewer.get<Overlays>('overlays');
  const shown = new Map<string, Mark>();

  const refit = () => fit(canvas, small ? smallAir : air);
  refit();

  return {
    fit: refit,
    zoom: (factor: number) => canvas.zoom(canvas.zoom() * factor, 'auto'),
    /** Elements that history names but this drawing lacks are passed over. */
    mark(marks: Marks) {
      for (const [id, mark] of shown) canvas.removeMarker(id, `mark-${mark}`);
      shown.clear();
      for (const [id, mark] of Object.entries(marks)) {
        if (!registry.get(id)) continue;
        canvas.addMarker(id, `mark-${mark}`);
        shown.set(id, mark);
      }
    },
    badge(badges: Badge[]) {
      overlays.remove({ type: 'badge' });
      for (const badge of badges)
        if (registry.get(badge.element)?.parent)
          overlays.add(badge.element, 'badge', { position: corners[badge.kind], html: badgeNode(badge) });
    },
    select(id: string | undefined) {
      const element = id ? registry.get(id) : undefined;
      viewer.get<Selection>('selection').select(element ?? null);
      if (element && !small) canvas.scrollToElement(element.id, 60);
    },
    outline(): OutlineItem[] {
      const { rootElements } = viewer.getDefinitions() as unknown as { rootElements: FlowElement[] };
      return rootElements.filter(({ $type }) => $type === 'bpmn:Process').flatMap(process => outlineOf(process));
    },
    onSelect(listener: (id: string | undefined) => void) {
      viewer
        .get<EventBus>('eventBus')
        .on('element.click', ({ element }) => listener(element.parent ? element.id : undefined));
    },
    close: () => viewer.destroy(),
  };
}

export type OpenDiagram = Awaited<ReturnType<typeof openDiagram>>;
