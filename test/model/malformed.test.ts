/** Broken and hostile XML: refused with line and column, at once; and nothing legal is lost. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { defaultLimits } from '../../engine/model/limits.js';
import { prescan } from '../../engine/model/prescan.js';
import { reporter } from '../../engine/model/problems.js';
import { around, model, read } from './xml.js';

const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';

/** What is wrong → the text, the line where it is, and what is said. */
const malformed: Record<string, [text: string, line: number, says: RegExp]> = {
  'an unclosed element': [model('<bpmn:task id="a">'), 4, /the XML is broken: unexpected close tag/],
  'a second root': [`${model('')}\n<more/>`, 7, /the XML is broken/],
  'text behind the root': [`${model('')}\nmore`, 7, /the XML is broken/],
  'an attribute twice': [model('<bpmn:task id="a" name="b" name="c"/>'), 3, /the XML is broken: duplicate attribute/],
  'an attribute without quotes': [model('<bpmn:task id=a/>'), 3, /the XML is broken: unquoted attribute value/],
  'an attribute without value': [
    model('<bpmn:task id/>'),
    3,
    /the XML is broken: disallowed character in attribute name/,
  ],
  'attributes without space between': [model('<bpmn:task id="a"name="b"/>'), 3, /the XML is broken: no whitespace/],
  'an undeclared prefix': [model('<nobody:task id="a"/>'), 3, /the XML is broken: unbound namespace prefix/],
  'a bare ampersand': [model('<bpmn:task id="a" name="b & c"/>'), 3, /the XML is broken/],
  'an unknown entity': [model('<bpmn:task id="a" name="&nbsp;"/>'), 3, /the XML is broken: undefined entity/],
  'a NUL by reference': [model('<bpmn:task id="a" name="&#0;"/>'), 3, /the XML is broken: malformed character entity/],
  'a code point that does not exist': [model('<bpmn:task id="a" name="&#x110000;"/>'), 3, /the XML is broken/],
  'a lone surrogate': [model('<bpmn:task id="a" name="&#xD800;"/>'), 3, /the XML is broken/],
  'a DOCTYPE': [`<!DOCTYPE a SYSTEM "file:///etc/passwd">\n${model('')}`, 1, /a DOCTYPE is not allowed/],
  'a billion laughs': [
    `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n${model('<bpmn:task id="a" name="&b;"/>')}`,
    1,
    /a DOCTYPE is not allowed/,
  ],
  'an empty file': ['', 1, /the XML is broken: document must contain a root element/],
  'no XML at all': ['{"not": "xml"}', 1, /the XML is broken/],
  'another kind of file': ['<html/>', 1, /the file is no BPMN 2\.0 model: its outermost element is <html>/],
  'an id used twice': [
    model('<bpmn:task id="a"/>\n<bpmn:task id="a"/>'),
    4,
    /the id "a" is used twice; it stands first in line 3/,
  ],
  'an id with a space': [model('<bpmn:task id="a b"/>'), 3, /the id "a b" is not legal/],
  'an id that begins with a digit': [model('<bpmn:task id="1a"/>'), 3, /the id "1a" is not legal/],
  'an id with a colon': [model('<bpmn:task id="a:b"/>'), 3, /the id "a:b" is not legal/],
  'an id of the machine': [model('<bpmn:task id="__proto__"/>'), 3, /"__proto__" is no name for an element/],
  'an attribute of the machine': [
    model('<bpmn:task id="a" __proto__="b"/>'),
    3,
    /"__proto__" is no name for an attribute/,
  ],
  'junk text': [model('<bpmn:task id="a"/>\nhello'), 5, /the text "hello" does not belong inside <process>/],
  'an unknown element': [
    model('<bpmn:userTsk id="a"/>'),
    3,
    /BPMN has no element <bpmn:userTsk>; did you mean "userTask"\?/,
  ],
};

for (const [name, [text, line, says]] of Object.entries(malformed))
  test(`${name} is refused with its place`, async () => {
    // when
    const { problems } = await read(text);

    // then
    assert.equal(problems.length, 1);
    assert.match(problems[0]!.message, says);
    assert.deepEqual([problems[0]!.level, problems[0]!.line], ['error', line]);
    assert.ok(problems[0]!.column !== undefined);
  });

/** Files that keep a parser busy: the pre-scan says no before moddle sees them. */
const attacks: Record<string, [text: () => string, says: RegExp]> = {
  '40,000 duplicate ids': [() => model('<bpmn:task id="a"/>\n'.repeat(40_000)), /the id "a" is used twice/],
  '20,000 unknown elements': [() => model('<bpmn:foo/>'.repeat(20_000)), /BPMN has no element <bpmn:foo>/],
  '20,000 duplicate attributes': [() => model('<bpmn:task name="a" name="b"/>'.repeat(20_000)), /duplicate attribute/],
  '20,000 junk texts': [() => model('junk<bpmn:task/>'.repeat(20_000)), /does not belong inside/],
  '20,000 attributes without quotes': [() => model('<bpmn:task name=a/>'.repeat(20_000)), /unquoted attribute/],
  'sub-processes 100,000 deep': [() => model('<bpmn:subProcess>'.repeat(100_000)), /elements lie more than 500 deep/],
  'extensions 1,000 deep': [
    () => around(`<bpmn:task id="it"><bpmn:extensionElements>${'<camunda:a>'.repeat(1_000)}`),
    /elements lie more than 500 deep/,
  ],
  '200,000 elements': [() => model('<bpmn:task/>'.repeat(200_000)), /the file has more than 100000 elements/],
  '1,000 attributes on one element': [
    () => model(`<bpmn:task ${Array.from({ length: 1_000 }, (_, n) => `a${n}="x"`).join(' ')}/>`),
    /an element has more than 100 attributes/,
  ],
  'one attribute of a megabyte': [
    () => model(`<bpmn:task name="${'a'.repeat(1_000_000)}"/>`),
    /attribute "name" is longer than 65536/,
  ],
};

