/** A process to be killed: starts 300 timers that are due together, and reports the first that fires. */

import { realClock } from '../virtual.js';
import { start } from '../weft.js';
import { waits } from './models.js';

const { engine, jobs, deploy } = await start(process.argv[2]!, realClock());
await deploy(waits('PT1S'));
await Promise.all(Array.from({ length: 300 }, () => engine.start({ key: 'waits' })));
engine.onCommit(({ unit }) => unit.instance.state === 'completed' && process.send!('fired'));
await jobs.start();
