/** Historic reports: how long instances and tasks took, by month or quarter, and how many tasks were done. */

import { z } from 'zod';
import type { DefinitionDocument, RunDocument, TaskDocument } from '../../../../engine/store/documents.js';
import type { CollectionName, Document, Filter, Store } from '../../../../engine/store/port.js';
import { cursorOf } from '../../../../engine/store/queries.js';
import { permitted } from '../../../auth/permissions.js';
import type { Services } from '../../../services.js';
import { DateIn } from '../../dates.js';
import { invalid } from '../../errors.js';
import { type Asked, type Operation, operation, Reply } from '../../operation.js';
import { TextsOfQuery } from '../../schemas.js';
import { tenantId } from '../../views.js';
import { visibleHistory } from './parts.js';

const PAGE = 1000;

const PeriodUnit = z
  .string()
  .transform(unit => unit.toUpperCase())
  .pipe(z.enum(['MONTH', 'QUARTER']));
type PeriodUnit = z.output<typeof PeriodUnit>;

/** A duration that began at a time, both milliseconds. */
interface Span {
  at: number;
  duration: number;
}

/** Shortest, longest and mean duration of each month or quarter of the year in which something began. */
export function durations(spans: Span[], periodUnit: PeriodUnit) {
  const periods = new Map<number, { minimum: number; maximum: number; sum: number; count: number }>();
  for (const { at, duration } of spans) {
    const month = new Date(at).getUTCMonth();
    const period = periodUnit === 'MONTH' ? month + 1 : Math.floor(month / 3) + 1;
    const own = periods.get(period) ?? { minimum: duration, maximum: duration, sum: 0, count: 0 };
    periods.set(period, {
      minimum: Math.min(own.minimum, duration),
      maximum: Math.max(own.maximum, duration),
      sum: own.sum + duration,
      count: own.count + 1,
    });
  }
  return [...periods]
    .sort(([a], [b]) => a - b)
    .map(([period, { minimum, maximum, sum, count }]) => ({
      period,
      periodUnit,
      minimum,
      maximum,
      average: Math.round(sum / count),
    }));
}

/** Everything that matches, page by page. */
async function every<T extends Document>(store: Store, collection: CollectionName, filter: Filter): Promise<T[]> {
  const all: T[] = [];
  const sort = { id: 1 } as const;
  for (;;) {
    const last = all.at(-1);
    const page = await store.find<T>(collection, {
      filter,
      sort,
      limit: PAGE,
      ...(last && { after: cursorOf(last, sort) }),
    });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

const InstanceReport = z.object({
  reportType: z.enum(['duration']),
  periodUnit: PeriodUnit,
  processDefinitionIdIn: TextsOfQuery.optional(),
  processDefinitionKeyIn: TextsOfQuery.optional(),
  startedBefore: DateIn.optional(),
  startedAfter: DateIn.optional(),
});

const isIn = (path: string, values: string[] = []): Filter => (values.length === 0 ? {} : { [path]: { $in: values } });
const since = (path: string, at: number | undefined, relation: '$gte' | '$lte'): Filter =>
  at === undefined ? {} : { [path]: { [relation]: at } };

async function instanceReport(services: Services, { query, person }: Asked<z.output<typeof InstanceReport>, unknown>) {
  const visible = await visibleHistory('id')({ services, person });
  const runs = await every<RunDocument>(services.store, 'runs', {
    $and: [
      visible,
      { endedAt: { $exists: true } },
      isIn('definition', query.processDefinitionIdIn),
      isIn('definitionKey', query.processDefinitionKeyIn),
      since('startedAt', query.startedBefore, '$lte'),
      since('startedAt', query.startedAfter, '$gte'),
    ],
  });
  const spans = runs.map(({ startedAt, duration = 0 }) => ({ at: startedAt, duration }));
  return durations(spans, query.periodUnit);
}

type Line = ReturnType<typeof durations>[number];

/** The same as lines that a spreadsheet opens. */
const csvOf = (lines: Line[]) =>
  ['PERIOD,PERIOD_UNIT,MINIMUM,MAXIMUM,AVERAGE', ...lines.map(line => Object.values(line).join(','))].join('\n');

const TaskReport = z.object({
  reportType: z.enum(['duration', 'count']),
  periodUnit: PeriodUnit.optional(),
  completedBefore: DateIn.optional(),
  completedAfter: DateIn.optional(),
  groupBy: z.enum(['taskName', 'processDefinition']).optional(),
});

async function taskReport({ store }: Services, { query, person }: Asked<z.output<typeof TaskReport>, unknown>) {
  const tasks = await every<TaskDocument>(store, 'tasks', {
    $and: [
      { tenant: { $in: person.tenants } },
      permitted(person, 'processDefinition', 'READ_HISTORY', 'definitionKey'),
      { 'wait.state': { $ne: 'open' }, instance: { $ne: '' } },
      since('wait.answeredAt', query.completedBefore, '$lte'),
      since('wait.answeredAt', query.completedAfter, '$gte'),
    ],
  });
  if (query.reportType === 'count') return taskCounts(store, tasks, query.groupBy);
  if (query.periodUnit === undefined) throw invalid('periodUnit is null: month or quarter is needed');
  const spans = tasks.map(({ createdAt, wait }) => ({
    at: createdAt,
    duration: (wait.answeredAt ?? createdAt) - createdAt,
  }));
  return durations(spans, query.periodUnit);
}

async function taskCounts(store: Store, tasks: TaskDocument[], groupBy: 'taskName' | 'processDefinition' | undefined) {
  if (groupBy === undefined) throw invalid('groupBy is null: taskName or processDefinition is needed');
  const groups = new Map<string, TaskDocument[]>();
  for (const task of tasks) {
    const key = groupBy === 'taskName' ? JSON.stringify([task.name, task.definition]) : task.definition;
    groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  const ids = [...new Set(tasks.map(({ definition }) => definition))];
  const definitions = await store.getMany<DefinitionDocument>('definitions', ids);
  const nameOf = new Map(definitions.map(({ id, name }) => [id, name]));
  return [...groups.values()].map(([first, ...others]) => ({
    taskName: groupBy === 'taskName' ? first!.name : null,
    count: others.length + 1,
    processDefinitionKey: first!.definitionKey,
    processDefinitionId: first!.definition,
    processDefinitionName: nameOf.get(first!.definition) ?? null,
    tenantId: tenantId(first!.tenant),
  }));
}

export const reportOperations = (services: Services): Operation[] => [
  operation({ method: 'get', path: '/history/process-instance/report', query: InstanceReport }, async asked => {
    const lines = await instanceReport(services, asked);
    const type = asked.request.accepts(['application/json', 'text/csv', 'application/csv']) || 'application/json';
    if (type === 'application/json') return lines;
    return new Reply({
      type,
      body: csvOf(lines),
      headers: { 'Content-Disposition': 'attachment; filename="process-instance-report.csv"' },
    });
  }),
  operation({ method: 'get', path: '/history/task/report', query: TaskReport }, asked => taskReport(services, asked)),
];