for (const [name, [text, says]] of Object.entries(attacks))
  test(`${name}: refused by the first of them`, async () => {
    const { problems } = await read(text());
    assert.deepEqual(
      problems.map(({ level }) => level),
      ['error'],
    );
    assert.match(problems[0]!.message, says);
  });

test('limits are settings', () => {
  // given
  const report = reporter('a.bpmn');

  // when
  prescan(model('<bpmn:task id="a"/><bpmn:task id="b"/>'), report, { ...defaultLimits, elements: 3 });

  // then
  assert.match(report.problems[0]!.message, /more than 3 elements/);
});

test('legal white space, quotes, comments and CDATA lose nothing', async () => {
  // when
  const { node, errors } = await read(
    around(`<bpmn:userTask  id = 'it'\n\tname\n=\n"Check  &amp;\tapprove"  camunda:assignee = '&#x61;nn' >
      <!-- nothing --><bpmn:documentation><![CDATA[a < b]]> &lt; c</bpmn:documentation></bpmn:userTask >`),
  );

  // then
  assert.deepEqual(errors, []);
  assert.equal(node('it').name, 'Check & approve');
  assert.equal(node('it').task?.assignee?.source, 'ann');
  assert.equal(node('it').documentation, 'a < b < c');
});

test('any prefix will do, also none, and one that changes its meaning on the way', async () => {
  // when
  const { node, errors } = await read(`<?xml version="1.0"?>
<definitions xmlns="${BPMN}" xmlns:c="http://camunda.org/schema/1.0/bpmn"><process id="p" isExecutable="true">
<startEvent id="start"/><sequenceFlow id="in" sourceRef="start" targetRef="it"/>
<x:userTask xmlns:x="${BPMN}" xmlns:c="http://flowable.org/bpmn" id="it" c:assignee="ann"/>
<userTask id="other" c:assignee="ben"/><sequenceFlow id="on" sourceRef="it" targetRef="other"/>
</process></definitions>`);

  // then
  assert.deepEqual(errors, []);
  assert.equal(node('it').task?.assignee?.source, 'ann');
  assert.equal(node('other').task?.assignee?.source, 'ben');
});

test('ids with letters beyond ASCII, and references with the prefix of the target namespace, are found', async () => {
  // when
  const { node, process, errors } = await read(
    around(
      `<bpmn:intermediateCatchEvent id="it"><bpmn:messageEventDefinition messageRef="tns:m"/></bpmn:intermediateCatchEvent>
       <bpmn:task id="Prüfung_größer"/><bpmn:sequenceFlow id="ß" sourceRef="start" targetRef="Prüfung_größer"/>`,
      { outside: '<bpmn:message id="m" name="hello"/>', root: 'xmlns:tns="urn:test"' },
    ),
  );

  // then
  assert.deepEqual(errors, []);
  assert.equal(node('it').event?.name?.source, 'hello');
  assert.equal(node('Prüfung_größer').incoming.length, 1);
  assert.ok(process.flows.some(({ id }) => id === 'ß'));
});

test('a reference that leads nowhere names flow, line and the id as it was written', async () => {
  const { errors } = await read(
    around('<bpmn:task id="it"/><bpmn:sequenceFlow id="f" sourceRef="it" targetRef="größer"/>'),
  );
  assert.deepEqual(errors, ["flow 'f' (line 4): targetRef 'größer' does not exist"]);
});

test('foreign elements outside of extensionElements are ignored with a warning', async () => {
  const { warnings, errors } = await read(around('<bpmn:task id="it"><camunda:in source="a"/></bpmn:task>'));
  assert.deepEqual(errors, []);
  assert.match(warnings[0]!, /<camunda:in> does not belong inside <task>, only inside <extensionElements>/);
});

test('HTML inside a documentation is text', async () => {
  const { node, errors } = await read(
    around(
      '<bpmn:task id="it"><bpmn:documentation><p xmlns="http://www.w3.org/1999/xhtml">Be <b>kind</b></p></bpmn:documentation></bpmn:task>',
    ),
  );
  assert.deepEqual(errors, []);
  assert.equal(node('it').documentation, 'Be kind');
});

test('an unknown attribute of BPMN is ignored with a suggestion', async () => {
  const { warnings } = await read(around('<bpmn:task id="it" nme="x"/>'));
  assert.deepEqual(warnings, [
    `task 'it' (line 4): BPMN has no attribute nme here; it is ignored; did you mean "name"?`,
  ]);
});
