/** The tasklist: claiming, filling, completing, and following what others do. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible, pageTest, startClaims } from './pages.js';

const row = (page: Page, key: string) => page.locator('.row').filter({ hasText: key });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const shows = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

const shownNowhere = async (page: Page, text: RegExp) => (await page.getByText(text).count()) === 0;

/** Chromium prints a checked box in the form as a label; its input lies under it. */
const field = (page: Page, label: string) => page.locator('.sheet').getByLabel(label);

pageTest('a clerk claims a task, fills its form, completes it, and reads what comes next', async pages => {
  const admin = await pages.as('ada');
  await startClaims(admin, [{ businessKey: 'CL-1' }, { businessKey: 'CL-2' }]);
  const page = await (await pages.as('clara')).visit('/tasklist.html?view=group');

  await row(page, 'CL-1').click();
  await shows(page, 'Claim this task to fill in its form.');
  assert.equal(await field(page, 'Estimated damage').isEditable(), false);
  await assertAccessible(page);
  await button(page, 'Claim and edit').click();
  await field(page, 'Estimated damage').fill('420');
  await field(page, 'Covered by the policy').check();
  await button(page, 'Complete').click();

  await shows(page, '“Assess damage” is done. With it the process has ended.');
  await row(page, 'CL-1').waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Assess damage' }).waitFor();
  assert.match(page.url(), /[?&]t=/);
  await assertAccessible(page);
});

pageTest('the message leads to the next task; one without a form has its variables to edit', async pages => {
  const admin = await pages.as('ada');
  const [id] = await startClaims(admin, [{ businessKey: 'CL-1' }]);
  const page = await (await pages.as('clara')).visit('/tasklist.html?view=group');

  await row(page, 'CL-1').click();
  await button(page, 'Claim and edit').click();
  await button(page, 'Complete').click();
  await shows(page, 'Next: “Write rejection letter”.');
  await page.getByRole('link', { name: 'Open', exact: true }).click();

  await page.getByRole('heading', { name: 'Write rejection letter' }).waitFor();
  await button(page, 'Claim and edit').click();
  await button(page, 'Add variable').click();
  await button(page, 'Complete').click();
  await shows(page, 'A variable has no name');
  await page.getByLabel('Name').last().fill('pages');
  await page.getByLabel('Type pages').selectOption('number');
  await page.getByLabel('Value pages').fill('2');
  await assertAccessible(page);
  await button(page, 'Complete').click();
  await shows(page, '“Write rejection letter” is done. With it the process has ended.');

  const { variables } = await admin.call<{ variables: { pages: number } }>('GET', `/instances/${id}/variables`);
  assert.equal(variables.pages, 2);
});

pageTest('the keyboard alone goes through the queue', async pages => {
  await startClaims(await pages.as('ada'), [{ businessKey: 'CL-1' }, { businessKey: 'CL-2' }]);
  const page = await (await pages.as('clara')).visit('/tasklist.html?view=group');
  await row(page, 'CL-2').waitFor();

  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.locator('[aria-selected=true]', { hasText: 'CL-2' }).waitFor();
  await page.keyboard.press('k');
  await page.locator('[aria-selected=true]', { hasText: 'CL-1' }).waitFor();
  await button(page, 'Claim and edit').waitFor();
  await page.keyboard.press('c');
  await button(page, 'Release').waitFor();
  await button(page, 'Complete').and(page.locator(':enabled')).waitFor();
  await page.keyboard.press('Control+Enter');

  await shows(page, '“Assess damage” is done.');
});

pageTest('what is typed is kept as a draft', async pages => {
  const admin = await pages.as('ada');
  await startClaims(admin, [{ businessKey: 'CL-1' }]);
  const clara = await pages.as('clara');
  const page = await clara.visit('/tasklist.html?view=group');

  await row(page, 'CL-1').click();
  await button(page, 'Claim and edit').click();
  await field(page, 'Estimated damage').fill('777');
  await shows(page, /Draft saved/);
  const again = await clara.visit(page.url().replace(pages.url, ''));

  await again.locator('.sheet input').nth(1).waitFor();
  assert.equal(await field(again, 'Estimated damage').inputValue(), '777');
});

