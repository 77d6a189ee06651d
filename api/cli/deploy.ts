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
  const files = positionals.map(path => ({ name: basename(path), text: readFileSync(path, 'utf8') }));
  const deployed = await createClient(values).post<Deployed>('/deployments', { name: values.name, files });
  const lines = [
    ...deployed.definitions.map(
      ({ key, version, name }) => `deployed ${key} version ${version}${name ? ` (${name})` : ''}`,
    ),
    ...deployed.warnings.map(({ file, message }) => `warning: ${file}: ${message}`),
  ];
  output.say(lines.join('\n'), deployed);
}
