/** `weft audit verify`: computes every hash of the audit again; `--expect` names the newest hash that was noted before. */

import { parseArgs } from 'node:util';
import { createAudit } from '../audit.js';
import { onData } from './data.js';
import { type Output, Usage } from './output.js';

export async function run(args: string[], output: Output): Promise<void> {
  const { positionals, values } = parseArgs({ args, allowPositionals: true, options: { expect: { type: 'string' } } });
  if (positionals.join(' ') !== 'verify') throw new Usage('call it as: weft audit verify [--expect hash]');
  await onData(async engine => {
    const audit = createAudit(engine);
    const { entries, hash, broken } = await audit.verify();
    if (broken) throw new Error(`the audit is broken at entry ${broken.entry}: ${broken.reason}`);
    if (values.expect !== undefined && (await audit.count({ hash: values.expect }, 1)) === 0)
      throw new Error(`no entry of the audit has the hash ${values.expect}: entries were cut off`);
    output.say(`the audit is whole: ${entries} entries, the newest has the hash ${hash}`, { entries, hash });
  });
}
