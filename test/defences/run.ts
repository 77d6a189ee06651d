/** `npm run test:defences -- 16 oidc`: takes each defence away, or those whose threat or file is named, and sees its test fail. */

import { spawn } from 'node:child_process';
import { builtFrom, copyHouse } from './remove.js';
import { type Defence, defences } from './table.js';

/** Milliseconds. Without a defence a test may wait for ever: that is a failure, too. */
const patience = 180_000;

const words = process.argv.slice(2);
const wanted = defences.filter(
  ({ threat, file, test }) =>
    words.length === 0 || words.some(word => `${threat}` === word || file.includes(word) || test.includes(word)),
);

const { folder, remove, close } = copyHouse();

/** What a run of tests came to. */
interface Outcome {
  noticed: boolean;
  /** The first test that failed, or why there is none. */
  by: string;
}

/** Runs the test until one fails; one is enough. */
function run({ test }: Defence): Promise<Outcome> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['--test-reporter=tap', builtFrom(test)], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    const end = (noticed: boolean, by: string) => {
      clearTimeout(timer);
      // With all that it has started: its group bears its number.
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
        process.kill(-child.pid, 'SIGKILL');
      resolve({ noticed, by });
    };
    const timer = setTimeout(() => end(true, 'a test that waits for ever'), patience);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      said += more;
      const [, name] = /^ *not ok \d+ - (.*)\n/m.exec(said) ?? [];
      if (name !== undefined) end(true, name);
    });
    child.on('close', code => end(false, code === 0 ? 'no test' : 'no test: they cannot run'));
  });
}

let unnoticed = 0;
try {
  for (const defence of wanted) {
    const restore = remove(defence);
    const { noticed, by } = await run(defence);
    restore();
    if (!noticed) unnoticed++;
    const [removed] = Object.keys(defence.without);
    console.log(`${noticed ? 'noticed' : 'NOT NOTICED'}: ${defence.threat} ${defence.file}: ${removed}`);
    console.log(`    by ${by} (${defence.test})`);
  }
} finally {
  close();
}
console.log(`${wanted.length} defences taken away, ${unnoticed} of them unnoticed`);
process.exitCode = unnoticed > 0 || wanted.length === 0 ? 1 : 0;
