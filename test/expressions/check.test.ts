/** What cannot be read is refused at deployment, in one sentence. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Expression } from '../../engine/core/types.js';
import { checkExpression } from '../../engine/expressions/check.js';

const cases: [Expression['language'], string, RegExp | undefined][] = [
  ['literal', '${not an expression', undefined],
  ['juel', '${amount > 1000}', undefined],
  ['juel', '${amount >}', /^line 7: \$\{amount >\}: expected a value at column 11, found '}'$/],
  ['juel', '${shout(amount)}', /there is no function shout\(\)/],
  ['feel', '=amount > 1000 and is defined(order.total)', undefined],
  ['feel', 'get or else(a, 1) + last day of month(b).day', undefined],
  ['feel', '=amount >', /^line 7: =amount >: cannot be read as FEEL at column 9$/],
  ['feel', '', /cannot be read as FEEL/],
  ['javascript', 'const total = a + b;\ntotal', undefined],
  ['javascript', 'process.exit(1)', undefined],
  ['javascript', 'let a = 1;\nlet = ;', /^line 7: script, its line 2: Unexpected token/],
];

for (const [language, source, expected] of cases) {
  test(`the ${language} '${source}' is ${expected ? 'refused' : 'accepted'}`, async () => {
    const problem = await checkExpression({ language, source, line: 7 });
    if (expected) assert.match(problem ?? '', expected);
    else assert.equal(problem, undefined);
  });
}
