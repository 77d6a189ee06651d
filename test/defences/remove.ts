/** Takes a defence away in a copy of what was compiled, so that nothing of the house itself is touched. */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Defence } from './table.js';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Of TypeScript what was compiled from it. */
export const builtFrom = (source: string) =>
  source.endsWith('.ts') ? `dist/${source.replace(/\.ts$/, '.js')}` : source;

/** The text of the file without the defence. Throws where the defence does not stand there just once. */
export function textWithout({ file, without }: Pick<Defence, 'file' | 'without'>, house = root): string {
  return Object.entries(without).reduce(
    (text, [defence, instead]) => {
      const parts = text.split(defence);
      if (parts.length !== 2)
        throw new Error(`${builtFrom(file)} has "${defence}" ${parts.length - 1} times, not once`);
      return parts.join(instead);
    },
    readFileSync(join(house, builtFrom(file)), 'utf8'),
  );
}

/** A copy of the house that lacks nothing yet: `dist` in it is its own, the rest is the original. */
export function copyHouse(): { folder: string; remove(defence: Defence): () => void; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'weft-defences-'));
  for (const name of readdirSync(root))
    if (name === 'dist') cpSync(join(root, name), join(folder, name), { recursive: true });
    else symlinkSync(join(root, name), join(folder, name));
  return {
    folder,
    /** Answers the function that puts it back. */
    remove(defence) {
      const path = join(folder, builtFrom(defence.file));
      const original = readFileSync(path, 'utf8');
      const put = (text: string) => {
        // A link to the original is replaced, never written through.
        rmSync(path);
        writeFileSync(path, text);
      };
      put(textWithout(defence, folder));
      return () => put(original);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
