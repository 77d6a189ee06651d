/** A piece of the server's state as a signal: fetched when its path changes, again when an event concerns it. */

import { effect, type Signal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Address } from '../client/index.js';
import { isAborted, read } from './client.js';
import { onLive } from './live.js';
import type { LiveEvent } from './model.js';

export interface Resource<T> {
  /** The newest answer; the previous one stays until the next has arrived. */
  data: Signal<T | undefined>;
  error: Signal<Error | undefined>;
  /** Asks again; resolves when the answer is in `data`. */
  reload(): Promise<void>;
  /** Of a list: adds its next page to what is there. */
  more(): Promise<void>;
  /** Stops following; for a resource that lives no longer than a component. */
  close(): void;
}

export interface ResourceOptions<T> {
  /** Which events make the answer out of date. */
  concerns?: (event: LiveEvent) => boolean;
  /** How a newer answer to the same path is taken over; default: it replaces. */
  merge?: (shown: T, fresh: T) => T;
}

/** As much of a list as its next page needs. */
interface Paged {
  items: unknown[];
  next?: string;
}

/** Events come in bursts: one request answers all of a burst. */
const BURST = 120;

/**
 * Follows `path()`, which may read signals; `undefined` means nothing to ask for.
 * `const counts = resource(() => address('GET /tasks/counts'), { concerns: event => event.topic === 'task' })`
 */
export function resource<T>(path: () => Address<T> | undefined, options: ResourceOptions<T> = {}): Resource<T> {
  const data = signal<T>();
  const error = signal<Error>();
  let current: Address<T> | undefined;
  let abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function load(asked: Address<T>, merge?: ResourceOptions<T>['merge']) {
    abort.abort();
    abort = new AbortController();
    const { signal: cancelled } = abort;
    try {
      const fresh = await read(asked, cancelled);
      if (cancelled.aborted) return;
      data.value = merge && data.value ? merge(data.value, fresh) : fresh;
      error.value = undefined;
    } catch (problem) {
      if (!cancelled.aborted && !isAborted(problem)) error.value = problem as Error;
    }
  }

  const stopFollowing = effect(() => {
    const next = path();
    if (next === current) return;
    const samePlace = current?.split('?')[0] === next?.split('?')[0];
    current = next;
    error.value = undefined;
    if (!samePlace) data.value = undefined;
    if (next) load(next);
    else abort.abort();
  });

  const stopListening = onLive(event => {
    if (!current || !(event.topic === 'reset' || options.concerns?.(event))) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (current) load(current, options.merge);
    }, BURST);
  });

  const reload = async () => {
    if (current) await load(current);
  };
  const more = async () => {
    const shown = data.peek() as Paged | undefined;
    if (!current || shown?.next === undefined) return;
    const asked = current;
    const page = (await read(
      `${asked}${asked.includes('?') ? '&' : '?'}after=${encodeURIComponent(shown.next)}`,
    )) as Paged;
    if (current === asked && data.peek() === shown)
      data.value = { ...page, items: [...shown.items, ...page.items] } as T;
  };
  const close = () => {
    stopFollowing();
    stopListening();
    clearTimeout(timer);
    abort.abort();
  };
  return { data, error, reload, more, close };
}

/** A resource that lives as long as the component that uses it; made anew when `inputs` change. */
export function useResource<T>(make: () => Resource<T>, inputs: unknown[]): Resource<T> {
  const made = useMemo(make, inputs);
  useEffect(() => made.close, [made]);
  return made;
}
