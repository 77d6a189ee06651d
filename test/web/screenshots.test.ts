/** The README's pictures, drawn by the pages themselves: written into `.screenshots` when SCREENSHOTS=1. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Pages, pageTest, startClaims } from './pages.js';

const folder = fileURLToPath(new URL('../../../.screenshots/', import.meta.url));
const HOUR = 3_600_000;
const holders = ['A. Brandt', 'L. Osei', 'M. Ferrari', 'R. Lindqvist', 'S. Novak'];

async function manyClaims(pages: Pages): Promise<string[]> {
  const claims = Array.from({ length: 14 }, (_, index) => ({
    businessKey: `CL-${20418 + index * 7}`,
    holder: holders[index % holders.length]!,
    amount: 1200 + ((index * 2731) % 9800),
    bank: 'up' as const,
    due: new Date(Date.now() + (index * 0.72 - 1.6) * HOUR).toISOString(),
  }));
  const broken = { businessKey: 'CL-20533', holder: 'T. Abe', amount: 640, bank: 'down' as const };
  return startClaims(await pages.as('ada'), [...claims, broken]);
}

if (process.env.SCREENSHOTS === '1')
  pageTest('the pages are drawn for the README', async pages => {
    mkdirSync(folder, { recursive: true });
    const ids = await manyClaims(pages);
    const diana = await pages.as('diana');
    const { items } = await diana.call<{ items: { id: string }[] }>('GET', '/tasks?view=group&sort=due');
    for (const index of [1, 3, 4, 8]) await diana.call('POST', `/tasks/${items[index]!.id}/claim`, {});
    for (const index of [0, 5, 7]) {
      await diana.call('POST', `/tasks/${items[index]!.id}/complete`, { variables: { covered: false } });
    }
    const comment = { text: 'Customer called, the photos follow by mail.' };
    await (await pages.as('clara')).call('POST', `/tasks/${items[3]!.id}/comments`, comment);

    const tasklist = await diana.visit(`/tasklist.html?view=all&t=${items[3]!.id}`);
    await tasklist.locator('.sheet .fjs-form-field').first().waitFor();
    await tasklist.locator('.details .djs-shape').first().waitFor();
    await tasklist.getByText(comment.text).waitFor();
    await tasklist.screenshot({ path: `${folder}tasklist.png` });

    const instance = await diana.visit(`/cockpit.html?i=${ids.at(-1)}`);
    await instance.locator('.mark-incident').first().waitFor();
    await instance.locator('.outline li').first().waitFor();
    await instance.screenshot({ path: `${folder}instance.png` });

    const { items: definitions } = await diana.call<{ items: { id: string }[] }>('GET', '/definitions?key=claim');
    const modeler = await diana.visit(`/modeler.html?d=${definitions[0]!.id}`);
    await modeler.locator('.djs-shape[data-element-id=assess] .djs-hit').click();
    await modeler.getByText('User assignment').click();
    await modeler.getByText('The server would accept this diagram.').waitFor();
    await modeler.screenshot({ path: `${folder}modeler.png` });
  });
