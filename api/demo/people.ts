/** The four people of the demo, and their groups; the samples hand their tasks to these. */

import { DuplicateKey } from '../../engine/refusals.js';
import type { Right } from '../auth/documents.js';
import type { NewUser, People } from '../auth/people.js';

/** Who may be signed in as with one click. */
export const demoPeople: (NewUser & { title: string })[] = [
  { id: 'clara', name: 'Clara Klein', title: 'Clerk', groups: ['clerks'] },
  { id: 'lena', name: 'Lena Lang', title: 'Team lead', groups: ['clerks', 'leads'] },
  { id: 'sam', name: 'Sam Stone', title: 'Substitute of the team lead', groups: ['clerks', 'leads'] },
  { id: 'demo', name: 'Dana Demo', title: 'Administrator', groups: [], administrator: true },
];

const demoGroups: { id: string; name: string; rights: Right[] }[] = [
  { id: 'clerks', name: 'Clerks', rights: [] },
  { id: 'leads', name: 'Team leads', rights: ['operate', 'deploy'] },
];

/** Everybody knows these passwords: a hash that takes time would only make the first start slow. */
const cheap = { N: 2 ** 10, r: 8, p: 1 };

/**
 * Creates them where they are missing, with `demo:demo`, `clara:clara` and so on for programs. Another server may do the
 * same at the same time: whoever comes first creates; the administrator is last, and stands for all.
 */
export async function createDemoPeople(people: People): Promise<void> {
  if ((await people.user('demo'))?.password !== undefined) return;
  for (const group of demoGroups) await unlessThere(people.createGroup(group));
  for (const user of demoPeople) {
    await unlessThere(people.createUser(user));
    if ((await people.user(user.id))?.password === undefined) await people.setPassword(user.id, user.id, cheap);
  }
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error;
  }
}
