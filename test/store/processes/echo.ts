/** A worker that answers what it is asked, refuses 'refuse', and dies of 'die'. */
import { serveThread } from '../../../engine/store/sqlite/thread.js';

serveThread<string>(
  200,
  requests =>
    requests.map(request => {
      if (request === 'die') throw new Error('dead');
      return request === 'refuse' ? { error: 'refused' } : { value: request };
    }),
  () => undefined,
);
