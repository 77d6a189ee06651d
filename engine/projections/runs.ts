/** Folds history into runs: one document per instance, from its start to its end. Pure. */

import { removalTime } from '../core/removal.js';
import type { Definition, Event } from '../core/types.js';
import { calendar } from '../expressions/index.js';
import { FORMAT, type HistoryDocument, type RunDocument } from '../store/documents.js';

type Ended = Extract<Event, { type: 'ended' }>;

/**
 * The run as it is after a history document; undefined where that changes nothing, as one that was folded before.
 *
 *     foldRun(history, definition, undefined)?.state // 'active'
 */
export function foldRun(
  history: HistoryDocument,
  definition: Definition,
  before: RunDocument | undefined,
): RunDocument | undefined {
  if (before && before.seq >= history.seq) return undefined;
  let run = before;
  const change = (fields: Partial<RunDocument>) => {
    if (run) run = Object.assign({}, run, fields, { seq: history.seq });
  };
  for (const event of history.events) {
    if (event.type === 'started') run = begun(history, definition, event);
    else if (event.type === 'entered' && event.parent === 1 && run?.startElement === undefined) {
      change({ startElement: definition.nodes[event.node]!.id });
    } else if (event.type === 'suspended') change({ state: 'suspended' });
    else if (event.type === 'activated') change({ state: 'active' });
    else if (event.type === 'ended' && run) {
      change({
        state: stateOf(event),
        endedAt: event.at,
        duration: Math.max(0, event.at - run.startedAt),
        ...(event.reason !== undefined && { reason: event.reason }),
        ...removal(run, definition, event.at),
      });
    }
  }
  return run === before ? undefined : run;
}

function begun(
  history: HistoryDocument,
  definition: Definition,
  { businessKey, root, parent, by }: Extract<Event, { type: 'started' }>,
): RunDocument {
  return {
    id: history.instance,
    tenant: history.tenant,
    format: FORMAT,
    definition: definition.id,
    definitionKey: definition.key,
    definitionVersion: definition.version,
    root,
    startedAt: history.at,
    state: 'active',
    seq: history.seq,
    ...(definition.name !== undefined && { definitionName: definition.name }),
    ...(businessKey !== undefined && { businessKey }),
    ...(parent && { parent: parent.instance }),
    ...(by !== undefined && { startedBy: by }),
  };
}

function stateOf({ state, byCaller }: Ended): RunDocument['state'] {
  if (state === 'completed') return 'completed';
  return state === 'failed' || byCaller ? 'internallyTerminated' : 'externallyTerminated';
}

/** What was called goes with its outermost caller, so only that one has a time. */
function removal({ id, root }: RunDocument, { historyTimeToLive }: Definition, endedAt: number): Partial<RunDocument> {
  if (id !== root || historyTimeToLive === undefined) return {};
  const removalAt = removalTime(historyTimeToLive, endedAt, calendar);
  return removalAt === undefined ? {} : { removalAt };
}
