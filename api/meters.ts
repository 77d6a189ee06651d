/** The numbers themselves: commits, commands, requests, and what waits now. Loaded behind the first answer. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Engine } from '../engine/contract.js';
import type { CollectionName, Filter } from '../engine/store/port.js';
import type { Route } from './route.js';

export interface Meters {
  observe(route: Pick<Route, 'path'> & { method: string }, status: number, seconds: number): void;
  /** The text format of Prometheus, and its media type. */
  text(): Promise<string>;
  contentType: string;
  close(): void;
}

/** Counting stops here: an exact number of millions would scan the database at every scrape. */
const countedTo = 100_000;

const open: Filter = { 'wait.state': 'open' };

const gauges: { name: string; help: string; collection: CollectionName; filter: Filter }[] = [
  { name: 'weft_open_tasks', help: 'Tasks that wait for a person', collection: 'tasks', filter: open },
  { name: 'weft_open_jobs', help: 'Jobs and timers that wait', collection: 'jobs', filter: open },
  { name: 'weft_open_incidents', help: 'Open incidents', collection: 'incidents', filter: { state: 'open' } },
];

export function createMeters(engine: Pick<Engine, 'onCommit' | 'store'>): Meters {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const commits = new Counter({ name: 'weft_commits_total', help: 'Durable commits of instances', registers });
  const started = new Counter({ name: 'weft_instances_started_total', help: 'Instances started', registers });
  const ended = new Counter({
    name: 'weft_instances_ended_total',
    help: 'Instances ended, by how',
    labelNames: ['state'],
    registers,
  });
  const answered = new Counter({
    name: 'weft_commands_total',
    help: 'Commands that committed something, by what they began with',
    labelNames: ['event'],
    registers,
  });
  const duration = new Histogram({
    name: 'weft_http_seconds',
    help: 'Duration of requests',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  for (const { name, help, collection, filter } of gauges)
    new Gauge({
      name,
      help: `${help}; counted to ${countedTo}`,
      registers,
      async collect() {
        this.set(await engine.store.count(collection, filter, countedTo));
      },
    });

  const stopListening = engine.onCommit(({ unit }) => {
    commits.inc();
    const [first] = unit.history.events;
    if (first) answered.inc({ event: first.type });
    for (const event of unit.history.events) {
      if (event.type === 'started') started.inc();
      if (event.type === 'ended') ended.inc({ state: event.state });
    }
  });

  return {
    observe: (route, status, seconds) =>
      duration.observe({ method: route.method.toUpperCase(), route: route.path, status }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close: stopListening,
  };
}
