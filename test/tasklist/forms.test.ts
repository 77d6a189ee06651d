/** Forms: what a page is shown for each way in which a model can say it, and what the server takes back. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { type TestContext } from 'node:test';
import type { Variables } from '../../engine/core/types.js';
import type { TaskDocument } from '../../engine/store/documents.js';
import { createForms, type Form, type FormError, FormRefused } from '../../tasklist/forms.js';
import { fixtures, xml } from '../diagram.js';
import { openHouse } from '../house.js';

const fixture = (name: string) => readFileSync(new URL(`interchange/${name}`, fixtures));

/** The form of the first open task of a process. */
async function formOf(
  t: TestContext,
  file: string,
  files: Record<string, string | Uint8Array> = {},
  variables: Variables = {},
) {
  const house = await openHouse(t);
  const definition = await house.deploy(file, files);
  const forms = createForms({ store: house.store, definition: house.engine.definition });
  const { instance } = await house.engine.start({ key: definition.key, variables, by: 'ann' });
  const [task] = await house.store.find<TaskDocument>('tasks', { filter: { instance } });
  const form = await forms.task(task!, variables);
  return { house, forms, form, definition };
}

function components(form: Form) {
  if (form.kind !== 'form-js') assert.fail(`the form is ${form.kind}`);
  return form.schema.components;
}

/** One user task, between a start and what is given behind it. */
const task = (attributes: string, body = '', behind: string[] = ['task -> end'], elements = '<endEvent id="end"/>') =>
  xml('p', `<startEvent id="start"/><userTask id="task" ${attributes}>${body}</userTask>${elements}`, [
    'start -> task',
    ...behind,
  ]);

const formData = (fields: string) =>
  `<extensionElements><camunda:formData>${fields}</camunda:formData></extensionElements>`;

test('generated fields of Camunda become components, with limits and evaluated defaults', async t => {
  // when
  const { form } = await formOf(
    t,
    task(
      '',
      formData(`
        <camunda:formField id="name" label="Your name" type="string" defaultValue="\${customer}">
          <camunda:validation><camunda:constraint name="required"/><camunda:constraint name="maxlength" config="20"/></camunda:validation>
        </camunda:formField>
        <camunda:formField id="amount" type="long" defaultValue="3">
          <camunda:validation><camunda:constraint name="min" config="1"/></camunda:validation>
        </camunda:formField>
        <camunda:formField id="express" type="boolean"/>
        <camunda:formField id="dueDay" label="Due" type="date"/>
        <camunda:formField id="size" type="enum"><camunda:value id="s" name="Small"/></camunda:formField>
        <camunda:formField id="secret" type="custom"/>`),
    ),
    {},
    { customer: 'Ann' },
  );

  // then
  assert.deepEqual(components(form), [
    {
      type: 'textfield',
      key: 'name',
      label: 'Your name',
      validate: { required: true, maxLength: 20 },
      defaultValue: 'Ann',
    },
    { type: 'number', decimalDigits: 0, key: 'amount', label: 'Amount', validate: { min: 1 }, defaultValue: 3 },
    { type: 'checkbox', key: 'express', label: 'Express' },
    { type: 'datetime', subtype: 'date', dateLabel: 'Due', key: 'dueDay', label: 'Due' },
    { type: 'select', values: [{ label: 'Small', value: 's' }], key: 'size', label: 'Size' },
    { type: 'textfield', properties: { type: 'custom' }, key: 'secret', label: 'Secret' },
  ]);
});

test('a form of the deployment is shown as it is, by file name or by id', async t => {
  const schema = { type: 'default', id: 'ask', components: [{ type: 'textfield', key: 'why' }] };
  for (const attributes of [
    'camunda:formKey="camunda-forms:deployment:ask.form"',
    'camunda:formRef="ask" camunda:formRefBinding="deployment"',
  ]) {
    const { form } = await formOf(t, task(attributes), { 'ask.form': JSON.stringify(schema) });
    assert.deepEqual(form, { kind: 'form-js', schema, origin: 'deployed' });
  }
});

