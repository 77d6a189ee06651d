/** The documentation of the API: read, and tried as who one is signed in. */
import { assertAccessible, pageTest } from './pages.js';

pageTest('the reader of the documentation tries an operation, and sees what is answered', async pages => {
  const page = await (await pages.as('ada')).visit('/api/v1/docs');
  const entry = page.locator('details[data-path="/groups"][data-method=POST]');
  await entry.locator('summary').click();
  await entry.getByRole('button', { name: 'Try it' }).click();
  await entry.getByLabel('Body').fill('{"id": "painters", "name": "Painters"}');
  await entry.getByRole('button', { name: 'Send POST' }).click();
  await entry.getByText('201 Created').waitFor();
  await assertAccessible(page);

  const one = page.locator('details[data-path="/users/{id}"][data-method=GET]');
  await one.locator('summary').click();
  await one.getByRole('button', { name: 'Try it' }).click();
  await one.getByLabel('id', { exact: true }).fill('clara');
  await one.getByRole('button', { name: 'Send GET' }).click();
  await one.getByText('"Clara Brandt"').waitFor();

  await page.getByRole('navigation', { name: 'Resources' }).getByRole('link', { name: 'Live', exact: true }).click();
  const live = page.locator('details[data-path="/events"]');
  await live.locator('summary').click();
  await live.getByRole('button', { name: 'Try it' }).click();
  await live.getByRole('button', { name: 'Send GET' }).click();
  await live.getByText('retry: 2000').waitFor();
});
