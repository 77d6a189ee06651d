/** Signing in: one click in demo mode, a password, the one-time token; and back to the link one came from. */
import assert from 'node:assert/strict';
import { assertAccessible, pageTest } from './pages.js';

pageTest(
  'a demo person signs in with one click and comes back to the link',
  async pages => {
    const page = await (await pages.as(undefined)).visit('/tasklist.html?view=late');
    const people = page.getByRole('listitem').getByRole('button');
    await people.nth(3).waitFor();
    await assertAccessible(page);

    await people.filter({ hasText: 'Team lead' }).first().click();

    await page.waitForURL('**/tasklist.html?view=late');
    await page.getByRole('link', { name: 'Late' }).waitFor();
  },
  { demo: true },
);

pageTest(
  'the first administrator signs up with the one-time token',
  async pages => {
    const token = await pages.server.services.setup.offer();
    const page = await (await pages.as(undefined)).visit(`/signin.html?setup=${token}`);
    assert.equal(await page.getByLabel('One-time token').inputValue(), token);
    await assertAccessible(page);

    await page.getByLabel('Full name').fill('Ada Lovelace');
    await page.getByLabel('User').fill('ada');
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.getByRole('alert').getByText('The password needs 8 characters or more.').waitFor();
    await page.getByLabel('Password').fill('analytical engine');
    await page.getByRole('button', { name: 'Create administrator' }).click();

    await page.waitForURL('**/tasklist.html');
    await page.getByText('There is no open task').or(page.getByText('Nothing waits for you')).waitFor();
    const late = await (await pages.as(undefined)).visit(`/signin.html?setup=${token}`);
    await late.getByText('This link has been used').waitFor();
    await late.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  },
  { empty: true },
);

pageTest(
  'where no administrator is, the sign-in page says what to open',
  async pages => {
    const page = await (await pages.as(undefined)).visit('/signin.html');

    await page.getByText('Open the one-time link that the server printed in its terminal.').waitFor();
    await assertAccessible(page);
  },
  { empty: true },
);

pageTest('a wrong password is told, the right one opens', async pages => {
  await pages.server.services.identity.people.setPassword('clara', 'correct horse');
  const page = await (await pages.as(undefined)).visit('/signin.html');
  const signIn = async (password: string) => {
    await page.getByLabel('User').fill('clara');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  };

  await signIn('wrong horse');
  await page.getByText('User or password is wrong.').waitFor();
  await assertAccessible(page);
  await signIn('correct horse');

  await page.waitForURL('**/tasklist.html');
});

pageTest(
  'a link to elsewhere is no way back',
  async pages => {
    const page = await (await pages.as(undefined)).visit('/signin.html?to=//example.com/');

    await page.getByRole('button', { name: /Clara Klein/ }).click();

    await page.waitForURL(`${pages.url}/tasklist.html`);
  },
  { demo: true },
);

/** Puts HTML into the page as a careless page would, and answers what became of the script in it. */
const careless = `new Promise(resolve => {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective));
  globalThis.ran = () => resolve('it ran');
  document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="ran()">');
})`;

pageTest('names are texts, and a script that got into a page all the same does not run', async pages => {
  const name = '<img src="data:," onerror="alert(1)">';
  await pages.server.services.identity.people.createUser({ id: 'eve', name });
  const page = await (await pages.as('eve')).visit('/tasklist.html');

  await page.getByText(`Signed in as ${name}`).waitFor({ state: 'attached' });
  assert.equal(await page.locator('img[onerror]').count(), 0);

  // Its refusal is told on the console, where no other test may find one.
  page.removeAllListeners('console');
  assert.match(await page.evaluate<string>(careless), /^script-src/);
});

pageTest('signing out ends at the sign-in page; theme and language are kept', async pages => {
  const page = await (await pages.as('clara')).visit('/tasklist.html');
  await page.getByText('Signed in as').locator('..').click();

  await page.getByLabel('Theme').selectOption('dark');
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
  await page.getByLabel('Language').selectOption('de');
  await page.getByText('Nichts wartet auf Sie').waitFor();
  await assertAccessible(page);
  await page.getByText('Angemeldet als').locator('..').click();
  await page.getByRole('button', { name: 'Abmelden' }).click();

  await page.waitForURL('**/signin.html');
  await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
});

pageTest('Ctrl+K finds a page from everywhere', async pages => {
  const page = await (await pages.as('diana')).visit('/tasklist.html');
  await page.getByText('Nothing waits for you').waitFor();

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Go to task' }).fill('oper');
  await page.getByRole('option', { name: 'Operate' }).waitFor();
  await assertAccessible(page);
  await page.keyboard.press('Enter');

  await page.waitForURL('**/cockpit.html');
});

pageTest('who types at once after Ctrl+K loses no key, and an administrator finds the administration', async pages => {
  const page = await (await pages.as('ada')).visit('/tasklist.html');
  await page.getByText('Nothing waits for you').waitFor();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('admin');
  await page.getByRole('option', { name: 'Administration' }).waitFor();
  assert.equal(await page.getByRole('combobox', { name: 'Go to task' }).inputValue(), 'admin');
});

pageTest('an address where nothing is says so in words and leads home; programs get a problem', async pages => {
  const page = await (await pages.as('clara')).visit('/tasks');
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await assertAccessible(page);
  await page.getByRole('link', { name: 'Go to the tasks' }).click();
  await page.waitForURL('**/tasklist.html');

  const asks = async (path: string, accept: string) => {
    const { status, headers } = await fetch(pages.url + path, { headers: { accept } });
    return [status, headers.get('content-type')?.split(';')[0]];
  };
  assert.deepEqual(await asks('/tasks', 'text/html,*/*;q=0.8'), [404, 'text/html']);
  for (const [path, accept] of [
    ['/tasks', '*/*'],
    ['/tasks', 'application/json'],
    ['/api/v1/nothing', 'text/html'],
  ] as const)
    assert.deepEqual(await asks(path, accept), [404, 'application/problem+json']);
});

pageTest(
  'under a path every page, script and request stays under it',
  async pages => {
    const page = await (await pages.as(undefined)).visit('/modeler.html');
    await page.waitForURL('**/weft/signin.html?to=modeler.html');
    await pages.server.services.identity.changePassword('ada', 'correct horse');
    await page.getByLabel('User').fill('ada');
    await page.getByLabel('Password').fill('correct horse');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();

    await page.waitForURL('**/weft/modeler.html');
    for (const [link, address] of [
      ['Operate', 'cockpit'],
      ['Administration', 'admin'],
      ['Tasks', 'tasklist'],
    ] as const) {
      await page.getByRole('navigation').getByRole('link', { name: link }).click();
      await page.waitForURL(`**/weft/${address}.html`);
      await page.getByText('live', { exact: true }).waitFor();
    }
  },
  { path: '/weft' },
);
