/** Metrics: how much the engine did, counted from its history; by whole hours, as that is rolled up. */

import { z } from 'zod';
import type { RunDocument, StatisticsDocument } from '../../../engine/store/documents.js';
import type { Filter } from '../../../engine/store/port.js';
import type { Services } from '../../services.js';
import { demand } from '../access.js';
import { DateIn, restDate } from '../dates.js';
import { invalid } from '../errors.js';
import { type Operation, operation } from '../operation.js';
import { LongOfQuery, LooseFlag, Text, WholeOfQuery } from '../schemas.js';

const hour = 3_600_000;

/** What is counted, by the name of the metric; of the others nothing ever happens here. */
const kinds: Record<string, 'started' | 'ended' | 'instances' | 'jobsDone' | 'jobsFailed' | 'users' | 'nothing'> = {
  'activity-instance-start': 'started',
  'flow-node-instances': 'started',
  'activity-instance-end': 'ended',
  'process-instances': 'instances',
  'root-process-instance-start': 'instances',
  'job-successful': 'jobsDone',
  'job-failed': 'jobsFailed',
  'unique-task-workers': 'users',
  'task-users': 'users',
  'decision-instances': 'nothing',
  'executed-decision-instances': 'nothing',
  'executed-decision-elements': 'nothing',
  'job-acquisition-attempt': 'nothing',
  'job-acquired-success': 'nothing',
  'job-acquired-failure': 'nothing',
  'job-execution-rejected': 'nothing',
  'job-locked-exclusive': 'nothing',
  'history-cleanup-removed-process-instances': 'nothing',
  'history-cleanup-removed-case-instances': 'nothing',
  'history-cleanup-removed-decision-instances': 'nothing',
  'history-cleanup-removed-batch-operations': 'nothing',
  'history-cleanup-removed-task-metrics': 'nothing',
};

/** Epoch milliseconds (UTC); the end is not part of it. */
interface Span {
  from: number;
  to: number;
}

export function metricOperations(services: Services): Operation[] {
  const { store, engine, clock } = services;

  const within = (path: string, { from, to }: Span): Filter => ({ [path]: { $gte: from, $lt: to } });

  /** Sum of a figure over the hours that begin in the span. */
  async function figures(span: Span, of: (row: StatisticsDocument) => number): Promise<number> {
    const filter = { $and: [within('hour', span), { hour: { $gt: 0 } }] };
    const rows = await store.find<StatisticsDocument>('statistics', { filter });
    return rows.reduce((sum, row) => sum + of(row), 0);
  }

  const counting: Record<(typeof kinds)[string], (span: Span) => Promise<number>> = {
    started: span => figures(span, row => row.entered),
    ended: span => figures(span, row => row.completed + row.cancelled),
    instances: span => store.count('runs', { $and: [within('startedAt', span), { parent: null }] }),
    jobsDone: span =>
      store.count('jobLog', { $and: [within('at', span), { type: 'succeeded', kind: { $ne: 'work' } }] }),
    jobsFailed: span =>
      store.count('jobLog', { $and: [within('at', span), { type: 'failed', kind: { $ne: 'work' } }] }),
    users: async span => {
      const filter = { $and: [within('wait.answeredAt', span), { 'wait.answeredBy': { $exists: true } }] };
      return (await store.group('tasks', ['wait.answeredBy'], filter as Filter)).length;
    },
    nothing: async () => 0,
  };

  function countOf(name: string, span: Span): Promise<number> {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) throw invalid(`there is no metric '${name}'; one of ${Object.keys(kinds).join(', ')}`);
    return counting[kind](span);
  }

  /** Before this nothing was counted, epoch milliseconds. */
  async function beginning(): Promise<number> {
    const [run] = await store.find<RunDocument>('runs', { filter: {}, sort: { startedAt: 1 }, limit: 1 });
    const hours = { filter: { hour: { $gt: 0 } }, sort: { hour: 1 }, limit: 1 } as const;
    const [figure] = await store.find<StatisticsDocument>('statistics', hours);
    return Math.min(run?.startedAt ?? clock(), figure?.hour ?? clock());
  }

  return [
    operation(
      {
        method: 'get',
        path: '/metrics',
        query: z.object({
          name: Text.optional(),
          reporter: Text.optional(),
          startDate: DateIn.optional(),
          endDate: DateIn.optional(),
          firstResult: WholeOfQuery.optional(),
          maxResults: WholeOfQuery.pipe(z.int().min(0).max(200)).optional(),
          interval: LongOfQuery.pipe(z.int().min(1)).optional(),
          aggregateByReporter: LooseFlag.optional(),
        }),
      },
      async ({ query, person, signal }) => {
        demand(person, ['system', 'READ', '*']);
        await engine.projector.caughtUp();
        const { firstResult = 0, maxResults = 200, interval = 900 } = query;
        const step = Math.max(hour, Math.ceil((interval * 1000) / hour) * hour);
        const to = Math.min(query.endDate ?? clock(), clock());
        const from = Math.max(query.startDate ?? to - 24 * hour, await beginning());
        const names = query.name === undefined ? Object.keys(kinds) : [query.name];
        const found: Record<string, unknown>[] = [];
        const gone = signal();
        for (let at = Math.floor(to / step) * step; at > from - step && !gone.aborted; at -= step) {
          for (const name of names) {
            const value = await countOf(name, { from: at, to: at + step });
            if (value > 0) found.push({ timestamp: restDate(at), name, reporter: null, value });
          }
          if (found.length >= firstResult + maxResults) break;
        }
        return found.slice(firstResult, firstResult + maxResults);
      },
    ),
    operation(
      {
        method: 'get',
        path: '/metrics/{metricsName}/sum',
        query: z.object({ startDate: DateIn.optional(), endDate: DateIn.optional() }),
      },
      async ({ params, query, person }) => {
        demand(person, ['system', 'READ', '*']);
        await engine.projector.caughtUp();
        const span = { from: query.startDate ?? 0, to: query.endDate ?? clock() + 1 };
        return { result: await countOf(params.metricsName!, span) };
      },
    ),
    operation(
      { method: 'delete', path: '/metrics/task-worker', query: z.object({ date: DateIn.optional() }) },
      // People are counted from the tasks that they did: nothing is kept of them beside.
      ({ person }) => demand(person, ['system', 'DELETE', '*']),
    ),
  ];
}
