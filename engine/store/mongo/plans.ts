/** Reads the plan of a query: the stages, and whether one of them reads a whole collection. */

import type { Bson } from './documents.js';

/** The stages from the outside in, one a line. */
export function planOf(explained: Bson): { plan: string; scans: boolean } {
  const winning = explained.queryPlanner.winningPlan as Bson;
  const lines = [...stages((winning.queryPlan as Bson | undefined) ?? winning, 0)];
  return { plan: lines.join('\n'), scans: lines.some(line => /\bCOLLSCAN\b/.test(line)) };
}

function* stages(stage: Bson, depth: number): Generator<string> {
  const bounds = stage.indexBounds ? ` ${JSON.stringify(stage.indexBounds)}` : '';
  yield `${'  '.repeat(depth)}${stage.stage}${stage.indexName ? ` by ${stage.indexName}${bounds}` : ''}`;
  const inner = [stage.inputStage, ...((stage.inputStages as Bson[] | undefined) ?? [])];
  for (const one of inner) if (one) yield* stages(one as Bson, depth + 1);
}
