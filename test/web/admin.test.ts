/** The administration and the profile: inviting people, groups, authorizations, the audit; the own tokens and password. */
import assert from 'node:assert/strict';
import { until } from '../until.js';
import { assertAccessible, fixture, pageTest, startClaims } from './pages.js';

pageTest('an administrator invites somebody, who chooses a password and is in', async pages => {
  const ada = await (await pages.as('ada')).visit('/tasklist.html');
  await ada.getByRole('link', { name: 'Administration' }).click();
  await ada.waitForURL('**/admin.html');
  await ada.getByRole('cell', { name: 'Clara Brandt', exact: true }).waitFor();
  await assertAccessible(ada);

  await ada.getByRole('button', { name: 'Invite somebody' }).click();
  await ada.getByLabel('User id').fill('mary');
  await ada.getByLabel('Name', { exact: true }).fill('Mary Major');
  await ada.getByLabel('E-mail').fill('mary@example.org');
  await ada.getByRole('checkbox', { name: 'Adjusters' }).check();
  await assertAccessible(ada);
  await ada.getByRole('button', { name: 'Create and show the link' }).click();
  const link = await ada.getByLabel('One-time link', { exact: true }).last().inputValue();

  const mary = await (await pages.as(undefined)).visit(link.slice(pages.url.length));
  await mary.getByRole('heading', { name: 'Choose a password' }).waitFor();
  await assertAccessible(mary);
  await mary.getByLabel('Password').fill('a password of mine');
  await mary.getByRole('button', { name: 'Choose and sign in' }).click();
  await mary.waitForURL('**/tasklist.html');
  await mary.getByText('Signed in as Mary Major').waitFor({ state: 'attached' });
});

pageTest('who is disabled is out, and the audit says who did it', async pages => {
  const clara = await pages.as('clara');
  const ada = await (await pages.as('ada')).visit('/admin.html');

  await ada.getByRole('button', { name: 'Disable: Clara Brandt' }).click();
  await ada.getByRole('button', { name: 'Enable: Clara Brandt' }).waitFor();
  await assert.rejects(clara.call('GET', '/tasks'), /401/);

  await ada.getByRole('tab', { name: 'Audit' }).click();
  await ada.getByRole('cell', { name: 'user changed' }).waitFor();
  await ada.getByText('disabled: false → true').waitFor();
  await ada.getByRole('search').getByLabel('Of what').fill('nobody');
  await ada.keyboard.press('Tab');
  await ada.getByText('Nothing found.').waitFor();
  await ada.getByRole('search').getByLabel('Of what').fill('clara');
  await ada.keyboard.press('Tab');
  await ada.getByText('disabled: false → true').waitFor();
  await ada.getByRole('button', { name: 'Check the chain' }).click();
  await ada.getByText(/Whole: \d+ entries/).waitFor();
  await assertAccessible(ada);
});

pageTest('a group gets rights, and an authorization is granted, by keyboard alone', async pages => {
  const ada = await (await pages.as('ada')).visit('/admin.html?tab=groups');
  await ada.getByRole('button', { name: 'New group' }).focus();
  await ada.keyboard.press('Enter');
  await ada.getByLabel('Id', { exact: true }).waitFor();
  await ada.keyboard.type('auditors');
  await ada.keyboard.press('Tab');
  await ada.keyboard.type('Auditors');
  await ada.keyboard.press('Enter');
  await ada.getByRole('cell', { name: 'Auditors', exact: true }).waitFor();

  await ada.getByRole('tab', { name: 'Groups' }).focus();
  await ada.keyboard.press('ArrowRight');
  await ada.getByRole('button', { name: 'New tenant' }).waitFor();
  await ada.keyboard.press('ArrowRight');
  await ada.getByRole('button', { name: 'New authorization' }).click();
  await ada.getByLabel('Group', { exact: true }).fill('auditors');
  assert.equal(await ada.locator('#group-suggestions option[value=auditors]').count(), 1);
  await ada.getByLabel('What it is about').selectOption('deployment');
  await ada.getByRole('checkbox', { name: 'READ_HISTORY' }).waitFor({ state: 'detached' });
  await ada.getByLabel('What it is about').selectOption('processDefinition');
  await ada.getByRole('checkbox', { name: 'READ_INSTANCE', exact: true }).focus();
  await ada.keyboard.press('Space');
  await ada.getByRole('checkbox', { name: 'READ_HISTORY', exact: true }).check();
  await assertAccessible(ada);
  await ada.getByRole('button', { name: 'Create' }).click();
  await ada.getByText('READ_HISTORY').first().waitFor();
  await assertAccessible(ada);
});

