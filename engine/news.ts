/** A commit as the other processes on the same data hear of it. */

import type { CommitNews } from './contract.js';
import type { JobDocument } from './store/documents.js';
import type { RowWrite, Unit } from './store/port.js';

/** What everybody must know who did not make the commit. */
export function newsOf({ instance, rows, history }: Unit): CommitNews {
  const types = new Set(history.events.map(event => event.type));
  return {
    instance: instance.id,
    tenant: instance.tenant,
    key: instance.key,
    ...(instance.startedBy !== undefined && { startedBy: instance.startedBy }),
    type: types.has('ended') ? 'ended' : types.has('started') ? 'started' : 'changed',
    tasks: rows.filter(row => row.collection === 'tasks').map(taskNews),
    jobs: rows.flatMap(row => (row.collection === 'jobs' && row.insert ? [jobNews(row.insert as JobDocument)] : [])),
    incidents: history.events.flatMap((event): CommitNews['incidents'] => {
      if (event.type === 'incident') return [{ id: event.incident.id, type: 'opened' }];
      return event.type === 'resolved' ? [{ id: event.incident, type: 'resolved' }] : [];
    }),
  };
}

const taskNews = ({ id, insert, wait }: RowWrite): CommitNews['tasks'][number] => ({
  id,
  type: insert ? 'created' : wait.state === 'answered' ? 'completed' : 'cancelled',
});

/** When which work is there. */
export const jobNews = ({ kind, topic, due }: JobDocument): CommitNews['jobs'][number] => ({
  kind,
  due,
  ...(topic !== undefined && { topic }),
});
