/** `weft invite`: a one-time link for somebody who lost his password, the last administrator, too; for who has the data. */

import { parseArgs } from 'node:util';
import type { UserDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { addressOf } from '../address.js';
import { createAudit } from '../audit.js';
import { createInvitations } from '../auth/invitations.js';
import { onData } from './data.js';
import { type Output, Usage } from './output.js';

export async function run(args: string[], output: Output): Promise<void> {
  const [id, ...more] = parseArgs({ args, allowPositionals: true }).positionals;
  if (id === undefined || more.length > 0) throw new Usage('name one user to invite: weft invite ada');
  await onData(async ({ store }, settings) => {
    await requireUser(store, id);
    const { token, expiresAt } = await createInvitations({ store, clock: Date.now }).create(id);
    const until = new Date(expiresAt).toISOString();
    const after = { expiresAt: until, from: 'command line' };
    await createAudit({ store, clock: Date.now }).append({ action: 'user invited', address: '', subject: id, after });
    const link = `${addressOf(settings)}/signin.html?invitation=${token}`;
    output.say(`With this address ${id} chooses a new password, once, until ${until}:\n${link}`, {
      user: id,
      link,
      expiresAt: until,
    });
  });
}

/** Who lost his password may have lost his name, too: a refusal tells the administrators. */
async function requireUser(store: Store, id: string): Promise<void> {
  const user = await store.get<UserDocument>('users', id);
  if (user?.disabled) throw new Error(`user "${id}" is disabled: an administrator enables him first`);
  if (user) return;
  const filter = { administrator: true, disabled: { $ne: true } };
  const names = (await store.find<UserDocument>('users', { filter, sort: { id: 1 }, limit: 20 })).map(one => one.id);
  const there =
    names.length > 0
      ? `the administrators are ${names.join(', ')}`
      : 'there is no administrator yet: the start of the server prints the link of the first one';
  throw new Error(`user "${id}" does not exist; ${there}`);
}