pageTest('the list follows what others do, and nothing moves under its reader', async pages => {
  const admin = await pages.as('ada');
  const claims = ['CL-1', 'CL-2', 'CL-3'].map(businessKey => ({ businessKey }));
  await startClaims(admin, claims);
  const diana = await pages.as('diana');
  const page = await (await pages.as('clara')).visit('/tasklist.html?view=group');
  await row(page, 'CL-3').waitFor();

  await row(page, 'CL-3').hover();
  const { items } = await diana.call<{ items: { id: string; businessKey: string }[] }>('GET', '/tasks?view=group');
  await diana.call('POST', `/tasks/${items.find(task => task.businessKey === 'CL-2')!.id}/claim`, {});
  await row(page, 'CL-2').filter({ hasText: 'taken by Diana Roth' }).waitFor();
  await startClaims(admin, [{ businessKey: 'CL-0', due: new Date().toISOString() }]);
  await button(page, '1 new task').waitFor();
  assert.match((await page.locator('.row').first().textContent()) ?? '', /CL-1/);
  await button(page, '1 new task').click();

  await row(page, 'CL-0').waitFor();
  assert.equal(await row(page, 'CL-2').count(), 0);
});

pageTest('who was slower learns who was faster', async pages => {
  await startClaims(await pages.as('ada'), [{ businessKey: 'CL-1' }]);
  const diana = await pages.as('diana');
  const page = await (await pages.as('clara')).visit('/tasklist.html?view=group');
  await row(page, 'CL-1').click();
  await button(page, 'Claim and edit').waitFor();
  // The answer of the server is what is tested: the live feed would take the button away first.
  await page.route('**/api/v1/tasks**', async route => {
    if (route.request().method() === 'GET') await route.abort();
    else await route.continue();
  });

  const { items } = await diana.call<{ items: { id: string }[] }>('GET', '/tasks?view=group');
  await diana.call('POST', `/tasks/${items[0]!.id}/claim`, {});
  await button(page, 'Claim and edit').click();

  await shows(page, /Diana Roth was faster/);
});

pageTest('delegating hands a task over, and it comes back', async pages => {
  await startClaims(await pages.as('ada'), [{ businessKey: 'CL-1' }]);
  const page = await (await pages.as('clara')).visit('/tasklist.html?view=group');
  await row(page, 'CL-1').click();
  await button(page, 'Claim and edit').click();
  await field(page, 'Estimated damage').fill('1');
  await shows(page, /Draft saved/);
  assert.equal(await row(page, 'CL-1').getAttribute('aria-selected'), 'true');
  assert.equal(await shownNowhere(page, /taken by|yours now/), true);
  await button(page, 'Delegate').click();
  assert.equal(
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Clara Brandt/ })
      .count(),
    0,
  );
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Diana Roth/ })
    .click();
  await shows(page, 'Delegated to Diana Roth; it comes back to you.');

  const hers = await (await pages.as('diana')).visit('/tasklist.html?view=mine');
  await row(hers, 'CL-1').click();
  await button(hers, 'Hand back').and(hers.locator(':enabled')).waitFor();
  await field(hers, 'Estimated damage').fill('815');
  await button(hers, 'Hand back').click();
  await row(hers, 'CL-1').waitFor({ state: 'detached' });
  await shows(hers, '“Assess damage” was handed back to Clara Brandt.');

  await shows(page, 'Handed back by Diana Roth.');
  await page.waitForFunction(`[...document.querySelectorAll('.sheet input')].some(({ value }) => value === '815')`);
  await button(page, 'Complete').waitFor();
});

pageTest('a comment, a due date and the way so far', async pages => {
  await startClaims(await pages.as('ada'), [{ businessKey: 'CL-1' }]);
  const page = await (await pages.as('clara')).visit('/tasklist.html?view=group');
  await row(page, 'CL-1').click();

  await page.getByLabel('Write a comment…').fill('The photos are on their way.');
  await button(page, 'Send').click();
  await shows(page, 'The photos are on their way.');
  await button(page, 'Claim and edit').click();
  await page.getByLabel('Due', { exact: true }).fill('2020-01-01T08:00');
  await page.getByLabel('Due', { exact: true }).press('Tab');
  await page.locator('.pane header time.late').waitFor();
  await page.getByRole('tab', { name: 'Diagram' }).click();
  await page.locator('.pane .diagram:not(.small) .mark-active[data-element-id=assess]').waitFor();
  await page.locator('.pane .diagram:not(.small) .mark-done[data-element-id=triage]').waitFor();
  await page.getByRole('tab', { name: 'History' }).click();

  await page.getByRole('cell', { name: 'Triage claim' }).waitFor();
  await assertAccessible(page);
});

