/** The diagram of a file as SVG: everything that it draws, escaped, without a browser. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { SaxesParser } from 'saxes';
import { linesOf } from '../../engine/model/diagram/labels.js';
import { readDrawing } from '../../engine/model/diagram/reading.js';
import { svgOf } from '../../engine/model/diagram/svg.js';

const fixtures = join(resolve(dirname(fileURLToPath(import.meta.url)), '../../..'), 'test/fixtures');
const read = (path: string) => readFileSync(join(fixtures, path), 'utf8');

interface Seen {
  names: Set<string>;
  ids: Set<string>;
  attributes: Set<string>;
  text: string;
}

/** Parses an SVG as strictly as a browser does that is given a file. */
function seen(svg: string): Seen {
  const found: Seen = { names: new Set(), ids: new Set(), attributes: new Set(), text: '' };
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', error => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    found.names.add(name);
    for (const attribute of Object.keys(attributes)) found.attributes.add(attribute);
    const id = attributes['data-element-id']?.value;
    if (id !== undefined) found.ids.add(id);
  });
  parser.on('text', text => {
    found.text += `${text} `;
  });
  parser.write(svg).close();
  return found;
}

const processesOf = (text: string) =>
  [...readDrawing(text).figures.values()].filter(({ kind }) => kind === 'process').map(({ id }) => id);

const miwg = readdirSync(join(fixtures, 'interchange/miwg')).filter(name => name.endsWith('.bpmn'));

for (const file of miwg)
  test(`every shape and flow of ${file} is in its diagram, which is well-formed and holds nothing that runs`, () => {
    const text = read(`interchange/miwg/${file}`);
    const svg = processesOf(text)
      .map(process => svgOf(text, process))
      .find(drawn => drawn !== undefined);

    const { names, ids, attributes } = seen(svg!);

    const planes = readDrawing(text).planes.map(({ shapes, edges }) =>
      [...shapes, ...edges].map(({ figure }) => figure.id),
    );
    const plane = planes.find(([first]) => ids.has(first!))!;
    assert.ok(plane.length > 2);
    assert.deepEqual([...ids].sort(), [...new Set(plane)].sort());
    const allowed = ['circle', 'g', 'path', 'polygon', 'polyline', 'rect', 'svg', 'text', 'title', 'tspan'];
    for (const name of names) assert.ok(allowed.includes(name), name);
    for (const attribute of attributes) assert.doesNotMatch(attribute, /^on|href|style/i);
  });

const model = (name: string, shape: string) => `<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" targetNamespace="x">
  <process id="p"><userTask id="t" name="${name}"/></process>
  <bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">${shape}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>`;

const shape = (more: string) =>
  `<bpmndi:BPMNShape bpmnElement="t" ${more}><dc:Bounds x="10" y="20" width="100" height="80"/></bpmndi:BPMNShape>`;

test('names and colours cannot bring markup into it', () => {
  const name = '&lt;script&gt;alert(1)&lt;/script&gt; &quot; onload=&quot;x';
  const svg = svgOf(model(name, shape('bioc:fill="red&quot; onload=&quot;alert(1)" bioc:stroke="#00f"')), 'p')!;

  const { names, attributes, text } = seen(svg);

  assert.ok(!names.has('script'));
  assert.ok(!attributes.has('onload'));
  assert.match(text.replaceAll(' ', ''), /<script>alert\(1\)<\/script>/);
  assert.doesNotMatch(svg, /red/);
  assert.match(svg, /stroke="#00f"/);
});

test('a file that draws nothing of the process has no diagram', () => {
  assert.equal(svgOf(model('Task', ''), 'p'), undefined);
  assert.equal(svgOf(model('Task', shape('')), 'another'), undefined);
});

test('what is drawn at the end of all numbers makes no number without end', () => {
  const far = shape('').replace('x="10"', 'x="1e308"').replace('width="100"', 'width="1e308"');

  const svg = svgOf(model('Task', far), 'p')!;

  assert.doesNotMatch(svg, /Infinity|NaN|e\+/);
  assert.ok(seen(svg).ids.has('t'));
});

test('a collaboration is the diagram of each process that takes part in it', () => {
  const text = read('interchange/miwg/C.1.0.bpmn');
  const pictures = processesOf(text).map(process => svgOf(text, process));

  assert.ok(pictures.length > 0);
  for (const picture of pictures) assert.ok(picture);
});

test('an annotation that is longer than its box is shown whole', () => {
  const annotated = (text: string) =>
    svgOf(
      model('Task', shape('').replace('"t"', '"a"')).replace(
        '</process>',
        `<textAnnotation id="a"><text>${text}</text></textAnnotation></process>`,
      ),
      'p',
    )!;
  const heightOf = (svg: string) => Number(/<svg[^>]* height="([\d.]+)"/.exec(svg)![1]);
  const lowestLine = (svg: string) =>
    Math.max(...[...svg.matchAll(/<tspan[^>]* y="([\d.]+)"/g)].map(([, y]) => Number(y)));

  const short = annotated('One line');
  const long = annotated('one of many lines '.repeat(20));

  assert.ok(lowestLine(long) > 80, 'the text is longer than its box');
  assert.ok(lowestLine(long) < heightOf(long));
  assert.ok(heightOf(short) < heightOf(long));
});

test('a text is broken between words, and a long word where the line ends', () => {
  assert.deepEqual(linesOf('Approve the invoice', 80, 12), ['Approve the', 'invoice']);
  assert.deepEqual(linesOf('one\ntwo', 80, 12), ['one', 'two']);
  assert.equal(linesOf('Donaudampfschifffahrtsgesellschaft', 80, 12).join(''), 'Donaudampfschifffahrtsgesellschaft');
  assert.ok(linesOf('Donaudampfschifffahrtsgesellschaft', 80, 12).length > 1);
});
