/** The modeler: open, change, see the server's objections at their elements, deploy, start. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { assertAccessible, pageTest, startClaims } from './pages.js';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const shows = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const shape = (page: Page, element: string) => page.locator(`.djs-shape[data-element-id=${element}] .djs-hit`);
const model = (name: string) => fileURLToPath(new URL(`../../../test/fixtures/models/${name}`, import.meta.url));

const opened = async (page: Page, element: string) => {
  await shape(page, element).first().waitFor({ state: 'attached' });
  await shows(page, /The server would accept|Problems \d/);
};

pageTest('a deployed process is changed, checked, deployed again, and started', async pages => {
  await startClaims(await pages.as('ada'), []);
  const { items } = await (await pages.as('ada')).call<{ items: { id: string }[] }>('GET', '/definitions?key=claim');
  const page = await (await pages.as('diana')).visit(`/modeler.html?d=${items[0]!.id}`);
  await opened(page, 'reject');
  await shows(page, 'The server would accept this diagram.');
  await assertAccessible(page);

  await shape(page, 'reject').click();
  await page.getByText('User assignment').click();
  await page.getByLabel('Candidate groups').fill('');
  await page.getByLabel('Priority').fill('${');
  await page.getByLabel('Priority').press('Tab');
  await shows(page, 'not saved');
  const problem = page.locator('.problems button', { hasText: 'Error' }).first();
  await problem.waitFor();
  await page.locator('.djs-overlays .badge.error').waitFor();
  await assertAccessible(page);
  await shape(page, 'assess').click({ position: { x: 20, y: 20 } });
  await problem.click();
  await page.locator('.djs-shape[data-element-id=reject].selected').waitFor();
  await button(page, 'Deploy').click();
  await shows(page, /The server refused it/);
  await page.getByLabel('Priority').fill('70');
  await page.getByLabel('Priority').press('Tab');
  await page.locator('.problems button', { hasText: 'Error' }).first().waitFor({ state: 'detached' });
  await page.setViewportSize({ width: 1280, height: 800 });
  const before = await page.getByRole('button', { name: 'Deploy', exact: true }).boundingBox();
  await button(page, 'Deploy').click();

  await shows(page, '“Insurance claim” is deployed as version 2.');
  assert.deepEqual(await page.getByRole('button', { name: 'Deploy', exact: true }).boundingBox(), before);
  await assertAccessible(page);
  await page.getByRole('link', { name: 'Start' }).click();
  await page.getByRole('dialog').getByLabel('Policy holder').waitFor();
});

pageTest('a new diagram is drawn with keyboard and mouse, and undone', async pages => {
  const page = await (await pages.as('diana')).visit('/modeler.html');
  await opened(page, 'StartEvent_1');

  await shape(page, 'StartEvent_1').click();
  await page.locator('.djs-context-pad .entry[data-action="append.append-task"]').click();
  await page.locator('.djs-direct-editing-content').fill('Say hello');
  await page.keyboard.press('Escape');
  await shows(page, 'not saved');
  assert.equal(await page.locator('.djs-shape').count(), 2);
  await button(page, 'Undo').click();
  await page.locator('.djs-shape').nth(1).waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'New', exact: true }).click();
  await shows(page, 'Leave this diagram?');
  await assertAccessible(page);
  await button(page, 'Stay here').click();
});

pageTest(
  'what is typed is taken over before the pointer reaches the context pad, which keeps its click',
  async pages => {
    const page = await (await pages.as('diana')).visit('/modeler.html');
    await opened(page, 'StartEvent_1');
    await shape(page, 'StartEvent_1').click();
    await page.getByText('General', { exact: true }).click();

    await page.getByLabel('Name', { exact: true }).fill('Begin');
    await page.mouse.move(400, 600);
    await shows(page, 'not saved');
    await page.locator('.djs-context-pad .entry[data-action="append.append-task"]').click();

    await page.locator('.djs-direct-editing-content').waitFor();
  },
);

pageTest('a small window shows the whole palette, and every tab stop of the drawing has a name', async pages => {
  const page = await (await pages.as('diana')).visit('/modeler.html');
  await opened(page, 'StartEvent_1');
  await page.setViewportSize({ width: 600, height: 600 });
  await page.locator('.djs-palette.two-column').waitFor();

  const palette = (await page.locator('.djs-palette').boundingBox())!;
  const canvas = (await page.getByLabel('Diagram', { exact: true }).boundingBox())!;
  assert.ok(palette.y + palette.height <= canvas.y + canvas.height);
  await page.locator('.djs-palette .entry').last().click();
  await page.getByRole('group', { name: 'Drawing' }).waitFor();
  await page.keyboard.press('Escape');
  await assertAccessible(page);
});

pageTest('a drawing outlives a reload until it is discarded or deployed', async pages => {
  const page = await (await pages.as('diana')).visit('/modeler.html');
  page.on('dialog', dialog => dialog.accept());
  await opened(page, 'StartEvent_1');
  const kept = async () => {
    const { origins } = await page.context().storageState();
    return origins.some(({ localStorage }) => localStorage.some(({ name }) => name.startsWith('weft-drawing')));
  };
  const reload = async () => {
    while (!(await kept())) await shows(page, 'not saved');
    await page.reload();
    await opened(page, 'StartEvent_1');
  };
  const nameIt = async (name: string) => {
    await page.getByText('General', { exact: true }).click();
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Name', { exact: true }).press('Tab');
  };

  await nameIt('Travel request');
  await page.getByRole('heading', { name: 'travel-request.bpmn' }).waitFor();
  await reload();
  await shows(page, /Unsaved changes of \d\d:\d\d.* restored/);
  await page.getByRole('heading', { name: 'travel-request.bpmn' }).waitFor();
  await assertAccessible(page);
  await button(page, 'Discard changes').click();
  await page.getByRole('heading', { name: 'diagram.bpmn' }).waitFor();

  await nameIt('Holiday');
  await reload();
  await shows(page, /Unsaved changes/);
  await button(page, 'Deploy').click();
  await shows(page, '“Holiday” is deployed as version 1.');
  await page.getByRole('heading', { name: 'Holiday' }).waitFor();
  await shows(page, 'holiday.bpmn · v1');
  await page.reload();
  await opened(page, 'StartEvent_1');
  await shows(page, 'holiday.bpmn · v1');
  assert.equal(await page.getByText(/Unsaved changes/).count(), 0);
});

pageTest('a file without a drawing gets one, and no BPMN is refused in a sentence', async pages => {
  const page = await (await pages.as('diana')).visit('/modeler.html');
  await opened(page, 'StartEvent_1');

  await button(page, 'Open…').click();
  await page.locator('input[type=file]').setInputFiles(model('w3-approval.bpmn'));
  await page.getByRole('heading', { name: 'w3-approval.bpmn' }).waitFor();
  assert.ok((await page.locator('.djs-shape').count()) > 2);
  await button(page, 'Open…').click();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'letter.bpmn', mimeType: 'text/xml', buffer: Buffer.from('Dear Sir') });

  await shows(page, /letter\.bpmn cannot be opened/);
  await page.getByRole('heading', { name: 'w3-approval.bpmn' }).waitFor();
});

pageTest('downloads are the diagram itself: BPMN that is read again, and an SVG without variables', async pages => {
  const page = await (await pages.as('diana')).visit('/modeler.html');
  await opened(page, 'StartEvent_1');
  const download = async (name: string) => {
    const [file] = await Promise.all([page.waitForEvent('download'), button(page, name).click()]);
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
  };

  const bpmn = await download('BPMN');
  const svg = await download('SVG');

  assert.equal(bpmn.name, 'diagram.bpmn');
  assert.match(bpmn.text, /<bpmn:startEvent id="StartEvent_1"/);
  assert.equal(svg.name, 'diagram.svg');
  assert.doesNotMatch(svg.text, /var\(--bpmn/);
});

pageTest('a file of Camunda 8 is edited with its own properties', async pages => {
  const page = await (await pages.as('diana')).visit('/modeler.html');
  await opened(page, 'StartEvent_1');
  const zeebe = `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.com"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><process id="parcel" isExecutable="true">
    <startEvent id="begin"><outgoing>f1</outgoing></startEvent><serviceTask id="ship" name="Ship"><extensionElements>
    <zeebe:taskDefinition type="ship-parcel" /></extensionElements><incoming>f1</incoming></serviceTask>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="ship" /></process></definitions>`;

  await button(page, 'Open…').click();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'parcel.bpmn', mimeType: 'text/xml', buffer: Buffer.from(zeebe) });
  await shape(page, 'ship').click();
  await page.getByText('Task definition').click();

  assert.equal(
    await page
      .locator('.panel-place')
      .getByLabel(/^Job type/)
      .inputValue(),
    'ship-parcel',
  );
  await assertAccessible(page);
});
