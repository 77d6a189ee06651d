/** `weft serve`: runs the server until it is told to stop, and says what to open. */

import { parseArgs } from 'node:util';
import { eraseData } from '../../engine/store/sqlite.js';
import { createServer } from '../server.js';
import { readSettings, type Settings } from '../settings.js';
import { type Output, Usage } from './output.js';

export async function run(args: string[], output: Output): Promise<void> {
  const { values } = parseArgs({ args, options: { demo: { type: 'boolean' }, reset: { type: 'boolean' } } });
  const settings = readSettings(values.demo ? { ...process.env, WEFT_DEMO: 'on' } : process.env);
  if (values.reset) erase(settings);
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

/** Begins anew; a database that others may use is not erased by an option. */
function erase({ data, mongodb }: Settings): void {
  if (mongodb !== '')
    throw new Usage('--reset erases the embedded database only: drop the database of MONGODB_URI yourself');
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
