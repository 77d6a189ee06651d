/** Statistics of a definition as heat maps read them. */

import { z } from 'zod';
import { quantile } from '../../engine/projections/statistics.js';
import type { StatisticsDocument } from '../../engine/store/documents.js';
import type { Scalar } from '../../engine/store/port.js';

const count = z.int();
const milliseconds = z.number().optional().meta({ description: 'Milliseconds' });

export const Statistics = z
  .strictObject({
    elements: z.record(
      z.string(),
      z.strictObject({
        tokens: count.meta({ description: 'There now' }),
        incidents: count.meta({ description: 'Open ones' }),
        entered: count,
        completed: count,
        cancelled: count,
        p50: milliseconds,
        p90: milliseconds,
      }),
    ),
    flows: z.record(z.string(), z.strictObject({ taken: count })),
  })
  .meta({ id: 'Statistics' });

interface Counted {
  key: Scalar[];
  count: number;
}

/** `sums` are of all time, one for each element and flow that was passed; `flows` the ids that are flows. */
export function statisticsView(of: {
  sums: StatisticsDocument[];
  tokens: Counted[];
  incidents: Counted[];
  flows: ReadonlySet<string>;
}): z.infer<typeof Statistics> {
  const byElement = (counted: Counted[]) => new Map(counted.map(({ key, count }) => [String(key[0]), count]));
  const tokens = byElement(of.tokens);
  const incidents = byElement(of.incidents);
  const ofElements = of.sums.filter(sum => !of.flows.has(sum.element));
  const ofFlows = of.sums.filter(sum => of.flows.has(sum.element));
  return {
    elements: Object.fromEntries(
      ofElements.map(({ element, entered, completed, cancelled, durations }) => [
        element,
        {
          tokens: tokens.get(element) ?? 0,
          incidents: incidents.get(element) ?? 0,
          entered,
          completed,
          cancelled,
          p50: quantile(durations, 0.5),
          p90: quantile(durations, 0.9),
        },
      ]),
    ),
    flows: Object.fromEntries(ofFlows.map(({ element, taken = 0 }) => [element, { taken }])),
  };
}
