/** What is drawn and not deployed yet, kept in the browser: a reload or a closed tab loses nothing. */

import { param } from '../../../api/web/address.js';
import { user } from '../../../api/web/session.js';
import { remember, remembered } from '../../../api/web/storage.js';

export interface Draft {
  fileName: string;
  /** Whether the file name follows the name of the process. */
  followsName: boolean;
  xml: string;
  /** ISO time of the last change. */
  at: string;
}

/** One for each person and definition, and one for what is not deployed. */
const place = (definition: string | undefined) => `drawing ${user.peek()?.id} ${definition ?? 'new'}`;

/** Keeps it for the definition in the address. */
export const keepDraft = (draft: Draft) => remember(place(param('d')), JSON.stringify(draft));

export const forgetDraft = () => remember(place(param('d')), undefined);

export function keptDraft(definition: string | undefined): Draft | undefined {
  const kept = remembered(place(definition));
  return kept === undefined ? undefined : JSON.parse(kept);
}