pageTest('an administrator makes a token for a program, which works until it is made void', async pages => {
  const admin = await pages.as('ada');
  await admin.call('POST', '/users', { id: 'billing', name: 'Billing' });
  await admin.call('PUT', '/users/clara/password', { password: 'a password of hers' });
  const ada = await admin.visit('/admin.html');
  await ada.getByRole('button', { name: 'API tokens: Clara Brandt' }).click();
  await ada.getByText('This person signs in and makes tokens in the own profile.').waitFor();
  assert.equal(await ada.getByRole('button', { name: 'New token' }).count(), 0);
  await ada.getByRole('button', { name: '← All people' }).click();
  await ada.getByRole('button', { name: 'API tokens: Billing' }).click();
  await ada.getByRole('heading', { name: 'API tokens: Billing' }).waitFor();
  await ada.getByText('There is no token.').waitFor();
  await assertAccessible(ada);

  await ada.getByRole('button', { name: 'New token' }).click();
  await ada.getByRole('dialog').getByLabel('Name').fill('nightly');
  await ada.getByRole('dialog').getByRole('button', { name: 'New token' }).click();
  const token = await ada.getByLabel('The token').last().inputValue();
  const whoAmI = async () => {
    const answer = await fetch(`${pages.url}/api/v1/session`, { headers: { authorization: `Bearer ${token}` } });
    return ((await answer.json()) as { user?: { id: string } }).user?.id;
  };
  assert.equal(await whoAmI(), 'billing');

  await ada.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await ada.getByRole('button', { name: 'Make void: nightly' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Make void' }).click();
  await ada.getByText('There is no token.').waitFor();
  assert.equal(await whoAmI(), undefined);
  await ada.getByRole('button', { name: '← All people' }).click();
  await ada.getByRole('cell', { name: 'Clara Brandt', exact: true }).waitFor();
});

pageTest('the administration is for administrators', async pages => {
  const clara = await (await pages.as('clara')).visit('/admin.html');
  await clara.getByText('This page is for administrators.').waitFor();
  assert.equal(await clara.getByRole('link', { name: 'Administration' }).count(), 0);
});

pageTest('somebody changes the own name, and makes a token that is shown once', async pages => {
  const clara = await (await pages.as('clara')).visit('/profile.html');
  await clara.getByLabel('Name', { exact: true }).fill('Clara Brandt-Roth');
  await clara.getByRole('button', { name: 'Save' }).click();
  await clara.getByText('Signed in as Clara Brandt-Roth').waitFor({ state: 'attached' });

  await clara.getByRole('button', { name: 'New token' }).click();
  await clara.getByRole('dialog').getByLabel('Name').fill('my program');
  await clara.getByRole('checkbox', { name: 'Look at tasks and work on them' }).check();
  await assertAccessible(clara);
  await clara.getByRole('dialog').getByRole('button', { name: 'New token' }).click();
  const token = await clara.getByLabel('The token').last().inputValue();
  await clara.getByRole('button', { name: 'Copy' }).click();
  await clara.getByText('Copied.').waitFor();
  const ask = (path: string) => fetch(`${pages.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  assert.deepEqual([(await ask('/tasks')).status, (await ask('/instances')).status], [200, 403]);

  await clara.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await clara.getByRole('button', { name: 'Make void: my program' }).click();
  await clara.getByRole('dialog').getByRole('button', { name: 'Make void' }).click();
  await clara.getByText('You have no token.').waitFor();
  assert.equal((await ask('/tasks')).status, 401);
});

pageTest('a wrong present password is told in place, the right one leads to signing in again', async pages => {
  await pages.server.services.identity.people.setPassword('clara', 'correct horse');
  const clara = await (await pages.as('clara')).visit('/profile.html');
  await clara.getByLabel('New password').fill('battery staple');
  await clara.getByLabel('Present password').fill('wrong horse');
  await clara.getByRole('button', { name: 'Change the password' }).click();
  await clara.getByRole('alert').getByText('The present password is wrong.').waitFor();
  assert.match(clara.url(), /profile\.html$/);
  await assertAccessible(clara);

  await clara.getByLabel('Present password').fill('correct horse');
  await clara.getByRole('button', { name: 'Change the password' }).click();
  await clara.waitForURL('**/signin.html?to=profile.html');
});

pageTest(
  'somebody sees where he is signed in, and signs out everywhere else; an administrator ends it for him',
  async pages => {
    const elsewhere = [await pages.as('clara'), await pages.as('clara')];
    const left = await elsewhere[0]!.visit('/tasklist.html?view=late');
    await left.getByText('live', { exact: true }).waitFor();
    const clara = await (await pages.as('clara')).visit('/profile.html');
    const rows = clara.getByRole('row').filter({ has: clara.getByText(/unknown device|Chrome/) });
    await clara.getByText('this one', { exact: true }).waitFor();
    assert.equal(await rows.count(), 3);
    await assertAccessible(clara);

    await clara
      .getByRole('button', { name: /^Sign out:/ })
      .first()
      .click();
    await until('one has ended', async () => (await rows.count()) === 2);
    await clara.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await clara.getByText('You are signed out everywhere else.').waitFor();
    for (const one of elsewhere) await assert.rejects(one.call('GET', '/tasks'), /401/);
    await left.waitForURL('**/signin.html?to=tasklist.html%3Fview%3Dlate', { timeout: 60_000 });
    assert.equal(await rows.count(), 1);

    const ada = await (await pages.as('ada')).visit('/admin.html');
    await ada.getByRole('button', { name: 'End sessions: Clara Brandt' }).click();
    await ada.getByRole('dialog').getByRole('button', { name: 'End sessions' }).click();
    await ada.getByText('Clara Brandt is signed out everywhere.').waitFor();
    await clara.reload();
    await clara.waitForURL('**/signin.html?to=profile.html');
  },
);

pageTest('on a phone every page is as wide as the phone, and what one presses is in view', async pages => {
  const ada = await pages.as('ada');
  const ids = ['a', 'b'].map(letter => `a-rather-long-name-of-somebody-${letter}@example.org`);
  for (const id of ids) await ada.call('POST', '/users', { id, name: 'Somebody Long-Winded', email: id });
  const hook = { name: 'Billing department', url: 'https://example.org/hook', events: ['instance.ended'] };
  await ada.call('POST', '/webhooks', hook);
  await startClaims(ada, [{ businessKey: 'CL-1', amount: 500, bank: 'down' }]);
  const page = await ada.visit('/tasklist.html');
  await page.setViewportSize({ width: 390, height: 844 });
  const everywhere = '.top button, .top .avatar';
  const visits: [path: string, shown: string, pressed: string][] = [
    ['/tasklist.html', '.top .avatar', everywhere],
    ['/modeler.html', '.top .avatar', everywhere],
    ['/cockpit.html', 'td.message', `${everywhere}, td, td button`],
    ['/cockpit.html?p=claim', '.operate td', `${everywhere}, td, td button`],
    ['/cockpit.html?webhooks=all', 'td.actions', `${everywhere}, td, td.actions button`],
    ['/admin.html', 'td.actions', `${everywhere}, td.actions button, [role=tab]`],
    ['/admin.html?tab=audit', 'td', `${everywhere}, [role=tab]`],
    ['/profile.html', '.administration', everywhere],
  ];

  for (const [path, shown, pressed] of visits) {
    await page.goto(pages.url + path);
    await page.locator(shown).first().waitFor();

    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    const outside: (string | null)[] = [];
    for (const one of await page.locator(pressed).all()) {
      const box = await one.boundingBox();
      if (box && box.x + box.width > 390) outside.push(await one.textContent());
    }
    assert.deepEqual({ path, width, outside }, { path, width: 390, outside: [] });
    await page.getByRole('button', { name: 'Go to' }).waitFor();
  }

  await page.goto(`${pages.url}/cockpit.html?webhooks=all`);
  await page.locator('td.actions').waitFor();
  const boxes = await Promise.all((await page.locator('td.actions button').all()).map(button => button.boundingBox()));
  for (const [at, box] of boxes.entries())
    for (const other of boxes.slice(at + 1))
      assert.ok(box!.x + box!.width < other!.x || box!.y + box!.height < other!.y, 'buttons touch each other');
});

pageTest('what is opened from a tenant in the modeler is deployed there again', async pages => {
  const ada = await pages.as('ada');
  await ada.call('POST', '/tenants', { id: 'acme', name: 'Acme' });
  const files = [{ name: 'claim.bpmn', text: fixture('claim.bpmn') }];
  const { definitions } = await ada.call<{ definitions: { id: string; key: string }[] }>('POST', '/deployments', {
    tenant: 'acme',
    files,
  });
  const [{ id, key }] = definitions as [{ id: string; key: string }];

  const page = await ada.visit(`/modeler.html?d=${encodeURIComponent(id)}`);
  await page.getByText('acme', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Deploy', exact: true }).click();
  await page.waitForURL(url => (url.searchParams.get('d') ?? id) !== id);

  const found = await ada.call<{ items: { version: number }[] }>('GET', `/definitions?tenant=acme&key=${key}`);
  assert.deepEqual(
    found.items.map(({ version }) => version),
    [2, 1],
  );
});

pageTest('what two tenants call the same is told apart, and people show their tenants', async pages => {
  const ada = await pages.as('ada');
  const text = fixture('claim.bpmn');
  for (const id of ['acme', 'globex']) {
    await ada.call('POST', '/tenants', { id, name: id });
    await ada.call('POST', '/deployments', { name: id, tenant: id, files: [{ name: 'claim.bpmn', text }] });
  }
  await ada.call('POST', '/users', { id: 'mary', name: 'Mary', tenants: ['globex'] });

  const page = await ada.visit('/cockpit.html');
  for (const id of ['acme', 'globex']) await page.getByRole('row', { name: new RegExp(`claim ${id}`) }).waitFor();
  await page
    .getByRole('row', { name: /claim globex/ })
    .getByRole('link')
    .click();
  await page.waitForURL(/&tenant=globex/);
  await page.locator('option:checked', { hasText: 'globex' }).waitFor({ state: 'attached' });

  await page.goto(`${pages.url}/admin.html`);
  await page.getByRole('row', { name: /Mary/ }).getByText('globex', { exact: true }).waitFor();

  await page.getByRole('tab', { name: 'Groups' }).click();
  await page.getByRole('button', { name: 'Edit: Adjusters' }).click();
  await page.getByRole('checkbox', { name: 'acme' }).check();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await page
    .getByRole('row', { name: /Adjusters/ })
    .getByText('acme', { exact: true })
    .waitFor();
});
