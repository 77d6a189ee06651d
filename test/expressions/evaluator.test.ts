/** FEEL and JavaScript in their thread: what they mean, what they may not do, and that a bomb hurts nobody else. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Answer } from '../../engine/core/language.js';
import type { Expression, Json, Variables } from '../../engine/core/types.js';
import { createEvaluator, type EvaluatorOptions } from '../../engine/expressions/evaluator.js';
import { mentioned } from '../../engine/expressions/mentioned.js';
import { plain } from '../../engine/expressions/plain.js';
import { scopeView } from './scope.js';

// The machine that tests may be busy with others.
const evaluator = createEvaluator({ deadline: 10_000, grace: 10_000 });
after(() => evaluator.close());

const variables: Variables = {
  amount: 1200,
  approved: true,
  name: 'Ada',
  nothing: null,
  items: [
    { price: 3, quantity: 2 },
    { price: 4, quantity: 1 },
  ],
  JSON: 'a variable with the name of a builtin',
};

function ask(language: Expression['language'], source: string, evaluate = evaluator.evaluate): Promise<Answer> {
  const scope = scopeView(variables, ['name']);
  return evaluate({ need: 'value', expression: { language, source, line: 42 }, scope });
}
const feel = (source: string) => ask('feel', source);
const script = (source: string) => ask('javascript', source);

function failureOf(answer: Answer): string {
  assert.ok('failure' in answer, JSON.stringify(answer));
  return answer.failure;
}

const feelMeanings: [string, Json][] = [
  ['=amount > 1000 and approved', true],
  ['= name', 'Ada'],
  ['nothing', null],
  ['`amount` + 1', 1201],
  ['sum(for item in items return item.price * item.quantity)', 10],
  ['items[price > 3].price', [4]],
  ['if approved then "yes" else "no"', 'yes'],
  ['now()', '2026-03-28T12:00:00Z'],
  ['today() + duration("P1M")', '2026-04-28'],
  ['date and time("2026-07-01T10:00:00@Europe/Berlin")', '2026-07-01T10:00:00+02:00[Europe/Berlin]'],
  ['time("10:30:00")', '10:30:00'],
  ['{due: date("2026-01-01"), within: duration("P1DT2H")}', { due: '2026-01-01', within: 'P1DT2H' }],
  ['2 ** 5000', null],
  ['{"__proto__": {polluted: true}, a: 1}', { a: 1 }],
  ['get or else(missing, 5)', 5],
  ['is defined(missing)', false],
  ['is blank("  ")', true],
  ['is empty([])', true],
  ['trim("  a ")', 'a'],
  ['matches("2026-03", "^\\d{4}-\\d{2}$")', true],
  ['matches("ABC", "b", "i")', true],
  // In an engine that tries again at every place this takes years.
  [`matches("${'a'.repeat(60)}!", "^(a+)+$")`, false],
  ['replace("a1b22", "[0-9]+", "#")', 'a#b#'],
  ['split("a;b", ";")', ['a', 'b']],
  ['extract("a1b22", "[0-9]+")', ['1', '22']],
  ['partition([1, 2, 3], 2)', [[1, 2], [3]]],
  ['duplicate values([1, 2, 1, 3, 3, 1])', [1, 3]],
  ['last day of month(date("2028-02-03"))', '2028-02-29'],
  ['put({a: 1}, "b", 2)', { a: 1, b: 2 }],
  ['put all([{a: 1}, {b: 2}])', { a: 1, b: 2 }],
  ['from json(to json({a: [1]}))', { a: [1] }],
  ['from base64(to base64("Ada"))', 'Ada'],
  ['string length(uuid())', 36],
  ['random number() < 1', true],
  ['assert(amount, amount > 0)', 1200],
];

for (const [source, expected] of feelMeanings) {
  test(`FEEL: ${source} is ${JSON.stringify(expected)}`, async () => {
    assert.deepEqual(await feel(source), { value: expected });
  });
}

const feelFailures: [string, RegExp][] = [
  ['=aproved', /^Variable 'aproved' not found; did you mean 'approved'\? known here: amount, /],
  ['amount + "x"', /Can't add '"x"' to '1200'/],
  ['amount >', /cannot be read as FEEL at column 9 \(Incomplete <Comparison>\)/],
  ['shout(1)', /Variable 'shout' not found/],
  ['function(x) x', /answers a function; call it/],
  ['assert(amount, amount < 0, "too much")', /too much/],
];

for (const [source, expected] of feelFailures) {
  test(`FEEL: ${source} fails and says why`, async () => {
    assert.match(failureOf(await feel(source)), expected);
  });
}

const scriptMeanings: [string, Json][] = [
  ['amount * 2', 2400],
  ['let sum = 0; for (const item of items) sum += item.price * item.quantity; sum', 10],
  ['var amount = 5; amount', 5],
  ['undefined', null],
  ['(function f() {})', null],
  ['[1, NaN, () => 1]', [1, null, null]],
  ['new Date(0)', '1970-01-01T00:00:00.000Z'],
  ['execution.getVariable("amount") + execution.getVariable("missing")', 1200],
  ['execution.hasVariable("missing")', false],
  ['execution.getVariableLocal("name") + execution.getVariableLocal("amount")', 'Adanull'],
  ['Object.keys(execution.getVariables()).length', 6],
  ['execution.getVariable("JSON").length', 37],
  ['execution.getProcessInstanceId() + execution.processBusinessKey', 'instance-1A-17'],
  ['execution.getCurrentActivityName()', 'Check the order'],
  ['task.getExecution().getCurrentActivityId() + task.name', 'checkCheck the order'],
  ['authenticatedUserId', 'mary'],
  ['print("x"); console.log("y"); 1', 1],
  ['JSON.parse("[1]")', [1]],
  ['({ ["__proto__"]: 1, a: 2 })', { a: 2 }],
];

for (const [source, expected] of scriptMeanings) {
  test(`script: ${source} is ${JSON.stringify(expected)}`, async () => {
    assert.deepEqual(await script(source), { value: expected, writes: [] });
  });
}

test('setVariable, setVariableLocal and removeVariable are answered in their order, as they were when called', async () => {
  const answer = await script(`
    const order = { items: [1] };
    execution.setVariable('order', order);
    order.items.push(2);
    execution.setVariableLocal('count', order.items.length);
    execution.removeVariable('name');
    execution.setVariable('same', execution.getVariable('order').items.length + (execution.getVariable('name') || 'gone'));
  `);
  assert.deepEqual(answer, {
    value: null,
    writes: [
      { name: 'order', value: { items: [1] } },
      { name: 'count', value: 2, local: true },
      { name: 'name', value: undefined },
      { name: 'same', value: '1gone' },
    ],
  });
});

test('assigning to a global changes no variable: only setVariable does, as in Camunda 7', async () => {
  assert.deepEqual(await script('amount = 5; approved = false; amount'), { value: 5, writes: [] });
});

test('nothing is left of one script for the next', async () => {
  await script('globalThis.left = 1; Object.prototype.polluted = 2; Array.prototype.map = null;');
  assert.deepEqual(await script('[typeof left, ({}).polluted, [1].map(x => x)]'), {
    value: ['undefined', null, [1]],
    writes: [],
  });
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

for (const source of [
  'throw new BpmnError("TOO_MUCH", "over the limit")',
  'throw new org.camunda.bpm.engine.delegate.BpmnError("TOO_MUCH", "over the limit")',
  'throw BpmnError("TOO_MUCH", "over the limit")',
]) {
  test(`script: ${source} is an error of the process`, async () => {
    assert.deepEqual(await script(source), { thrown: { type: 'error', code: 'TOO_MUCH', message: 'over the limit' } });
  });
}

test('script: what it has set before it throws an error of the process is told with it', async () => {
  assert.deepEqual(await script('execution.setVariable("tried", 1); throw new BpmnError("NO")'), {
    thrown: { type: 'error', code: 'NO' },
    writes: [{ name: 'tried', value: 1 }],
  });
});

const scriptFailures: [string, RegExp][] = [
  ['let a = 1;\nlet b = amuont', /^in its line 2: ReferenceError: 'amuont' is not defined; did you mean 'amount'\?/],
  ['nothing.name', /TypeError: cannot read property 'name' of null/],
  ['let = ;', /SyntaxError/],
  ['throw "a text"', /a text/],
  ['throw new Error("interrupted by hand")', /Error: interrupted by hand/],
  ['Promise.resolve(1)', /promises are not awaited/],
  ['10n', /BigInt/],
  ['let a = []; a[0] = a; a', /circular/],
  ['"x".repeat(5000000)', /larger than the 4194304 characters/],
  ['let o = {}, p = o; for (let i = 0; i < 100; i++) p = p.a = {}; o', /nested deeper than the 64 levels/],
  ['execution.setVariable("__proto__", { a: 1 })', /'__proto__' is not allowed as the name of a variable/],
];

for (const [source, expected] of scriptFailures) {
  test(`script: ${source.slice(0, 60)} fails and says why`, async () => {
    assert.match(failureOf(await script(source)), expected);
  });
}

test('a script finds no way to the host', async () => {
  const names = [
    'process',
    'require',
    'module',
    'Buffer',
    'fetch',
    'setTimeout',
    'WebAssembly',
    'SharedArrayBuffer',
    'std',
    'os',
  ];
  assert.deepEqual(await script(`[${names.map(name => `typeof ${name}`)}]`), {
    value: names.map(() => 'undefined'),
    writes: [],
  });
  assert.match(failureOf(await script('print.constructor("return process")()')), /'process' is not defined/);
  assert.match(failureOf(await script('import("fs").then(x => x)')), /promises are not awaited|import/);
});

const bombs: [Expression['language'], string][] = [
  ['javascript', 'while (true) {}'],
  ['javascript', 'for (;;) { try { for (;;); } catch {} }'],
  ['javascript', 'let all = []; for (;;) all.push(new Array(10000).fill(1))'],
  ['javascript', 'let text = "x"; for (;;) text += text'],
  ['javascript', 'function again() { return again() + 1 } again()'],
  ['javascript', '/^(a+)+$/.test("a".repeat(50) + "!")'],
  ['javascript', 'eval("(".repeat(200000))'],
  ['javascript', 'let text = "1"; for (;;) text = `eval(${JSON.stringify(text)})`'],
  ['javascript', '[..."x".repeat(20000)].reduce(inner => [inner], []).toString()'],
  ['javascript', 'JSON.stringify(JSON.parse("[".repeat(100000) + "]".repeat(100000)))'],
  ['feel', 'count(for i in 1..1000000000 return i)'],
  ['feel', 'some i in 1..1000000000 satisfies i < 0'],
  ['feel', `${'('.repeat(20_000)}1${')'.repeat(20_000)}`],
];

for (const [language, source] of bombs) {
  test(`the ${language} bomb ${source.slice(0, 60)} is contained, and the others are answered`, async () => {
    // given an evaluator with some patience: the machine may be busy
    const { evaluate, close } = createEvaluator({ deadline: 400, grace: 3_000, memory: 64 });
    // when the bomb is among evaluations of others
    const before = [ask('javascript', 'amount + 1', evaluate), ask('feel', 'amount + 1', evaluate)];
    const bomb = ask(language, source, evaluate);
    const behind = [ask('javascript', 'amount + 2', evaluate), ask('feel', 'amount + 2', evaluate)];
    // then it fails in a sentence, and all others have their values
    assert.match(
      failureOf(await bomb),
      /takes longer|more memory|too deeply|cannot be read|too large|nested deeper|larger than|invalid|circular/i,
    );
    const values = (await Promise.all([...before, ...behind])).map(answer => 'value' in answer && answer.value);
    assert.deepEqual(values, [1201, 1201, 1202, 1202]);
    await close();
  });
}

/** Each limit alone: the others are so wide that only this one can say no. */
const limits: [
  name: string,
  language: Expression['language'],
  source: string,
  options: EvaluatorOptions,
  says: RegExp,
][] = [
  [
    'a script ends at its deadline, also when nobody ends its thread',
    'javascript',
    'while (true) {}',
    { deadline: 400, grace: 2 ** 30 },
    /takes longer than 400 ms/,
  ],
  [
    'a script has 64 MB',
    'javascript',
    'const all = []; for (let n = 0; n < 100; n++) all.push("x".repeat(1_000_000) + n); all.length',
    { deadline: 2 ** 29, grace: 2 ** 29, memory: 4096 },
    /more memory than the 64 MB/,
  ],
  [
    'FEEL that needs no memory ends with its thread',
    'feel',
    'some x in 1..3000 satisfies some y in 1..3000 satisfies some z in 1..3000 satisfies x + y + z < 0',
    { deadline: 400, grace: 100, memory: 4096 },
    /takes longer than 400 ms/,
  ],
  [
    'FEEL has the memory that it is given',
    'feel',
    'count(for i in 1..10000000 return i)',
    { deadline: 2 ** 29, grace: 2 ** 29, memory: 64 },
    /more memory than the 64 MB/,
  ],
];

