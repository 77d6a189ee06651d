/** The table of defences fits the code and the README: each can be taken away, and each threat names the tests that notice. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { root, textWithout } from './remove.js';
import { defences } from './table.js';

/** Rows of the README's table: number of the threat → its tests. */
function threats(): Map<number, string[]> {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, table = ''] = /\n## Threats\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const rows = [...table.matchAll(/^\| (\d+) \|.*\|$/gm)];
  return new Map(
    rows.map(([row, number]) => [Number(number), [...row.matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path!)]),
  );
}

test('every defence of the table stands in the code where the table says, and can be taken away', () => {
  for (const defence of defences) assert.notEqual(textWithout(defence), '');
});

test('the README names the same tests for each threat as the table of defences', () => {
  const told = threats();
  assert.ok(told.size >= 28, `${told.size} threats`);
  for (const [threat, tests] of told) {
    const tried = defences.filter(defence => defence.threat === threat).map(defence => defence.test);
    assert.deepEqual(tests.toSorted(), [...new Set(tried)].sort(), `threat ${threat}`);
  }
  const missing = defences.filter(({ threat, test }) => !told.has(threat) || !existsSync(join(root, test)));
  assert.deepEqual(missing, []);
});
