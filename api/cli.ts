#!/usr/bin/env node
/** The command line: one file per command. Exit code 0: done; 1: refused; 2: called wrongly. */

import { type Output, Usage } from './cli/output.js';

/** Loaded when it is run: a client does not wait for the server's packages. */
const commands: Record<string, () => Promise<{ run(args: string[], output: Output): Promise<void> }>> = {
  serve: () => import('./cli/serve.js'),
  deploy: () => import('./cli/deploy.js'),
  start: () => import('./cli/start.js'),
  invite: () => import('./cli/invite.js'),
  rebuild: () => import('./cli/rebuild.js'),
  audit: () => import('./cli/audit.js'),
  copy: () => import('./cli/copy.js'),
  backup: () => import('./cli/backup.js'),
  restore: () => import('./cli/restore.js'),
};

const help = `weft — BPMN processes and human tasks

  weft serve [--demo [--reset]]       runs the server; --demo: demo people and sample data, in data of their own;
                                      --reset: the demo begins anew
  weft deploy <file…> [--name n]      deploys files together
  weft start <key> [name=value…]      starts a process; a value is JSON, or else text
  weft invite <user>                  makes a one-time link to choose a new password with, for whoever has the data,
                                      while no server runs, or beside those on MongoDB
  weft rebuild                        folds all history again, while no server runs
  weft audit verify [--expect hash]   checks that no entry of the audit was changed or taken away, while no server
                                      runs; hash: the newest one that an earlier check named
  weft copy --from place --to place   carries all data to an empty place, while no server runs;
                                      a place is sqlite:folder or mongodb://…
  weft backup <file>                  copies the embedded database into a file, also while the server runs
  weft restore <file>                 makes the data folder (WEFT_DATA) of such a file

  deploy and start ask the server at WEFT_URL (http://localhost:3000) as WEFT_TOKEN, or --user name:password
  --business-key k                    of the instance that is started
  --json                              answers as JSON, for programs
  --help                              this text; the settings of the server stand in the README`;

async function main([name, ...args]: string[]): Promise<number> {
  const json = args.includes('--json');
  const output: Output = {
    say: (sentence, data) => console.log(json ? JSON.stringify(data) : sentence),
    json,
  };
  if (name === undefined || name === '--help' || name === 'help' || args.includes('--help')) {
    console.log(help);
    return name === undefined ? 2 : 0;
  }
  try {
    const load = commands[name];
    if (!load) throw new Usage(`"${name}" is no command; there are ${Object.keys(commands).join(', ')}`);
    await (await load()).run(
      args.filter(arg => arg !== '--json'),
      output,
    );
    return 0;
  } catch (error) {
    const wrong =
      error instanceof Usage || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
    const { message, ...more } = error as Error & Record<string, unknown>;
    console.error(json ? JSON.stringify({ error: message, ...more }) : message);
    return wrong ? 2 : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
