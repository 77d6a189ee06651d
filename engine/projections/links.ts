/** Folds history into links: with whom a task was born. What people change later, the task service logs. Pure. */

import type { Definition } from '../core/types.js';
import { FORMAT, type HistoryDocument, type LinkDocument } from '../store/documents.js';

/** The links that the tasks of a history document were born with. */
export function foldLinks(history: HistoryDocument, definition: Definition): LinkDocument[] {
  return history.events.flatMap(event => {
    if (event.type !== 'waiting' || event.wait.kind !== 'task') return [];
    const { assignee, candidateUsers = [], candidateGroups = [] } = event.row;
    const links: Pick<LinkDocument, 'type' | 'user' | 'group'>[] = [
      ...(assignee === undefined ? [] : [{ type: 'assignee' as const, user: assignee }]),
      ...candidateUsers.map(user => ({ type: 'candidate' as const, user })),
      ...candidateGroups.map(group => ({ type: 'candidate' as const, group })),
    ];
    return links.map((link, index) => ({
      id: `${event.wait.id}:${index}`,
      tenant: history.tenant,
      format: FORMAT,
      task: event.wait.id,
      operation: 'add' as const,
      at: event.at,
      instance: history.instance,
      definition: definition.id,
      definitionKey: definition.key,
      seq: history.seq,
      ...(history.by !== undefined && { by: history.by }),
      ...link,
    }));
  });
}