pageTest('a process is started from its form', async pages => {
  await startClaims(await pages.as('ada'), []);
  const page = await (await pages.as('clara')).visit('/tasklist.html');
  await shows(page, 'Nothing waits for you');

  await page.keyboard.press('n');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Insurance claim/ })
    .click();
  await page.getByLabel('Policy holder').fill('R. Lindqvist');
  await page.getByLabel('Amount').fill('2500');
  await assertAccessible(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();

  await shows(page, '“Insurance claim” has started.');
});

pageTest('on a narrow screen there is the list or the task', async pages => {
  await startClaims(await pages.as('ada'), [{ businessKey: 'CL-1' }]);
  const page = await (await pages.as('clara')).visit('/tasklist.html?view=group');
  await page.setViewportSize({ width: 390, height: 844 });
  const views = await Promise.all((await page.locator('.views :is(a, button)').all()).map(one => one.boundingBox()));
  for (const [at, box] of views.entries())
    for (const other of views.slice(at + 1))
      assert.ok(box!.x + box!.width <= other!.x || box!.y + box!.height <= other!.y, 'views cover each other');

  await row(page, 'CL-1').click();
  await page.getByRole('heading', { name: 'Assess damage' }).waitFor();
  assert.equal(await row(page, 'CL-1').isVisible(), false);
  const form = (await page.locator('.sheet').boundingBox())!;
  const where = (await page.locator('.details').boundingBox())!;
  assert.ok(form.width > 340, `the form is ${form.width} px wide`);
  assert.ok(form.y + form.height <= where.y, 'the form comes first, where it sits below it');
  await assertAccessible(page);
  await button(page, 'Back to the list').click();

  await row(page, 'CL-1').waitFor();
  await assertAccessible(page);
});

pageTest('while a dialog is open its keys are its own: nothing happens to the task behind', async pages => {
  const admin = await pages.as('ada');
  await startClaims(admin, [{ businessKey: 'CL-1' }]);
  const page = await (await pages.as('clara')).visit('/tasklist.html?view=group');
  await row(page, 'CL-1').click();
  await button(page, 'Claim and edit').click();
  await button(page, 'Complete').and(page.locator(':enabled')).waitFor();

  await page.keyboard.press('Escape');
  await button(page, 'Start a process').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /Insurance claim/ }).click();
  await dialog.locator('input:focus').waitFor();
  await dialog.getByLabel('Policy holder').fill('R. Lindqvist');
  await dialog.getByLabel('Amount').fill('2500');
  await page.keyboard.press('Control+Enter');

  await shows(page, '“Insurance claim” has started.');
  const { items } = await admin.call<{ items: { businessKey?: string }[] }>('GET', '/tasks?view=all');
  assert.ok(items.some(({ businessKey }) => businessKey === 'CL-1'));
});

pageTest('a dialog begins with its field; Enter goes from the list into the form, Escape back', async pages => {
  await startClaims(await pages.as('ada'), [{ businessKey: 'CL-1' }]);
  const page = await (await pages.as('clara')).visit('/tasklist.html?view=group');
  await row(page, 'CL-1').click();
  await button(page, 'Claim and edit').click();
  await button(page, 'Complete').and(page.locator(':enabled')).waitFor();

  await page.keyboard.press('Control+k');
  await page.locator('dialog input[role=combobox]:focus').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.locator('[role=listbox]').focus();
  await page.keyboard.press('d');
  await page.locator('dialog input[type=search]:focus').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });

  await page.locator('[role=listbox]').focus();
  await page.keyboard.press('Enter');
  await page.locator('.sheet input:focus').waitFor();
  assert.equal(await page.locator('.sheet input:focus').isEditable(), true);
  await page.keyboard.press('Escape');
  await page.locator('[role=listbox]:focus').waitFor();
});