test('a form that is bound to "latest" is found in a later deployment', async t => {
  // given
  const { house, forms } = await formOf(t, task('camunda:formRef="ask" camunda:formRefBinding="latest"'));
  const open = await house.task('task');
  assert.match((await forms.task(open, {})).notice ?? '', /The form 'ask' is not deployed/);

  // when
  const schema = { type: 'default', id: 'ask', components: [{ type: 'textfield', key: 'why' }] };
  house.clock.advance(1000);
  const bytes = new TextEncoder().encode(JSON.stringify(schema));
  await house.deploy(xml('other', '<startEvent id="s"/><endEvent id="e"/>', ['s -> e']), { 'ask.form': bytes });

  // then
  assert.deepEqual(components(await forms.task(open, {})), schema.components);
});

test('an embedded HTML form gives its fields, and none of its scripts', async t => {
  // when
  const { form } = await formOf(t, task('camunda:formKey="embedded:app:forms/assign-reviewer.html"'), {
    'forms/assign-reviewer.html': fixture('camunda7/forms/assign-reviewer.html'),
  });

  // then
  assert.ok(form.kind === 'form-js' && form.degraded);
  assert.deepEqual(
    components(form).map(({ key, type, label, readonly }) => [key, type, label, readonly]),
    [
      ['creditor', 'textfield', 'Creditor', true],
      ['amount', 'textfield', 'Amount', true],
      ['invoiceNumber', 'textfield', 'Invoice Number', true],
      ['reviewer', 'select', 'Reviewer', undefined],
    ],
  );
});

test('a form of the Flowable editor is found by its key, and its outcomes are asked for', async t => {
  // when
  const { form } = await formOf(t, fixture('flowable/loan.bpmn').toString(), {
    'form-loanin.form': fixture('flowable/form-loanin.form'),
  });

  // then
  assert.deepEqual(
    components(form).map(({ key, type }) => [key, type]),
    [
      ['fullname', 'textfield'],
      ['loan', 'number'],
      ['home', 'radio'],
      ['age', 'number'],
      ['nationality', 'select'],
      ['income', 'number'],
    ],
  );
});

test('a URL is a link, whatever else looks like one is not', async t => {
  const { form } = await formOf(t, task('camunda:formKey="https://forms.example/ask"'));
  assert.deepEqual(form, { kind: 'external', url: 'https://forms.example/ask' });
  const { form: other } = await formOf(t, task('camunda:formKey="javascript:alert(1)"'));
  assert.equal(other.kind, 'variables');
});

test('where there is no form, the conditions behind the task say what to ask', async t => {
  // when
  const { form } = await formOf(
    t,
    task(
      '',
      '',
      [
        'task -> gate',
        'gate -> second if ${approved and amount > 1000}',
        'gate -> end if ${!approved}',
        "second -> a if ${status == 'ok'}",
        'second -> end',
      ],
      '<exclusiveGateway id="gate"/><exclusiveGateway id="second" default="second-end"/><endEvent id="end"/><endEvent id="a"/>',
    ),
    {},
  );

  // then
  const yesNo = [
    { label: 'Approve', value: true },
    { label: 'Reject', value: false },
  ];
  const outcomes = [
    { label: 'ok', value: 'ok' },
    { label: 'Other', value: 'other' },
  ];
  const validate = { required: true };
  assert.deepEqual(components(form), [
    { type: 'radio', key: 'approved', label: 'Approved', values: yesNo, validate },
    { type: 'number', key: 'amount', label: 'Amount', validate },
    { type: 'select', key: 'status', label: 'Status', values: outcomes, validate },
  ]);
});

test('nothing said and nothing asked behind: every variable with its type', async t => {
  const { form, forms } = await formOf(t, task(''));
  assert.deepEqual(form, { kind: 'variables' });
  assert.deepEqual(forms.check(form, { any: [1, { thing: null }] }, {}), { any: [1, { thing: null }] });
});

