/** `weft serve`: runs the server until it is told to stop, and says what to open. */

import { parseArgs } from 'node:util';
import { createSqliteStore, eraseData } from '../../engine/store/sqlite.js';
import { keepApart } from '../demo/apart.js';
import { createServer } from '../server.js';
import { readSettings, type Settings } from '../settings.js';
import { type Output, Usage } from './output.js';

export async function run(args: string[], output: Output): Promise<void> {
  const { values } = parseArgs({ args, options: { demo: { type: 'boolean' }, reset: { type: 'boolean' } } });
  const settings = readSettings(values.demo ? { ...process.env, WEFT_DEMO: 'on' } : process.env);
  if (values.reset) await erase(settings);
  const server = await createServer({ settings });
  const { url } = await server.listen();
  const token = await server.services.setup.offer();
  output.say(greeting(url, settings.demo, token), {
    url,
    demo: settings.demo,
    ...(token ? { setupToken: token } : {}),
  });
  stopOnSignals(server.close);
}

/** The demo begins anew. What people work with, and a database that others may use, is not erased by an option. */
async function erase(settings: Settings): Promise<void> {
  const { demo, data, mongodb } = settings;
  if (mongodb !== '')
    throw new Usage('--reset erases the embedded database only: drop the database of MONGODB_URI yourself');
  if (!demo)
    throw new Usage(`--reset is for the demo (--demo): to erase ${data} for good, stop Weft and remove it by hand`);
  const store = createSqliteStore({ folder: data });
  await store.open();
  try {
    await keepApart(store, settings);
  } finally {
    await store.close();
  }
  eraseData(data);
}

function greeting(url: string, demo: boolean, token: string | undefined): string {
  const lines = [`Weft runs. Open ${url}`];
  if (demo) lines.push('Sign in as one of the demo people with one click; programs use demo:demo.');
  else if (token !== undefined)
    lines.push(
      'There is no administrator yet. Open this address once, and become it:',
      `${url}/signin.html?setup=${token}`,
    );
  lines.push(`The API: ${url}/api/v1/docs`);
  return lines.join('\n');
}

/** The first signal drains; a second one does not wait. */
function stopOnSignals(close: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      close().then(
        () => process.exit(0),
        error => {
          console.error('while stopping:', error);
          process.exit(1);
        },
      );
    });
}
