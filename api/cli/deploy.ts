/** `weft deploy`: sends files to a server. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { clientOptions, createClient } from './client.js';
import { type Output, Usage } from './output.js';

interface Deployed {
  id: string;
  definitions: { key: string; version: number; name?: string }[];
  warnings: { file: string; message: string }[];
}

export async function run(args: string[], output: Output): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { ...clientOptions, name: { type: 'string' } },
    allowPositionals: true,
  });
  if (positionals.length === 0) throw new Usage('name the files to deploy: weft deploy order.bpmn');
  const files = positionals.map(path => ({ name: basename(path), text: textOf(path) }));
  const deployed = await createClient(values).post<Deployed>('/deployments', { name: values.name, files });
  const lines = [
    ...deployed.definitions.map(
      ({ key, version, name }) => `deployed ${key} version ${version}${name ? ` (${name})` : ''}`,
    ),
    ...deployed.warnings.map(({ file, message }) => `warning: ${file}: ${message}`),
  ];
  output.say(lines.join('\n'), deployed);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read (${message})`);
  }
}
