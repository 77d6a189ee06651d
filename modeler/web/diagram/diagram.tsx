/** A definition's diagram with marks and badges; bpmn-js is loaded with the first one. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ask } from '../../../api/web/client.js';
import { text as shell } from '../../../api/web/text.js';
import { explain } from '../../../api/web/toast.js';
import type { Marks } from './marks.js';
import type { OutlineItem } from './outline.js';
import { text } from './text.js';
import type { Badge, OpenDiagram } from './viewer.js';

/** A definition never changes: its XML is fetched once per page. */
const fetched = new Map<string, Promise<string>>();

export function xmlOf(definition: string): Promise<string> {
  const known = fetched.get(definition) ?? ask('GET /definitions/{id}/xml', { path: { id: definition } });
  fetched.set(definition, known);
  known.catch(() => fetched.delete(definition));
  return known;
}

interface DiagramProps {
  definition: string;
  marks?: Marks;
  badges?: Badge[];
  selected?: string;
  onSelect?: (element: string | undefined) => void;
  small?: boolean;
  /** Gets the elements in flow order when the diagram is drawn. */
  onOutline?: (items: OutlineItem[]) => void;
}

export function Diagram({ definition, marks, badges, selected, onSelect, small = false, onOutline }: DiagramProps) {
  const place = useRef<HTMLDivElement>(null);
  const diagram = useSignal<OpenDiagram | undefined>(undefined);
  const problem = useSignal('');
  const select = useRef(onSelect);
  select.current = onSelect;

  useEffect(() => {
    let left = false;
    const open = async () => {
      const [{ openDiagram }, xml] = await Promise.all([import('./viewer.js'), xmlOf(definition)]);
      if (left) return;
      const opened = await openDiagram(place.current!, xml, small);
      if (left) return opened.close();
      opened.onSelect(id => select.current?.(id));
      onOutline?.(opened.outline());
      diagram.value = opened;
    };
    open().catch(error => {
      problem.value = explain(error);
    });
    return () => {
      left = true;
      diagram.peek()?.close();
      diagram.value = undefined;
    };
  }, [definition, small]);

  useEffect(() => diagram.value?.mark(marks ?? {}), [diagram.value, marks]);
  useEffect(() => diagram.value?.badge(badges ?? []), [diagram.value, badges]);
  useEffect(() => diagram.value?.select(selected), [diagram.value, selected]);
  useEffect(() => {
    const observer = new ResizeObserver(() => diagram.peek()?.fit());
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, []);

  return (
    <div class={small ? 'diagram small' : 'diagram'}>
      <div class="canvas foreign" ref={place} />
      {problem.value && <p role="alert">{problem.value}</p>}
      {!diagram.value && !problem.value && <p class="muted waiting">{shell.loading}</p>}
      {!small && diagram.value && (
        <div class="zoom">
          <button type="button" aria-label={text.zoomIn} onClick={() => diagram.peek()?.zoom(1.25)}>
            +
          </button>
          <button type="button" aria-label={text.zoomOut} onClick={() => diagram.peek()?.zoom(0.8)}>
            −
          </button>
          <button type="button" onClick={() => diagram.peek()?.fit()}>
            {text.fit}
          </button>
        </div>
      )}
    </div>
  );
}
