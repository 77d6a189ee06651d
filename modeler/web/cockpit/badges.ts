/** Figures per element as badges on the diagram. */

import { text } from '../diagram/text.js';
import type { Badge } from '../diagram/viewer.js';

/** `{ pay: { tokens: 12, incidents: 3 } }` → a token badge and an incident badge at `pay`. */
export function badgesOf(figures: Record<string, { tokens: number; incidents: number }>): Badge[] {
  return Object.entries(figures).flatMap(([element, counts]) =>
    (['tokens', 'incidents'] as const)
      .filter(kind => counts[kind] > 0)
      .map(kind => ({ element, kind, count: counts[kind], title: text[kind](counts[kind]) })),
  );
}
