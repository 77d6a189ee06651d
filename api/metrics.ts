/** Numbers for Prometheus. What counts them takes a tenth of a second to load, so a start does not wait for it. */

import type { Engine } from '../engine/contract.js';
import type { Meters } from './meters.js';
import type { Route } from './route.js';

export interface Metrics {
  /** Begins to count. */
  load(): Promise<Meters>;
  /** A request was answered; not counted before `load`. */
  observe(route: Pick<Route, 'path'> & { method: string }, status: number, seconds: number): void;
  close(): void;
}

export function createMetrics(engine: Pick<Engine, 'onCommit' | 'store'>): Metrics {
  let meters: Meters | undefined;
  let loading: Promise<Meters> | undefined;

  return {
    load() {
      loading ??= import('./meters.js').then(({ createMeters }) => {
        meters = createMeters(engine);
        return meters;
      });
      return loading;
    },
    observe: (route, status, seconds) => meters?.observe(route, status, seconds),
    close: () => meters?.close(),
  };
}
