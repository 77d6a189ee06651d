/** The four people of the demo, and their groups; the samples hand their tasks to these. */

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

/** Creates them where they are missing. */
export async function createDemoPeople(people: People): Promise<void> {
  if (await people.user('demo')) return;
  for (const group of demoGroups) await people.createGroup(group);
  for (const user of demoPeople) await people.createUser(user);
}

/** `demo:demo`, `clara:clara` and so on for programs; hashed apart, because each takes 0.4 s on purpose. */
export async function setDemoPasswords(people: People): Promise<void> {
  for (const { id } of demoPeople.toReversed())
    if ((await people.user(id))?.password === undefined) await people.setPassword(id, id);
}
