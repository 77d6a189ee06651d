/** The samples: three processes that a newcomer understands at once, each in its folder. */

import { readFile } from 'node:fs/promises';
import type { DeploymentFile } from '../engine/contract.js';
import { approval } from './approval/index.js';
import { claim } from './claim/index.js';
import { order } from './order/index.js';
import type { Sample } from './sample.js';

export type { Sample } from './sample.js';

export const samples: Sample[] = [approval, order, claim];

/** `samples/` lies beside `dist/`. */
const folder = new URL('../../samples/', import.meta.url);

/** The files of a sample, as they are deployed together. */
export function filesOf({ name, files }: Sample): Promise<DeploymentFile[]> {
  return Promise.all(
    files.map(async file => ({ name: file, bytes: await readFile(new URL(`${name}/${file}`, folder)) })),
  );
}
