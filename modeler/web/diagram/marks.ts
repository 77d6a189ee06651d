/** What the visits of an instance look like on its diagram: the way it went, and where it stands. */

import type { Activity } from '../../../api/web/model.js';

/** Drawn as a CSS class `mark-…` on the shape. */
export type Mark = 'done' | 'active' | 'incident';

export type Marks = Record<string, Mark>;

/** Later visits win: a step that is done and active again (a loop) is active. */
export function pathOf(activities: Activity[]): Marks {
  const marks: Marks = {};
  for (const { element, endedAt, state } of activities) {
    if (!endedAt) marks[element] = 'active';
    else if (marks[element] !== 'active' && state !== 'cancelled') marks[element] = 'done';
  }
  return marks;
}
