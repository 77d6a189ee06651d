/** What people wrote about a process instance, beside its tasks. */

import type { CommentDocument, RunDocument } from '../../../engine/store/documents.js';
import type { Person } from '../../auth/people.js';
import type { Services } from '../../services.js';
import { demandOnInstance, type Wanted } from '../access.js';
import { invalid, missing } from '../errors.js';
import { type Operation, operation } from '../operation.js';
import { CommentIn, commentView, removedComment } from './task-remarks.js';

const most = 10_000;

export function instanceCommentOperations(services: Services): Operation[] {
  const { store, engine } = services;

  /** Of a running instance or one that has ended. Throws 404, 403. */
  async function commentsOf(person: Person, id: string, wanted: Wanted): Promise<CommentDocument[]> {
    await engine.projector.caughtUp(id);
    const run = await store.get<RunDocument>('runs', id);
    if (!run || !person.tenants.includes(run.tenant)) throw missing(`No process instance found for id ${id}: it`);
    demandOnInstance(person, wanted, { id, key: run.definitionKey });
    return store.find<CommentDocument>('comments', { filter: { instance: id }, sort: { at: -1 } });
  }

  async function commentOf(person: Person, instance: string, id: string | undefined): Promise<CommentDocument> {
    const found = (await commentsOf(person, instance, 'update')).find(comment => comment.id === id);
    if (!found) throw invalid(`No comment exists with commentId '${id}' and processInstanceId '${instance}'`);
    return found;
  }

  const path = '/process-instance/{id}/comment';
  return [
    operation({ method: 'get', path }, async ({ params, person }) =>
      (await commentsOf(person, params.id!, 'read')).map(comment => commentView(comment)),
    ),
    operation(
      {
        method: 'put',
        path,
        body: CommentIn,
        audit: 'comment changed',
      },
      async ({ params, body, person, note }) => {
        if (!body.message) throw invalid('Message cannot be null or empty');
        const { id, text } = await commentOf(person, params.id!, body.id);
        await store.patch('comments', id, {}, { set: { text: body.message } });
        note({ subject: id, before: { text }, after: { text: body.message } });
      },
    ),
    operation({ method: 'delete', path, audit: 'comments removed' }, async ({ params, person, note }) => {
      const before = await commentsOf(person, params.id!, 'update');
      await store.remove('comments', { instance: params.id! }, most);
      note({ before: { comments: before.map(removedComment) } });
    }),
    operation(
      { method: 'delete', path: `${path}/{commentId}`, audit: 'comment removed' },
      async ({ params, person, note }) => {
        const before = await commentOf(person, params.id!, params.commentId);
        await store.remove('comments', { id: before.id }, 1);
        note({ before: removedComment(before) });
      },
    ),
  ];
}