test('conditions behind the next task do not concern this one', async t => {
  const { form } = await formOf(
    t,
    task(
      '',
      '',
      ['task -> next -> gate', 'gate -> end if ${ready}'],
      '<userTask id="next"/><exclusiveGateway id="gate"/><endEvent id="end"/>',
    ),
  );
  assert.deepEqual(form, { kind: 'variables' });
});

test('the start form of a process names its business key', async t => {
  // given
  const house = await openHouse(t);
  const data =
    '<camunda:formData businessKey="number"><camunda:formField id="number" type="string"/></camunda:formData>';
  const start = `<startEvent id="start"><extensionElements>${data}</extensionElements></startEvent>`;
  const definition = await house.deploy(xml('p', `${start}<endEvent id="end"/>`, ['start -> end']));

  // when
  const form = await createForms({ store: house.store, definition: house.engine.definition }).start(definition);

  // then
  assert.ok(form.kind === 'form-js');
  assert.equal(form.businessKey, 'number');
});

// ------------------------------------------------------------------------------------------------ checking

const order = task(
  '',
  formData(`
    <camunda:formField id="customer" type="string"><camunda:validation><camunda:constraint name="readonly"/></camunda:validation></camunda:formField>
    <camunda:formField id="note" type="string"><camunda:validation><camunda:constraint name="required"/><camunda:constraint name="minlength" config="3"/><camunda:constraint name="maxlength" config="5"/></camunda:validation></camunda:formField>
    <camunda:formField id="pieces" type="long"><camunda:validation><camunda:constraint name="min" config="1"/><camunda:constraint name="max" config="9"/></camunda:validation></camunda:formField>
    <camunda:formField id="express" type="boolean"/>
    <camunda:formField id="day" type="date"/>
    <camunda:formField id="size" type="enum"><camunda:value id="s" name="Small"/><camunda:value id="l" name="Large"/></camunda:formField>`),
);

const wrong: [string, Variables, FormError[]][] = [
  ['a required field that is missing', {}, [{ path: 'note', reason: 'is required' }]],
  ['a required field that is empty', { note: '' }, [{ path: 'note', value: '', reason: 'is required' }]],
  [
    'a text that is too short',
    { note: 'no' },
    [{ path: 'note', value: 'no', reason: 'must have at least 3 characters' }],
  ],
  [
    'a text that is too long',
    { note: 'abcdef' },
    [{ path: 'note', value: 'abcdef', reason: 'must have at most 5 characters' }],
  ],
  ['another type', { note: 'abc', pieces: '3' }, [{ path: 'pieces', value: '3', reason: 'must be a number' }]],
  [
    'a fraction of a piece',
    { note: 'abc', pieces: 1.5 },
    [{ path: 'pieces', value: 1.5, reason: 'must be a whole number' }],
  ],
  ['too much', { note: 'abc', pieces: 10 }, [{ path: 'pieces', value: 10, reason: 'must be at most 9' }]],
  [
    'a day that does not exist',
    { note: 'abc', day: '2026-02-31' },
    [{ path: 'day', value: '2026-02-31', reason: 'is no date of the calendar' }],
  ],
  [
    'an option that is none',
    { note: 'abc', size: 'xl' },
    [{ path: 'size', value: 'xl', reason: 'must be one of: "s", "l"' }],
  ],
  [
    'a field that the form does not have',
    { note: 'abc', other: 1 },
    [{ path: 'other', reason: 'the form has no such field' }],
  ],
  [
    'a change of what is read-only',
    { note: 'abc', customer: 'Bob' },
    [{ path: 'customer', value: 'Bob', reason: 'is read-only' }],
  ],
  [
    'an operator in place of a text',
    { note: { $gt: '' } },
    [{ path: 'note', value: { $gt: '' }, reason: 'must be a text' }],
  ],
  [
    'two faults at once',
    { pieces: 0, express: 'yes' },
    [
      { path: 'note', reason: 'is required' },
      { path: 'pieces', value: 0, reason: 'must be at least 1' },
      { path: 'express', value: 'yes', reason: 'must be true or false' },
    ],
  ],
];

