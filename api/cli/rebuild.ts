/** `weft rebuild`: throws the projections away and folds all history again; the server must not run meanwhile. */

import { createEngine } from '../../engine/index.js';
import { readSettings } from '../settings.js';
import type { Output } from './output.js';

export async function run(_args: string[], output: Output): Promise<void> {
  const { data, mongodb } = readSettings();
  const engine = await createEngine({ data, mongodb, begin: false });
  try {
    const folded = await engine.projector.rebuild();
    output.say(`folded ${folded} commits again`, { folded });
  } finally {
    await engine.close();
  }
}
