/** The data that a command works on itself, beside a server on MongoDB, or while none runs. */

import { createEngine, type Weft } from '../../engine/index.js';
import { requireData } from '../../engine/store/there.js';
import { readSettings, type Settings } from '../settings.js';

/** Opens the data that the settings name for as long as the work takes. Throws StoreError where there are none. */
export async function onData(work: (engine: Weft, settings: Settings) => Promise<void>): Promise<void> {
  const settings = readSettings();
  const { data, mongodb } = settings;
  await requireData({ data, mongodb });
  const engine = await createEngine({ data, mongodb, begin: false });
  try {
    await work(engine, settings);
  } finally {
    await engine.close();
  }
}
