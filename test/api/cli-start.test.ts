/** `weft start` reads its variables as JSON: what would be rounded is refused before anybody is asked. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Usage } from '../../api/cli/output.js';
import { run } from '../../api/cli/start.js';

test('a whole number that would be rounded is refused by the name of its variable', async () => {
  const start = (pair: string) => run(['order', pair], { say: () => undefined, json: false });

  for (const pair of ['id=1234567890123456789012', 'id={"big":[12345678901234567890]}'])
    await assert.rejects(
      start(pair),
      new Usage('id: a whole number beyond ±9007199254740991 is not kept exactly; write it as a text, in quotes'),
    );
});
