/** A stage on a running server, over its HTTP API: as any program in any language would do it. */

import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Variables } from '../engine/core/types.js';
import { BpmnError, type HandledJob, type Handler } from '../engine/jobs/index.js';
import { filesOf } from './index.js';
import type { Stage } from './stage.js';

const worker = 'sample';
const variables = z.record(z.string(), z.json());

const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });
const Started = z.object({ id: z.string() });
const Tasks = listOf(
  z.object({ id: z.string(), element: z.string(), name: z.string(), assignee: z.string().optional() }),
);
const Values = z.object({ variables });
const Activities = listOf(z.object({ element: z.string(), elementType: z.string(), name: z.string().optional() }));
const Jobs = listOf(
  z.looseObject({ id: z.string(), topic: z.string(), businessKey: z.string().optional(), variables }),
);
const Looked = z.object({
  ended: z.boolean(),
  waits: z.array(z.object({ kind: z.string() })),
  incidents: z.array(z.object({ message: z.string() })),
});

/** Does a Weft answer there? */
export async function isRunning(url: string): Promise<boolean> {
  const answer = await fetch(new URL('/health/live', url), { signal: AbortSignal.timeout(1000) }).catch(
    () => undefined,
  );
  return answer?.ok ?? false;
}

/** `authorization`: the header, `Basic …` or `Bearer …`. */
export function openServer(url: string, authorization: string): Stage {
  const stop = new AbortController();
  const working: Promise<void>[] = [];

  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(new URL(`/api/v1${path}`, url), {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer: unknown = response.status === 204 ? undefined : await response.json();
    if (response.ok) return answer;
    if (response.status === 401) throw new Error('not signed in: set WEFT_TOKEN, or use --user name:password');
    const { detail = response.statusText } = z.object({ detail: z.string().optional() }).parse(answer);
    throw new Error(`${method} ${path}: ${detail}`);
  }

  async function carryOut(job: z.infer<typeof Jobs>['items'][number], handler: Handler): Promise<void> {
    try {
      const done: Variables = (await handler(job as unknown as HandledJob)) ?? {};
      await ask('POST', `/jobs/${job.id}/complete`, { worker, variables: done });
    } catch (error) {
      if (!(error instanceof BpmnError)) throw error;
      await ask('POST', `/jobs/${job.id}/error`, { worker, code: error.code, message: error.message });
    }
  }

  async function workOn(topic: string, handler: Handler): Promise<void> {
    while (!stop.signal.aborted) {
      const { items } = Jobs.parse(await ask('POST', '/jobs/fetch', { worker, topics: [{ topic }], max: 10 }));
      for (const job of items) await carryOut(job, handler);
      await sleep(200);
    }
  }

  return {
    name: `on ${url}`,
    async deploy(sample) {
      const files = (await filesOf(sample)).map(({ name, bytes }) => ({ name, text: new TextDecoder().decode(bytes) }));
      await ask('POST', '/deployments', { name: sample.title, files, changedOnly: true });
    },
    start: async (key, input) => Started.parse(await ask('POST', '/instances', { key, ...input })).id,
    work: (topic, handler) => void working.push(workOn(topic, handler)),
    tasks: async instance => Tasks.parse(await ask('GET', `/tasks?instance=${instance}`)).items,
    complete: async (task, values) => void (await ask('POST', `/tasks/${task}/complete`, { variables: values })),
    variables: async instance => Values.parse(await ask('GET', `/instances/${instance}/variables`)).variables,
    publish: async message => void (await ask('POST', '/messages', message)),
    async look(instance) {
      const { ended, waits, incidents } = Looked.parse(await ask('GET', `/instances/${instance}`));
      return {
        ended,
        waitsForMessage: waits.some(wait => wait.kind === 'message'),
        incidents: incidents.map(incident => incident.message),
      };
    },
    async visits(instance) {
      const { items } = Activities.parse(await ask('GET', `/instances/${instance}/activities?limit=500`));
      const visits = items.filter(({ elementType }) => elementType !== 'multiInstanceBody');
      return visits.map(({ name, element }) => name ?? element);
    },
    async close() {
      stop.abort();
      await Promise.all(working);
    },
  };
}
