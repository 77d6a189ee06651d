/** JUEL means here what it means in Camunda 7 and Flowable, and reaches nothing but the variables. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../engine/core/errors.js';
import type { Json, Variables } from '../../engine/core/types.js';
import { checkJuel, evaluateJuel, variablesIn } from '../../engine/expressions/juel/index.js';
import { liveScope } from './scope.js';

const variables = (): Variables => ({
  amount: 1200,
  approved: true,
  name: 'Ada',
  empty_text: '',
  nothing: null,
  due: '2026-03-28T11:00:00Z',
  items: [{ price: 3 }, { price: 4 }],
  tags: ['red', 'blue'],
  order: { id: 17, customer: { name: 'Ada', eq: 'word' }, none: null, class: 'A' },
  no_items: [],
  no_entries: {},
});

const evaluate = (source: string, scope = liveScope(variables())): Json =>
  evaluateJuel({ language: 'juel', source, line: 42 }, scope);

const meanings: [string, Json][] = [
  // texts and templates
  ['plain text', 'plain text'],
  ['', ''],
  ['Hello ${name}, you are #{amount}', 'Hello Ada, you are 1200'],
  ['\\${name} is ${name}', '${name} is Ada'],
  ['\\#{name}', '#{name}'],
  ['${nothing}-${approved}-${tags}', '-true-["red","blue"]'],
  ['${ name }', 'Ada'],
  ['#{amount}', 1200],
  ['${"a } b"}', 'a } b'],
  ["${'it\\'s'}", "it's"],
  ['$name {x}', '$name {x}'],
  // literals
  ['${true}', true],
  ['${null}', null],
  ['${1.5e3}', 1500],
  ['${.5}', 0.5],
  // arithmetic is numeric, always
  ['${1 + 2 * 3}', 7],
  ['${(1 + 2) * 3}', 9],
  ['${7 / 2}', 3.5],
  ['${7 div 2 + 7 mod 4}', 6.5],
  ['${"1" + "2"}', 3],
  ['${nothing + 1}', 1],
  ['${empty_text + 1}', 1],
  ['${-amount}', -1200],
  ['${10 - 3 - 2}', 5],
  // comparison and coercion
  ['${amount > 1000}', true],
  ['${amount gt 1000 and approved}', true],
  ['${amount le 1000 or not approved}', false],
  ['${"10" > 9}', true],
  ['${"10" > "9"}', false],
  ['${"1200" == amount}', true],
  ['${approved == "true"}', true],
  ['${name == "Ada"}', true],
  ['${name ne "Bob"}', true],
  ['${nothing == null}', true],
  ['${amount != null}', true],
  ['${nothing < 1}', false],
  ['${tags == tags}', true],
  ['${items[0] == items[1]}', false],
  ['${!approved && undefined_but_not_reached}', false],
  ['${approved || undefined_but_not_reached}', true],
  ['${1 < 2 == true}', true],
  // empty
  ['${empty nothing && empty empty_text && empty no_items && empty no_entries}', true],
  ['${not empty tags}', true],
  ['${empty name ? "none" : name}', 'Ada'],
  // choice
  ['${amount > 1000 ? "big" : amount > 100 ? "middle" : "small"}', 'big'],
  ['${approved ? (name) : (amount)}', 'Ada'],
  // paths
  ['${order.customer.name}', 'Ada'],
  ["${order['customer'].name}", 'Ada'],
  ['${order.customer.eq}', 'word'],
  ['${order.class}', 'A'],
  ['${items[1].price}', 4],
  ['${items["1"].price}', 4],
  ['${items[9]}', null],
  ['${order.missing}', null],
  ['${order.none.deeper}', null],
  ['${order.toString}', null],
  // methods
  ['${name.equals("Ada")}', true],
  ['${name.concat("-").concat(amount)}', 'Ada-1200'],
  ['${name.substring(1)}${name.substring(0, 1)}', 'daA'],
  ['${name.toUpperCase().length()}', 3],
  ['${"a,b,,".split(",")}', ['a', 'b']],
  ['${"2026-03".matches("[0-9]{4}-[0-9]{2}")}', true],
  ['${"a1b22".replaceAll("[0-9]+", "#")}', 'a#b#'],
  ['${"a.b".replace(".", "$&")}', 'a$&b'],
  ['${tags.contains("red") and tags.size() == 2}', true],
  ['${items.get(0).get("price")}', 3],
  ['${tags.isEmpty()}', false],
  ['${order.containsKey("id")}', true],
  ['${order.customer.keySet()}', ['name', 'eq']],
  ['${amount.toString()}', '1200'],
  ['${amount.equals("1200")}', false],
  // functions and implicit names
  ['${now()}', '2026-03-28T12:00:00.000Z'],
  ['${dateTime().plusWeeks(1).toDate()}', '2026-04-04T12:00:00.000Z'],
  ['${dateTime().plusMonths(1).minusDays(1).withTimeAtStartOfDay()}', '2026-04-27T00:00:00.000Z'],
  ['${now().getTime()}', Date.parse('2026-03-28T12:00:00Z')],
  ['${due < now()}', true],
  ['${dateTime().isAfter(due)}', true],
  ['${now() == now()}', true],
  ['due ${now()}', 'due 2026-03-28T12:00:00.000Z'],
  ['${currentUser()}', 'mary'],
  ['${authenticatedUserId}', 'mary'],
  ['${execution.processInstanceId}', 'instance-1'],
  ['${execution.getProcessBusinessKey()}', 'A-17'],
  ['${execution.businessKey}', 'A-17'],
  ['${execution.getTenantId()}', null],
  ['${execution.currentActivityName}', 'Check the order'],
  ['${execution.getVariable("amount") + 1}', 1201],
  ['${execution.getVariable("missing")}', null],
  ['${execution.hasVariable("missing")}', false],
  ['${execution.getVariables().name}', 'Ada'],
  // Flowable
  ['${variables:get(amount)}', 1200],
  ['${vars:get("missing")}', null],
  ['${var:getOrDefault(missing, 5)}', 5],
  ['${var:equals(amount, 1200)}', true],
  ['${var:eq(missing, 1200)}', false],
  ['${variables:notEquals(missing, 1)}', true],
  ['${var:gt(amount, 1000) && var:lte(amount, 1200)}', true],
  ['${variables:empty(missing) and variables:notEmpty(name)}', true],
  ['${variables:exists(name)}', true],
  ['${variables:contains(tags, "red", "blue")}', true],
  ['${variables:containsAny(tags, "green", "blue")}', true],
  ['${variables:base64(name)}', 'QWRh'],
  ['${approved ? var:get(name) : 1}', 'Ada'],
  // Spin
  ['${S(order).prop("customer").prop("name").stringValue()}', 'Ada'],
  ['${S("[1, 2]").elements().size()}', 2],
  ['${JSON(order).jsonPath("$.customer.name").stringValue()}', 'Ada'],
  ['${S(items).elements().get(1).prop("price").numberValue() + 1}', 5],
];

for (const [source, expected] of meanings) {
  test(`${source || 'the empty text'} is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(evaluate(source), expected);
    assert.equal(checkJuel(source), undefined);
  });
}

test('setVariable writes to the scope at once, setVariableLocal to the innermost', () => {
  const scope = liveScope({ amount: 1 });
  evaluate('${execution.setVariable("amount", amount + 1)}${execution.setVariableLocal("when", now())}', scope);
  assert.deepEqual(scope.variables, { amount: 2, when: '2026-03-28T12:00:00.000Z' });
  assert.deepEqual(scope.local, ['when']);
  evaluate('${execution.removeVariable("when")}', scope);
  assert.deepEqual(scope.variables, { amount: 2 });
});

const failures: [string, RegExp][] = [
  [
    '${aproved}',
    /^\$\{aproved\} failed \(line 42\): there is no variable 'aproved'; did you mean 'approved'\? known here: amount, /,
  ],
  ['${"abc" + 1}', /cannot read 'abc' as a number/],
  ['${amount && true}', /cannot read 1200 as true or false/],
  ['${1 / 0}', /a number that does not exist/],
  ['${nothing.equals(1)}', /calls equals\(\) on null; check it with 'empty' first/],
  ['${name.shout()}', /a text has no method shout\(\); known here: equals, /],
  ['${name.lenght()}', /did you mean 'length'\?/],
  ['${name.size}', /a text has no property 'size'/],
  ['${tags.size}', /a list has no property 'size'; use a number, size\(\)/],
  ['${name.substring(2, 9)}', /characters 2 to 9 are outside of a text of 3/],
  ['${name.substring()}', /substring\(\) takes 1 to 2 arguments, not 0/],
  ['${tags.get(5)}', /get\(5\) is outside of a list of 2/],
  ['${order < items}', /cannot compare a map with a list/],
  ['${now().plusDays("x")}', /cannot read 'x' as a number/],
  ['${now().withDayOfMonth(31).withMonthOfYear(2)}', /a date that does not exist/],
  ['${execution}', /the execution is no value/],
  ['${execution.assignee}', /the execution has no property 'assignee'; known here: id, /],
  ['${S(order).prop("x")}', /there is no property 'x'; known here: id, customer/],
  ['${name.matches("(")}', /cannot use '\(' as a regular expression/],
];

for (const [source, expected] of failures) {
  test(`${source} fails and says why`, () => {
    assert.throws(
      () => evaluate(source),
      (error: unknown) => error instanceof Failure && error.type === 'expression' && expected.test(error.message),
    );
  });
}

const mistakes: [string, RegExp][] = [
  ['${}', /expected a value at column 3, found '}'/],
  ['${amount >}', /expected a value at column 11, found '}'/],
  ['${amount', /'\$\{' at column 1 is not closed; add '}'/],
  ['${name == "Ada}', /the text that begins with " is not closed at column 11/],
  ['${a b}', /expected an operator or '}' at column 5, found 'b'/],
  ['${a ? b}', /expected ':' at column 8/],
  ['${f(1, }', /expected a value/],
  ['${a.}', /expected a name after '.'/],
  ['${a # b}', /'#' means nothing here at column 5/],
  ['${a = 1}', /'=' means nothing here/],
  ['${shout(a)}', /there is no function shout\(\); known are now, dateTime/],
  ['${var:shout(a)}', /there is no function variables:shout\(\); known are variables:get/],
  ['${XML(a)}', /XML\(\) is not supported; use JSON/],
  ['${x.constructor}', /'constructor' is not allowed/],
  ["${''.getClass()}", /'getClass' is not allowed/],
  ['${__proto__}', /'__proto__' is not allowed/],
  [`\${${'('.repeat(5000)}1${')'.repeat(5000)}}`, /is nested deeper than 100/],
  [`\${${'!'.repeat(5000)}true}`, /is nested deeper than 100/],
  [`\${1${'+1'.repeat(5000)}}`, /has more than 1000 parts/],
];

for (const [source, expected] of mistakes) {
  test(`${source.slice(0, 40)} is refused at deployment`, () => {
    assert.match(checkJuel(source) ?? '', expected);
    assert.throws(() => evaluate(source), Failure);
  });
}

for (const source of [
  "${order['constructor']}",
  "${order['__proto__']}",
  "${name['constructor']('x')}",
  "${order['get'.concat('Class')]()}",
]) {
  test(`${source} reaches no host object`, () => {
    assert.throws(() => evaluate(source), /is not allowed in an expression/);
  });
}

test('a text cannot be doubled until it fills the memory', () => {
  const scope = liveScope({ text: 'x'.repeat(1000) });
  assert.throws(
    () => evaluate('${execution.setVariable("text", text.concat(text))}'.repeat(40), scope),
    /makes a text of more than 4194304 characters/,
  );
  assert.throws(
    () => evaluate('${text.replaceAll("", text.replace("x", text))}', liveScope({ text: 'x'.repeat(10_000) })),
    /too long/,
  );
});

test('a regular expression that would backtrack for ever answers', () => {
  assert.equal(evaluate('${text.matches("^(a+)+$")}', liveScope({ text: `${'a'.repeat(5000)}!` })), false);
});

test('the variables that a text reads are known without evaluating it', () => {
  assert.deepEqual(variablesIn('${approved && order.customer.name == name} ${f(approved)}').sort(), [
    'approved',
    'name',
    'order',
  ]);
  assert.deepEqual(variablesIn('${'), []);
});

const fragments = fc.constantFrom(
  ...[
    '${',
    '#{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '.',
    ',',
    '?',
    ':',
    '&&',
    '||',
    '!',
    '==',
    '+',
    '-',
    '/',
    '%',
    ' ',
    '"',
    "'",
    '\\',
  ],
  ...[
    'a',
    'order',
    'items',
    'and',
    'not',
    'empty',
    'eq',
    '1',
    '2.5',
    'null',
    'true',
    'now()',
    'execution',
    'S(',
    'var:get(',
  ],
  ...[
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'get',
    'concat',
    'size()',
    'setVariable(',
  ],
);

test('whatever is written, the evaluator answers JSON or says no in its own words, and touches no prototype', () => {
  const before = Object.getOwnPropertyNames(Object.prototype).length;
  fc.assert(
    fc.property(fc.array(fragments, { maxLength: 25 }), pieces => {
      const source = `\${${pieces.join('')}}`;
      checkJuel(source);
      try {
        const value = evaluate(source);
        assert.deepEqual(JSON.parse(JSON.stringify(value)), value);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
    }),
    { numRuns: 3000 },
  );
  assert.equal(Object.getOwnPropertyNames(Object.prototype).length, before);
});

test('any text at all can be checked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => void checkJuel(`\${${text}`)),
    { numRuns: 2000 },
  );
});

/** Well-formed arithmetic, as text and as the number it is. */
const sums = fc.letrec<{ sum: { text: string; value: number } }>(tie => ({
  sum: fc.oneof(
    { depthSize: 'small' },
    fc.nat(50).map(value => ({ text: String(value), value })),
    fc.tuple(tie('sum'), fc.constantFrom('+', '-', '*'), tie('sum')).map(([left, operator, right]) => ({
      text: `(${left.text} ${operator} ${right.text})`,
      value:
        operator === '+'
          ? left.value + right.value
          : operator === '-'
            ? left.value - right.value
            : left.value * right.value,
    })),
  ),
})).sum;

test('arithmetic of any shape is calculated as it is written', () => {
  fc.assert(
    fc.property(sums, ({ text, value }) => assert.equal(evaluate(`\${${text}}`), value + 0)),
    { numRuns: 500 },
  );
});