test('the server takes only what the form asks for', async t => {
  // given
  const current = { customer: 'Ann' };
  const { form, forms } = await formOf(t, order, {}, current);

  // then
  for (const [what, submitted, errors] of wrong) {
    assert.throws(
      () => forms.check(form, submitted, current),
      error => {
        assert.ok(error instanceof FormRefused, what);
        const sorted = (list: FormError[]) => list.toSorted((a, b) => (a.path < b.path ? -1 : 1));
        assert.deepEqual(sorted(error.errors), sorted(errors), what);
        return true;
      },
    );
  }
});

test('what fits is taken; read-only fields that come back unchanged are left out', async t => {
  const current = { customer: 'Ann' };
  const { form, forms } = await formOf(t, order, {}, current);
  const submitted = { customer: 'Ann', note: 'abc', pieces: 9, express: false, day: '2026-02-28', size: 'l' };
  const { customer: _, ...values } = submitted;
  assert.deepEqual(forms.check(form, submitted, current), values);
});

test('a required field may stay away when its variable is there', async t => {
  const { form, forms } = await formOf(t, order, {}, { note: 'abc' });
  assert.deepEqual(forms.check(form, { pieces: null }, { note: 'abc' }), { pieces: null });
});

test('a variable called __proto__ pollutes nothing', async t => {
  const { form, forms } = await formOf(t, order);
  const hostile = JSON.parse('{"note": "abc", "__proto__": {"polluted": true}}') as Variables;
  assert.throws(() => forms.check(form, hostile, {}), /the form has no such field/);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('a pattern that would explode is matched in linear time', async t => {
  // given
  const schema = {
    type: 'default',
    id: 'f',
    components: [{ type: 'textfield', key: 'a', validate: { pattern: '^(a+)+$' } }],
  };
  const { form, forms } = await formOf(t, task('camunda:formRef="f"'), { 'f.form': JSON.stringify(schema) });

  // then
  assert.deepEqual(forms.check(form, { a: 'aaa' }, {}), { a: 'aaa' });
  assert.throws(() => forms.check(form, { a: `${'a'.repeat(60)}!` }, {}), /must match/);
});

test('nested groups and lists are checked at their place', async t => {
  // given
  const schema = {
    type: 'default',
    id: 'f',
    components: [
      {
        type: 'group',
        path: 'address',
        components: [{ type: 'textfield', key: 'city', validate: { required: true } }],
      },
      { type: 'dynamiclist', path: 'lines', components: [{ type: 'number', key: 'pieces' }] },
      { type: 'textfield', key: 'contact.mail', validate: { validationType: 'email' } },
      { type: 'taglist', key: 'tags', valuesKey: 'allTags' },
    ],
  };
  const current = { allTags: [{ label: 'Red', value: 'red' }, 'blue'] };
  const { form, forms } = await formOf(t, task('camunda:formRef="f"'), { 'f.form': JSON.stringify(schema) }, current);
  const good = {
    address: { city: 'Bern' },
    lines: [{ pieces: 1 }],
    contact: { mail: 'a@b.ch' },
    tags: ['red', 'blue'],
  };

  // then
  assert.deepEqual(forms.check(form, good, current), good);
  const bad = { address: { town: 'Bern' }, lines: [{ pieces: 'x' }], contact: { mail: 'nobody' }, tags: ['green'] };
  assert.throws(
    () => forms.check(form, bad, current),
    error => {
      const paths = (error as FormRefused).errors.map(({ path }) => path).sort();
      assert.deepEqual(paths, ['address.city', 'address.town', 'contact.mail', 'lines.0.pieces', 'tags.0']);
      return true;
    },
  );
});
