/** The elements of a diagram as a list in flow order: the same for keyboard and screen reader. */

import { Icon } from '../../../api/web/icons.js';
import type { Marks } from './marks.js';
import { text, typeName } from './text.js';

/** An element as the outline names it; `depth` counts the sub-processes around it. */
export interface OutlineItem {
  id: string;
  name?: string;
  type: string;
  depth: number;
}

export interface Figures {
  tokens: number;
  incidents: number;
}

interface OutlineProps {
  items: OutlineItem[];
  marks?: Marks;
  figures?: Record<string, Figures>;
  selected?: string;
  onSelect: (id: string | undefined) => void;
}

function Figure({ tokens, incidents }: Figures) {
  return (
    <span class="figures">
      {tokens > 0 && <span class="chip accent">{text.tokens(tokens)}</span>}
      {incidents > 0 && <span class="chip bad">{text.incidents(incidents)}</span>}
    </span>
  );
}

export function Outline({ items, marks = {}, figures = {}, selected, onSelect }: OutlineProps) {
  return (
    <nav class="outline card" aria-label={text.outline}>
      <h3>{text.outline}</h3>
      <ul>
        {items.map(({ id, name, type, depth }) => {
          const mark = marks[id];
          const figure = figures[id];
          return (
            <li key={id} style={{ paddingInlineStart: `${depth * 14}px` }}>
              <button
                type="button"
                class={`quiet small ${mark ?? ''}`}
                aria-pressed={id === selected}
                onClick={() => onSelect(id === selected ? undefined : id)}
              >
                <span class="name">{name ?? typeName(type)}</span>
                {name && <span class="muted">{typeName(type)}</span>}
                {figure && <Figure {...figure} />}
                {mark === 'done' && !figure && (
                  <span class="figures ok" title={text.marks.done}>
                    <Icon name="check" />
                    <span class="hidden">{text.marks.done}</span>
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
