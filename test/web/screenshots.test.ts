/** The README's pictures, drawn by the pages themselves on the demo: written into `.screenshots` when SCREENSHOTS=1. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Document } from '../../engine/store/port.js';
import { until } from '../until.js';
import { type Person, pageTest } from './pages.js';

const folder = fileURLToPath(new URL('../../../.screenshots/', import.meta.url));

interface Items<T> {
  items: T[];
}

async function screenshots(person: Person) {
  const { items: tasks } = await person.call<Items<{ id: string; name: string; due: string }>>(
    'GET',
    '/tasks?view=group&sort=due',
  );
  const task = tasks.find(({ name, due }) => name === 'Check invoice' && Date.parse(due) > Date.now())!;
  await person.call('POST', `/tasks/${task.id}/claim`, {});
  await person.call('POST', `/tasks/${task.id}/comments`, {
    text: 'The supplier called: the receipt follows by mail.',
  });
  const tasklist = await person.visit(`/tasklist.html?view=all&t=${task.id}`);
  await tasklist.locator('.sheet .fjs-form-field').first().waitFor();
  await tasklist.locator('.details .djs-shape').first().waitFor();
  await tasklist.getByText('the receipt follows').waitFor();
  await tasklist.screenshot({ path: `${folder}tasklist.png` });

  const { items: broken } = await person.call<Items<{ id: string }>>('GET', '/instances?incident=true');
  const instance = await person.visit(`/cockpit.html?i=${broken[0]!.id}`);
  await instance.locator('.mark-incident').first().waitFor();
  await instance.locator('.outline li').first().waitFor();
  await instance.screenshot({ path: `${folder}instance.png` });

  const { items: definitions } = await person.call<Items<{ id: string; name: string }>>(
    'GET',
    '/definitions?key=insurance-claim',
  );
  const modeler = await person.visit(`/modeler.html?d=${definitions[0]!.id}`);
  await modeler.locator('.djs-shape[data-element-id=explain] .djs-hit').click();
  await modeler.getByText('User assignment').click();
  await modeler
    .locator('.problems h2 .muted')
    .filter({ hasNotText: /Checking|Not checked/ })
    .waitFor();
  await modeler.screenshot({ path: `${folder}modeler.png` });
}

pageTest(
  'the pages are drawn for the README',
  async pages => {
    mkdirSync(folder, { recursive: true });
    const lead = await pages.as('lena');
    // The demo is made behind the first answer.
    await lead.call('GET', '/tasks/counts');
    const { store } = pages.server.services;
    const state = async () => (await store.get<Document & { state: string }>('meta', 'demo'))?.state;
    await until('the demo is made', async () => (await state()) === 'done');
    await screenshots(lead);
  },
  { demo: true, skip: process.env.SCREENSHOTS !== '1' && 'SCREENSHOTS=1 writes the pictures of the README' },
);
