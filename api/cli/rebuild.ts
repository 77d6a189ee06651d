/** `weft rebuild`: throws the projections away and folds all history again; the server must not run meanwhile. */

import { onData } from './data.js';
import type { Output } from './output.js';

export async function run(_args: string[], output: Output): Promise<void> {
  await onData(async engine => {
    const folded = await engine.projector.rebuild();
    output.say(`folded ${folded} commits again`, { folded });
  });
}
