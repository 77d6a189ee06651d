/** Weft as a subject: the whole engine on its embedded store, and the core alone in memory. */

import type { Engine } from '../../../engine/contract.js';
import type { Command } from '../../../engine/core/language.js';
import { createStep } from '../../../engine/core/step.js';
import type { Definition, Instance, Variables, Wait } from '../../../engine/core/types.js';
import { behaviours } from '../../../engine/elements/index.js';
import { createEngine } from '../../../engine/engine.js';
import { calendar, createEvaluator, inPlace } from '../../../engine/expressions/index.js';
import { createJobs } from '../../../engine/jobs/index.js';
import { createSqliteStore } from '../../../engine/store/sqlite.js';
import { triggers } from '../../../engine/triggers/index.js';
import { compile } from '../../diagram.js';
import type { OpenSubject } from '../subject.js';

const waitOf = (instance: Instance, kind: Wait['kind']) =>
  Object.values(instance.waits).find(wait => wait.kind === kind)!.id;

/** Commands, events and state, without a store around them. */
export const openWeftInMemory: OpenSubject = async xml => {
  const [definition] = (await compile(xml)) as [Definition];
  const step = createStep({ behaviours, triggers, calendar, inPlace });
  const instances = new Map<string, Instance>();
  let ended = 0;

  async function run(key: string, command: Command): Promise<void> {
    const turn = step(definition, instances.get(key), command).next();
    if (!turn.done) throw new Error('a benchmark in memory has no needs');
    const { instance } = turn.value;
    if (instance.state === 'completed') ended++;
    if (instance.state === 'completed') instances.delete(key);
    else instances.set(key, instance);
  }
  return {
    start: (_process, key, variables) =>
      run(key, { do: 'start', instance: key, tenant: '', businessKey: key, variables, ...command() }),
    complete: (key, variables) =>
      run(key, { do: 'resume', wait: waitOf(instances.get(key)!, 'task'), variables, ...command() }),
    ended: () => ended,
    close: async () => {},
  };
};

const command = () => ({ at: Date.now(), onFailure: 'incident' as const });

/** Store, engine and job service, as the server runs them. */
export const openWeft: OpenSubject = async (xml, folder) => {
  const store = createSqliteStore({ folder });
  await store.open();
  const [compiled] = (await compile(xml)) as [Definition];
  const evaluator = createEvaluator();
  const definitions = {
    deploy: () => Promise.reject(new Error('a benchmark deploys nothing')),
    definition: async () => compiled,
    latest: async () => compiled,
  };
  const engine: Engine = createEngine({ store, definitions, evaluator, calendar });
  const jobs = createJobs({ engine, store });
  /** A client knows its task from its list; here from the commit that opened it. */
  const waits = new Map<string, { instance: string; task?: string }>();
  let ended = 0;
  engine.onCommit(({ unit: { instance } }) => {
    const open = Object.values(instance.waits).find(wait => wait.kind === 'task');
    if (instance.state === 'completed') ended++;
    if (instance.state === 'completed') waits.delete(instance.businessKey!);
    else waits.set(instance.businessKey!, { instance: instance.id, task: open?.id });
  });

  return {
    async start(process, businessKey, variables) {
      await engine.start({ key: process, businessKey, variables });
    },
    async complete(key, variables: Variables) {
      const { instance, task } = waits.get(key)!;
      await engine.send(instance, { do: 'resume', wait: task!, variables, by: 'anna', ...command() });
    },
    async publish(name, businessKey) {
      const { result } = await engine.publish({ name, businessKey });
      if (result !== 'delivered') throw new Error(`the message for ${businessKey} is ${result}`);
    },
    async fetch(topic, max) {
      const found = await jobs.fetchAndLock({ worker: 'bench', topics: [{ topic, lock: 60_000 }], max });
      return found.map(job => job.id);
    },
    async finish(id) {
      await jobs.complete({ id, worker: 'bench' });
    },
    ended: () => ended,
    async close() {
      await jobs.stop();
      await engine.close();
      await evaluator.close();
      await store.close();
    },
  };
};
