/** Weft as a subject: the whole engine on its embedded store, and the core alone in memory. */

import type { Command } from '../../../engine/core/language.js';
import { createStep } from '../../../engine/core/step.js';
import type { Definition, Instance, Wait } from '../../../engine/core/types.js';
import { behaviours } from '../../../engine/elements/index.js';
import { calendar, inPlace } from '../../../engine/expressions/index.js';
import { createEngine } from '../../../engine/index.js';
import { triggers } from '../../../engine/triggers/index.js';
import { databaseOf } from '../../databases.js';
import { compile } from '../../diagram.js';
import type { OpenSubject, Subject } from '../subject.js';

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

/** The engine that a program embeds, on SQLite or with TEST_STORE=mongodb on MongoDB. `folding`: with the projections that the pages query, up to the last commit. */
async function open(xml: string, folder: string, folding: boolean): Promise<Subject> {
  const weft = await createEngine({ ...databaseOf(folder), begin: false });
  await weft.deploy({ files: [{ name: 'benchmark.bpmn', bytes: Buffer.from(xml) }] });
  if (folding) await weft.projector.start();
  /** A client knows its task from its list; here from the commit that opened it. */
  const waits = new Map<string, { instance: string; task?: string }>();
  let ended = 0;
  weft.onCommit(({ unit: { instance } }) => {
    const open = Object.values(instance.waits).find(wait => wait.kind === 'task');
    if (instance.state === 'completed') ended++;
    if (instance.state === 'completed') waits.delete(instance.businessKey!);
    else waits.set(instance.businessKey!, { instance: instance.id, task: open?.id });
  });

  return {
    async start(process, businessKey, variables) {
      await weft.start({ key: process, businessKey, variables });
    },
    async complete(key, variables) {
      const { instance, task } = waits.get(key)!;
      await weft.send(instance, { do: 'resume', wait: task!, variables, by: 'anna', ...command() });
    },
    async publish(name, businessKey) {
      const { result } = await weft.publish({ name, businessKey });
      if (result !== 'delivered') throw new Error(`the message for ${businessKey} is ${result}`);
    },
    async fetch(topic, max) {
      const found = await weft.jobs.fetchAndLock({ worker: 'bench', topics: [{ topic, lock: 60_000 }], max });
      return found.map(job => job.id);
    },
    async finish(id) {
      await weft.jobs.complete({ id, worker: 'bench' });
    },
    ended: () => ended,
    settle: () => (folding ? weft.projector.fold() : Promise.resolve()),
    close: () => weft.close(),
  };
}

/** Every command durable, its history with it. */
export const openWeft: OpenSubject = (xml, folder) => open(xml, folder, false);

/** The same, and everything that is queried of it. */
export const openWeftFolding: OpenSubject = (xml, folder) => open(xml, folder, true);
