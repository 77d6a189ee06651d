/** The workloads: a BPMN file, and what is done with each of its instances. */

import type { Subject } from './subject.js';

export interface Workload {
  title: string;
  /** In test/fixtures/models. */
  file: string;
  process: string;
  /** Runs the instances with these business keys to their end, so many at a time. */
  run(subject: Subject, process: string, keys: string[], atOnce: number): Promise<void>;
  /** Also run in memory, without store. */
  inMemory?: boolean;
  /** About Weft's own cost; bpmn-engine cannot run the large model (its stack is not deep enough). */
  withoutPeer?: boolean;
}

/** Does something for each key, `atOnce` at a time. */
async function forEach(keys: string[], atOnce: number, work: (key: string) => Promise<void>): Promise<void> {
  const rest = keys.values();
  const one = async () => {
    for (const key of rest) await work(key);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** The same every time, whatever the machine. */
const shuffled = (keys: string[]) =>
  keys
    .map((key, index) => ({ key, place: (index * 7919) % keys.length }))
    .sort((a, b) => a.place - b.place)
    .map(({ key }) => key);

const waitOnce = (size: number): Workload => ({
  title: `one task, model of ${size} nodes`,
  file: `largewait-${size}.bpmn`,
  process: `largewait_${size}`,
  inMemory: true,
  withoutPeer: true,
  run: (subject, process, keys, atOnce) =>
    forEach(keys, atOnce, async key => {
      await subject.start(process, key, { amount: 1 });
      await subject.complete(key, {});
    }),
});

export const workloads: Record<string, Workload> = {
  W1: {
    title: 'five automatic steps',
    file: 'w1-seq5.bpmn',
    process: 'w1_seq5',
    inMemory: true,
    run: (subject, process, keys, atOnce) => forEach(keys, atOnce, key => subject.start(process, key, {})),
  },
  W3: {
    title: 'approval: two user tasks',
    file: 'w3-approval.bpmn',
    process: 'w3_approval',
    inMemory: true,
    run: (subject, process, keys, atOnce) =>
      forEach(keys, atOnce, async key => {
        await subject.start(process, key, {});
        await subject.complete(key, { approved: true });
        await subject.complete(key, {});
      }),
  },
  W6: {
    title: 'message to one of many that wait',
    file: 'w6-message.bpmn',
    process: 'w6_message',
    async run(subject, process, keys, atOnce) {
      await forEach(keys, atOnce, key => subject.start(process, key, { orderId: key }));
      await forEach(shuffled(keys), atOnce, key => subject.publish!('reply', key));
    },
  },
  W8: {
    title: 'external worker, hundred at a time',
    file: 'w8-external.bpmn',
    process: 'w8_external',
    async run(subject, process, keys, atOnce) {
      await forEach(keys, atOnce, key => subject.start(process, key, {}));
      for (let work = await subject.fetch!('work', 100); work.length > 0; work = await subject.fetch!('work', 100)) {
        await forEach(work, atOnce, id => subject.finish!(id));
      }
    },
  },
  L10: waitOnce(10),
  L1000: waitOnce(1000),
};
