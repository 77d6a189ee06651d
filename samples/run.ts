/** `npm run sample -- order`: plays a sample on the running server, or in this process when none runs. */

import { parseArgs } from 'node:util';
import { samples } from './index.js';
import { openInProcess } from './inProcess.js';
import { play } from './play.js';
import { isRunning, openServer } from './server.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: process.env.WEFT_URL ?? `http://localhost:${process.env.PORT || 3000}` },
    user: { type: 'string', default: 'demo:demo' },
    'leave-tasks': { type: 'boolean', default: false },
  },
});
const [name] = positionals;
const sample = samples.find(each => each.name === name);

if (sample) {
  await run(sample).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
} else {
  if (name !== undefined) console.error(`There is no sample '${name}'.\n`);
  console.log(`npm run sample -- <${samples.map(each => each.name).join(' | ')}> [--leave-tasks]\n`);
  for (const each of samples) console.log(`${each.name}: ${each.paragraph}\n`);
  process.exitCode = name === undefined ? 0 : 2;
}

async function run(chosen: (typeof samples)[number]): Promise<void> {
  const { url, user } = values;
  const token = process.env.WEFT_TOKEN;
  const authorization = token ? `Bearer ${token}` : `Basic ${Buffer.from(user).toString('base64')}`;
  const running = await isRunning(url);
  const stage = running ? openServer(url, authorization) : await openInProcess();
  const leaveTasks = running && values['leave-tasks'];
  if (leaveTasks) console.log(`The tasks are yours: ${new URL('/tasklist.html', url)}`);
  try {
    const instance = await play({
      sample: chosen,
      stage,
      random: Math.random,
      number: Math.floor(Math.random() * 100_000),
      say: sentence => console.log(sentence),
      leaveTasks,
    });
    console.log(running ? `Done: ${new URL(`/cockpit.html?i=${instance}`, url)}` : 'Done.');
  } finally {
    await stage.close();
  }
}
