/** Carries out a change and writes it down, so that a crash between the two leaves an entry, too. */

import type { Audit, AuditEntry } from './audit.js';
import type { Noted } from './route.js';

export interface Recording {
  audit: Audit;
  /** Who does what from where, as far as it is known before. */
  entry: AuditEntry;
  /** Of somebody who is known; who only tries to sign in changes nothing. */
  known: boolean;
  /** The tenant of what is named so; undefined: not known. */
  tenantOf(id: string | undefined): Promise<string | undefined>;
  /** The id in the path: what is removed is asked for its tenant while it is there. */
  id: string | undefined;
  /** What is there when it is done, where the change itself does not say. */
  after?(): Promise<AuditEntry['after']>;
}

/** What is called to say what was changed; undefined: nothing was. */
export type Note = (change: Noted | undefined) => void;

/**
 * Answers what the change answers; a change that fails is not written down.
 *
 * @example
 * await recorded({ audit, entry: { action: 'webhook deleted', address }, known: true, id, tenantOf }, note => remove(note));
 */
export async function recorded<T>(
  { audit, entry: said, known, id, tenantOf, after }: Recording,
  change: (note: Note) => Promise<T>,
): Promise<T> {
  const entry = { ...said, subjectTenant: await tenantOf(id) };
  const end = known ? await audit.begin(entry) : async () => undefined;
  let noted: Noted | undefined = {};
  const note: Note = said => {
    noted = said;
  };
  const answered = await change(note).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  if (noted !== undefined) {
    // What was made has its tenant only now.
    const subjectTenant = entry.subjectTenant ?? (await tenantOf(noted.subject));
    await audit.append({ ...entry, subjectTenant, ...(after && { after: await after() }), ...noted });
  }
  await end();
  return answered;
}
