/** `node dist/test/bench/timers.js [sqlite|mongodb]`: how late timers fire, one by one when nothing else happens, and a thousand at once. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createEngine } from '../../engine/index.js';
import { xml } from '../diagram.js';
import { startMongod } from '../mongod.js';

const [store = 'sqlite'] = process.argv.slice(2);
const mongod = store === 'mongodb' ? await startMongod() : undefined;
const folder = mkdtempSync(join(tmpdir(), 'weft-timers-'));
const engine = await createEngine({ data: folder, mongodb: mongod?.uri });
const waits = xml(
  'waits',
  `<startEvent id="start"/><intermediateCatchEvent id="Wait"><timerEventDefinition><timeDate>\${due}</timeDate>
   </timerEventDefinition></intermediateCatchEvent><endEvent id="end"/>`,
  ['start -> Wait -> end'],
);
await engine.deploy({ files: [{ name: 'waits.bpmn', bytes: Buffer.from(waits) }] });

/** Milliseconds from the due time to the durable commit. */
const late: number[] = [];
const dues = new Map<string, number>();
engine.onCommit(({ unit }) => {
  for (const { id, insert, wait } of unit.rows) {
    if (insert) dues.set(id, (insert as unknown as { due: number }).due);
    else if (wait.state === 'answered') late.push(Date.now() - dues.get(id)!);
  }
});

const startDueAt = (due: number) => engine.start({ key: 'waits', variables: { due: new Date(due).toISOString() } });

async function fired(count: number): Promise<void> {
  while (late.length < count) await setTimeout(5);
}

function report(what: string): void {
  late.sort((one, other) => one - other);
  const at = (share: number) => late[Math.floor((late.length - 1) * share)];
  console.log(`${store}, ${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, last ${at(1)} ms late`);
  late.length = 0;
}

// the first ones find nothing compiled
for (const count of [50, 500]) {
  for (let number = 0; number < count; number++) {
    await startDueAt(Date.now() + 500);
    await setTimeout(37);
  }
  await fired(count);
  if (count === 500) report(`${count} timers, one every 37 ms or later`);
  late.length = 0;
}

for (let round = 0; round < 3; round++) {
  const due = Date.now() + 5_000;
  await Promise.all(Array.from({ length: 1_000 }, () => startDueAt(due)));
  await fired(1_000);
  report('1,000 timers due at once');
}

await engine.close();
await mongod?.stop();
rmSync(folder, { recursive: true });
process.exit();
