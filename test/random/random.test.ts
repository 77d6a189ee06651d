/** Random processes, random ways through them. `WEFT_SEED=17 npm test -- random` runs one again. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Definition } from '../../engine/core/types.js';
import { compile } from '../diagram.js';
import { type RandomProcess, randomProcess } from './blocks.js';
import { createChance } from './chance.js';
import { walk } from './walk.js';

const wanted = process.env.WEFT_SEED;
const seeds = wanted ? [Number(wanted)] : Array.from({ length: 25 }, (_, i) => i + 1);
const paths = 3;

async function each(check: (definition: Definition, model: RandomProcess, seed: number) => void): Promise<void> {
  for (const seed of seeds) {
    const model = randomProcess(createChance(seed));
    try {
      const [definition] = await compile(model.xml);
      for (let path = 0; path < paths; path++) check(definition!, model, seed * 1000 + path);
    } catch (error) {
      throw new Error(`seed ${seed} (run it alone: WEFT_SEED=${seed}): ${(error as Error).message}`, { cause: error });
    }
  }
}

test('every random process reaches its end by every random way, and every state on the way is sound', async () => {
  await each((definition, model, path) => void walk(definition, model, createChance(path)));
});

test('a small budget changes nothing but the number of steps', async () => {
  await each((definition, model, path) => {
    const whole = walk(definition, model, createChance(path), { limits: { chunk: 2 } });
    const pieces = walk(definition, model, createChance(path), { limits: { nodes: 2, chunk: 2 } });
    assert.deepEqual(pieces.actions, whole.actions);
    assert.deepEqual(pieces.entered, whole.entered);
  });
});

test('commands may come in between while a queue is put off', async () => {
  await each((definition, model, path) => {
    walk(definition, model, createChance(path), { limits: { nodes: 2, chunk: 2 }, rests: false });
  });
});