for (const [name, language, source, options, says] of limits)
  test(name, async () => {
    const { evaluate, close } = createEvaluator(options);
    assert.match(failureOf(await ask(language, source, evaluate)), says);
    assert.deepEqual(await ask('feel', 'amount + 1', evaluate), { value: 1201 });
    await close();
  });

test('a hundred failing scripts in a row leave the evaluator whole', async () => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_each, index) => script(index % 2 ? 'function f() { f() } f()' : 'amount')),
  );
  assert.deepEqual(
    answers.map(answer => 'value' in answer && answer.value),
    answers.map((_answer, index) => (index % 2 ? false : 1200)),
  );
});

test('a closed evaluator answers every question with a failure', async () => {
  const { evaluate, close } = createEvaluator();
  const asked = [ask('feel', '1', evaluate), ask('feel', '2', evaluate)];
  await close();
  asked.push(ask('feel', '3', evaluate));
  for (const answer of await Promise.all(asked)) assert.equal(failureOf(answer), 'the evaluator is closed');
});

test('only variables that a text can see are sent to the thread', () => {
  const names = ['amount', 'order', 'due date'];
  assert.deepEqual(mentioned('amount > 1', names), ['amount', 'due date']);
  assert.deepEqual(mentioned('execution.getVariable("order")', names), ['order', 'due date']);
  assert.deepEqual(mentioned('execution.getVariable("or" + "der")', names), names);
  assert.deepEqual(mentioned('execution.getVariables()', names), names);
  assert.deepEqual(mentioned('const get = execution.getVariable; get(x)', names), names);
  assert.deepEqual(mentioned('globalThis["am" + "ount"]', names), names);
});

test('plain JSON has own keys only, no NaN, and its limits', () => {
  assert.deepEqual(plain({ a: [Number.NaN, Number.POSITIVE_INFINITY, undefined] }), { a: [null, null, null] });
  const hostile = plain(JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}'));
  assert.deepEqual(Object.entries(hostile as object), [['constructor', 2]]);
  assert.throws(() => plain('x'.repeat(5_000_000)), /larger than/);
});
