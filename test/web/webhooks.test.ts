/** Webhooks in the browser: made, tested, what was given up sent again; and how a definition stands. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { until } from '../until.js';
import { assertAccessible, pageTest, startClaims } from './pages.js';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

/** A receiver that answers with a status that can be changed. */
async function startReceiver() {
  const got: string[] = [];
  let status = 500;
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    got.push(JSON.parse(text).type);
    response.writeHead(status).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    got,
    /** Answers with it from now on. */
    answer(next: number) {
      status = next;
    },
    close: () => server.close(),
  };
}

pageTest(
  'an administrator makes a webhook, tests it, and sends again what was given up',
  async pages => {
    const receiver = await startReceiver();
    try {
      const ada = await pages.as('ada');
      const page = await ada.visit('/cockpit.html');
      await page.getByRole('link', { name: 'Webhooks' }).click();
      await button(page, 'New webhook…').click();
      await page.getByLabel('Name').fill('Billing');
      await page.getByLabel('Address').fill(receiver.url);
      await page.getByLabel('task.opened').check();
      await page.getByLabel('Only these elements').fill('assess, pack');
      await assertAccessible(page);
      await button(page, 'Save').click();
      const secret = await page.getByRole('textbox', { name: 'The secret of the signature' }).inputValue();
      assert.match(secret, /^whsec_.{40,}/);
      await button(page, 'I have kept it').click();
      await page.getByText('only at assess, pack').waitFor();

      await button(page, 'Send a test').click();
      await page.getByText('The test failed: answered 500.').waitFor();
      receiver.answer(410);
      await startClaims(ada, [{ businessKey: 'CL-7' }]);
      const isGivenUp = async () =>
        (await ada.call<{ items: { dead: number }[] }>('GET', '/webhooks')).items[0]!.dead === 1;
      await until('the letter is given up', isGivenUp);
      await page.reload();
      await page.locator('.chip.bad', { hasText: '! 1' }).waitFor();
      await assertAccessible(page);
      await page.getByRole('link', { name: 'Billing' }).click();
      await page.getByRole('heading', { name: 'Billing' }).waitFor();
      await page.getByText('given up', { exact: true }).last().waitFor();
      receiver.answer(200);
      await assertAccessible(page);
      await button(page, 'Send again').first().click();
      await page.getByText('The test arrived: 200.').waitFor();
      await page.locator('.chip.ok', { hasText: 'delivered' }).waitFor();

      await page.getByRole('link', { name: 'All webhooks' }).click();
      await button(page, 'Change…').click();
      assert.equal(await page.getByLabel('Only these elements').inputValue(), 'assess, pack');
      await page.getByLabel('Only these elements').fill('');
      await page.getByLabel('Name').fill('Ledger');
      await button(page, 'Save').click();
      await page.getByRole('link', { name: 'Ledger' }).waitFor();
      assert.equal(await page.getByText('only at').count(), 0);
      await button(page, 'Delete…').click();
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByText('Nobody is told of anything yet.').waitFor();
      await page.getByRole('link', { name: 'All processes' }).click();
      await page.getByRole('heading', { name: 'Processes', exact: true }).waitFor();
      assert.deepEqual(receiver.got, ['ping', 'task.opened', 'task.opened']);
    } finally {
      receiver.close();
    }
  },
  { environment: { WEFT_INTERNAL_WEBHOOKS: 'on' } },
);

pageTest(
  'an operator sees what a start would miss, why an instance waits, and suspends the definition',
  async pages => {
    const [id] = await startClaims(await pages.as('ada'), [{ businessKey: 'CL-1' }]);
    const page = await (await pages.as('diana')).visit(`/cockpit.html?i=${id}&tab=waits`);
    await page.getByText(/“Assess damage” waits for the group adjusters to claim it/).waitFor();

    await page.getByRole('link', { name: /Insurance claim/ }).click();
    await button(page, 'Readiness').click();
    await page.getByText('Nothing that the model names is missing').waitFor();
    await page.getByLabel('When something is missing, a start').selectOption('refuse');
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    await button(page, 'Suspend').click();
    await page.getByLabel('Its running instances stop, too').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
    await button(page, 'Activate').waitFor();
    await page.getByRole('row', { name: /CL-1 suspended/ }).waitFor();

    await button(page, 'Activate').click();
    await page.getByRole('row', { name: /CL-1 running/ }).waitFor();
  },
);
