/** The cockpit: figures on the diagram, an incident repaired, an instance suspended and cancelled. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible, fixture, pageTest, startClaims } from './pages.js';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const shows = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const marked = (page: Page, element: string, mark: string) =>
  page.locator(`.mark-${mark}[data-element-id=${element}]`).waitFor();

pageTest('the overview leads to the process, its figures and its instances', async pages => {
  await startClaims(await pages.as('ada'), [
    { businessKey: 'CL-1' },
    { businessKey: 'CL-2' },
    { businessKey: 'CL-3', amount: 500, bank: 'down' },
    { businessKey: 'CL-4', amount: 500 },
  ]);
  const page = await (await pages.as('diana')).visit('/cockpit.html');
  await shows(page, /The bank answered 504/);
  await page.getByRole('link', { name: 'CL-3' }).waitFor();
  await assertAccessible(page);

  await page.getByRole('link', { name: 'Insurance claim' }).click();
  await page.locator('.badge.tokens', { hasText: '2' }).waitFor();
  await page.locator('.badge.incidents', { hasText: '1' }).waitFor();
  await marked(page, 'pay', 'incident');
  await button(page, /Assess damage User task 2 tokens/).waitFor();
  await assertAccessible(page);
  await page.getByLabel('with incidents only').check();
  await page.getByRole('link', { name: 'CL-1' }).waitFor({ state: 'detached' });
  await page.getByLabel('with incidents only').uncheck();
  await page.getByLabel('State').selectOption('completed');
  await page.getByRole('link', { name: 'CL-4' }).click();

  await page.getByRole('heading', { name: 'CL-4' }).waitFor();
  await marked(page, 'settled', 'done');
  await marked(page, 'toPay', 'done');
});

pageTest('figures are those of all versions, and each version is a click away', async pages => {
  const admin = await pages.as('ada');
  await startClaims(admin, [{ businessKey: 'CL-1' }, { businessKey: 'CL-2', amount: 500, bank: 'down' }]);
  const text = fixture('claim.bpmn').replace('name="Insurance claim"', 'name="Insurance claim, newer"');
  await admin.call('POST', '/deployments', { name: 'claims', files: [{ name: 'claim.bpmn', text }] });
  await admin.call('POST', '/instances', {
    key: 'claim',
    businessKey: 'CL-3',
    variables: { amount: 5000, due: '2030-01-01T00:00:00Z' },
  });

  const page = await (await pages.as('diana')).visit('/cockpit.html');
  await page.getByRole('row', { name: /Insurance claim, newer claim 2 3 ! 1/ }).waitFor();
  await page.getByRole('link', { name: 'Insurance claim, newer' }).click();
  await shows(page, '3 running');
  for (const key of ['CL-1', 'CL-2', 'CL-3']) await page.getByRole('link', { name: key }).waitFor();
  assert.equal(await button(page, 'Suspend').count(), 0);
  await assertAccessible(page);

  await page.getByRole('link', { name: 'version 1: 2 running' }).click();
  await shows(page, '2 running');
  await page.getByRole('link', { name: 'CL-1' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'CL-3' }).count(), 0);
  await button(page, 'Suspend').waitFor();
  await page.getByLabel('Version').selectOption('All versions');
  await page.getByRole('link', { name: 'CL-3' }).waitFor();
});

pageTest('an incident fails again, is repaired, and the diagram follows', async pages => {
  const admin = await pages.as('ada');
  const [id] = await startClaims(admin, [{ businessKey: 'CL-3', amount: 500, bank: 'down' }]);
  const page = await (await pages.as('diana')).visit(`/cockpit.html?i=${id}`);
  await marked(page, 'pay', 'incident');
  await assertAccessible(page);

  await button(page, 'Retry').click();
  await shows(page, /Failed again: .*504/);
  await page.getByRole('tab', { name: 'Variables' }).click();
  await button(page, 'Edit bank').click();
  await page.getByLabel('Value bank').fill('up');
  await assertAccessible(page);
  await button(page, 'Save').click();
  await page.getByRole('cell', { name: 'up', exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Incidents' }).click();
  await button(page, 'Retry').click();

  await shows(page, '“Pay out”: resolved.');
  await marked(page, 'settled', 'done');
  await page.locator('header .chip', { hasText: 'completed' }).waitFor();
  await page.getByRole('tab', { name: 'Events' }).click();
  await shows(page, 'An incident was resolved');
});

pageTest('an instance is suspended, activated, and cancelled with a reason', async pages => {
  const [id] = await startClaims(await pages.as('ada'), [{ businessKey: 'CL-1' }]);
  const page = await (await pages.as('diana')).visit(`/cockpit.html?i=${id}`);
  await marked(page, 'assess', 'active');

  await button(page, 'Suspend').click();
  await assertAccessible(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await page.locator('header .chip', { hasText: 'suspended' }).waitFor();
  await button(page, 'Activate').click();
  await page.locator('header .chip', { hasText: 'running' }).waitFor();
  await button(page, 'Cancel instance').click();
  await page.getByLabel('Reason').fill('sent twice');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel instance' }).click();

  await page.locator('header .chip', { hasText: 'cancelled' }).waitFor();
  assert.equal(await button(page, 'Suspend').count(), 0);
  await page.getByRole('tab', { name: 'Events' }).click();
  await shows(page, /The instance ended: cancelled \(sent twice\)/);
});

pageTest('an element that is selected filters the lists, and waits lead to the task', async pages => {
  const [id] = await startClaims(await pages.as('ada'), [{ businessKey: 'CL-1' }]);
  const page = await (await pages.as('diana')).visit(`/cockpit.html?i=${id}&tab=steps`);
  await page.getByRole('cell', { name: /Triage claim/ }).waitFor();

  await button(page, /Assess damage/).click();
  await shows(page, 'Only “Assess damage”');
  assert.equal(await page.getByRole('cell', { name: /Triage claim/ }).count(), 0);
  await page.getByRole('tab', { name: 'Waits' }).click();
  await shows(page, 'a person');
  await assertAccessible(page);
  await page.getByRole('link', { name: 'Open the task' }).click();

  await page.getByRole('heading', { name: 'Assess damage' }).waitFor();
});

pageTest('who may not operate sees no levers', async pages => {
  const admin = await pages.as('ada');
  await startClaims(admin, []);
  const clara = await pages.as('clara');
  const { id } = await clara.call<{ id: string }>('POST', '/instances', {
    key: 'claim',
    variables: { holder: 'A. Brandt', amount: 5000, bank: 'up', due: '2030-01-01T00:00:00Z' },
  });
  const page = await clara.visit(`/cockpit.html?i=${id}`);

  await marked(page, 'assess', 'active');

  assert.equal(await button(page, 'Suspend').count(), 0);
  assert.equal(await button(page, 'Edit amount').count(), 0);
});

pageTest('who may not operate sees his own instances, and no figures of others', async pages => {
  await startClaims(await pages.as('ada'), [{ businessKey: 'CL-1' }]);
  const page = await (await pages.as('clara')).visit('/cockpit.html?p=claim');

  await shows(page, 'Figures of all instances need the right “operate”.');
  await shows(page, '0 running');
  await shows(page, 'No instance matches.');
  await button(page, /Assess damage/).waitFor();
  await page.locator('.djs-shape[data-element-id=assess]').waitFor();

  assert.equal(await page.locator('.badge.tokens').count(), 0);
  assert.equal(await page.getByText(/\d token/).count(), 0);
  await assertAccessible(page);
});
