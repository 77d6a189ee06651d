/** `weft start`: starts a process on a server. */

import { parseArgs } from 'node:util';
import { roundedLiterals } from '../literals.js';
import { roundedSentence } from '../numbers.js';
import { clientOptions, createClient } from './client.js';
import { type Output, Usage } from './output.js';

interface Started {
  id: string;
  key: string;
  state: string;
  incidents: { message: string }[];
}

export async function run(args: string[], output: Output): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { ...clientOptions, 'business-key': { type: 'string' } },
    allowPositionals: true,
  });
  const [key, ...pairs] = positionals;
  if (key === undefined) throw new Usage('name the process to start: weft start order amount=10');
  const started = await createClient(values).post<Started>('/instances', {
    key,
    businessKey: values['business-key'],
    variables: Object.fromEntries(pairs.map(variable)),
  });
  const lines = [
    `started ${started.key} as ${started.id}, which is ${started.state}`,
    ...started.incidents.map(({ message }) => `incident: ${message}`),
  ];
  output.say(lines.join('\n'), started);
}

/** `amount=10` is a number, `name=Ann` a text, `order={"a":1}` an object. */
function variable(pair: string): [name: string, value: unknown] {
  const [, name, text] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (name === undefined || text === undefined) throw new Usage(`"${pair}" is no variable: write name=value`);
  const value = read(text);
  if (value !== undefined && roundedLiterals(Buffer.from(text)).length > 0)
    throw new Usage(`${name}: ${roundedSentence}; write it as a text, in quotes`);
  return [name, value ?? text];
}

/** What a text has as JSON; undefined: it is none. */
function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
