/** What every drawing gets, however it is opened: shapes where a file holds only the process, and a name for its tab stop. */

import { text } from './text.js';

/** The XML itself when it has a drawing, else with one made by bpmn-auto-layout. */
export async function withDrawing(xml: string): Promise<string> {
  if (/<(\w+:)?BPMNShape\b/.test(xml)) return xml;
  const { layoutProcess } = await import('bpmn-auto-layout');
  return layoutProcess(xml);
}

/** bpmn-js makes its SVG a tab stop without a name. */
export function nameDrawing(container: HTMLElement) {
  const svg = container.querySelector('.djs-container > svg');
  svg?.setAttribute('role', 'group');
  svg?.setAttribute('aria-label', text.drawing);
}
