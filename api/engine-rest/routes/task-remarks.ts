/** What lies beside a task: identity links, comments, attachments. */

import { z } from 'zod';
import type {
  AttachmentDocument,
  CommentDocument,
  IdentityLink,
  TaskDocument,
} from '../../../engine/store/documents.js';
import { createAttachments } from '../../../tasklist/attachments.js';
import { createRemarks } from '../../../tasklist/remarks.js';
import { AnyJson, Id, time } from '../../schemas.js';
import type { Services } from '../../services.js';
import { restDate } from '../dates.js';
import { invalid, RestError } from '../errors.js';
import { restId } from '../ids.js';
import { type AtomLink, linkTo } from '../links.js';
import { type Operation, operation, Reply } from '../operation.js';
import { FormParts, LongText, members, Text } from '../schemas.js';
import { anyTaskFor, taskFor, type Wish } from '../tasks/access.js';
import { refuseSuspended } from '../tasks/errors.js';

const Link = members({ userId: Id.optional(), groupId: Id.optional(), type: Text.optional() });

/** A comment as clients send it back: what it cannot change is read and left alone. */
export const CommentIn = members({
  id: Id.optional(),
  message: LongText.optional(),
  ...Object.fromEntries(
    ['links', 'userId', 'time', 'taskId', 'processInstanceId', 'rootProcessInstanceId', 'removalTime'].map(name => [
      name,
      AnyJson.optional(),
    ]),
  ),
});

const notFound = (message: string, status = 404) => new RestError(status, 'InvalidRequestException', message);

/** What everything beside a task has in common. */
const beside = (id: string, instance: string) => ({
  taskId: restId(id),
  processInstanceId: instance || null,
  rootProcessInstanceId: instance || null,
  removalTime: null,
});

export const commentView = ({ id, by, at, task, text, instance }: CommentDocument, links: AtomLink[] = []) => ({
  links,
  id,
  userId: by,
  time: restDate(at),
  message: text,
  ...beside(task, instance),
});

function attachmentView(
  { id, name, description, type, url, at, task, instance }: AttachmentDocument,
  links: AtomLink[] = [],
) {
  const { taskId, rootProcessInstanceId, removalTime } = beside(task, instance);
  return {
    links,
    id,
    name: name ?? null,
    description: description ?? null,
    taskId,
    type: type ?? null,
    url: url ?? null,
    createTime: restDate(at),
    removalTime,
    rootProcessInstanceId,
  };
}

/** What the audit says of a comment that is gone; its text is gone, too. */
export const removedComment = ({ id, by, at }: CommentDocument) => ({ id, by, at: time(at) });

/** And of an attachment. */
const settingsOf = ({ task, name, type, url, by, at }: AttachmentDocument) => ({
  task,
  name,
  type,
  url,
  by,
  at: time(at),
});

export function taskRemarkOperations(services: Services): Operation[] {
  const { store, clock, settings } = services;
  const { administration } = services.tasks;
  const remarks = createRemarks(store, clock);
  const attachments = createAttachments(store, clock);
  type Person = Parameters<typeof taskFor>[1];
  const task = (id: string | undefined, person: Person, wish: Wish) => taskFor(services, person, id!, wish);
  /** What was written beside a task stays when it is done, and so may more. */
  const anyTask = (id: string | undefined, person: Person, wish: Wish, status?: number) =>
    anyTaskFor(services, person, id!, wish, status);

  function linkIn({ userId, groupId, type }: z.output<typeof Link>): IdentityLink {
    if ((userId === undefined) === (groupId === undefined))
      throw invalid('Identity Link requires userId or groupId, but not both.');
    if (!type) throw invalid("Identity link requires non-null 'type'.");
    return { type, ...(userId === undefined ? { group: groupId! } : { user: userId }) };
  }

  async function attachmentOf(found: TaskDocument, id: string, asked: string): Promise<AttachmentDocument> {
    const attachment = await attachments.get(found.id, id);
    if (attachment) return attachment;
    throw notFound(`Task attachment with id ${id} does not exist for task id '${asked}'.`);
  }

  /** Throws 404, or `status`. */
  async function commentOf(found: TaskDocument, id: string, asked: string, status?: number): Promise<CommentDocument> {
    const comment = await store.get<CommentDocument>('comments', id);
    if (comment?.task === found.id) return comment;
    throw notFound(`Task comment with id ${id} does not exist for task id '${asked}'.`, status);
  }

  return [
    operation(
      { method: 'get', path: '/task/{id}/identity-links', query: z.object({ type: Text.optional() }) },
      async ({ params, query, person }) => {
        const links = administration.links(await task(params.id, person, 'read'));
        return links
          .filter(({ type }) => query.type === undefined || type === query.type)
          .map(({ user = null, group = null, type }) => ({ userId: user, groupId: group, type }));
      },
    ),
    operation({ method: 'post', path: '/task/{id}/identity-links', body: Link }, async ({ params, body, person }) => {
      const link = linkIn(body);
      const found = await task(params.id, person, 'assign');
      await refuseSuspended(services, found, params.id!);
      await administration.link(person, found.id, link);
    }),
    operation(
      { method: 'post', path: '/task/{id}/identity-links/delete', body: Link },
      async ({ params, body, person }) => {
        const link = linkIn(body);
        const found = await task(params.id, person, 'assign');
        await refuseSuspended(services, found, params.id!);
        await administration.unlink(person, found.id, link);
      },
    ),

    operation({ method: 'get', path: '/task/{id}/comment' }, async ({ params, person }) => {
      const found = await anyTask(params.id, person, 'read');
      return (await remarks.comments(found.id)).map(comment => commentView(comment));
    }),
    operation({ method: 'get', path: '/task/{id}/comment/{commentId}' }, async ({ params, person }) => {
      const found = await anyTask(params.id, person, 'read');
      return commentView(await commentOf(found, params.commentId!, params.id!));
    }),
    operation(
      { method: 'post', path: '/task/{id}/comment/create', body: CommentIn },
      async ({ params, body, person, request }) => {
        const found = await anyTask(params.id, person, 'read', 400);
        if (body.message === undefined) throw invalid('Not enough parameters submitted');
        const comment = await remarks.comment(found, person.person, body.message);
        const self = linkTo(settings, request)('GET', `/task/${params.id}/comment/${comment.id}`, 'self');
        return commentView(comment, [self]);
      },
    ),
    operation(
      { method: 'put', path: '/task/{id}/comment', body: CommentIn, audit: 'comment changed' },
      async ({ params, body, person, note }) => {
        const found = await anyTask(params.id, person, 'update');
        if (body.id === undefined || body.message === undefined)
          throw invalid("a comment needs its 'id' and a 'message'");
        const { text } = await commentOf(found, body.id, params.id!, 400);
        await remarks.editComment(found.id, body.id, body.message);
        note({ subject: body.id, before: { text }, after: { text: body.message } });
      },
    ),
    operation(
      { method: 'delete', path: '/task/{id}/comment', audit: 'comments removed' },
      async ({ params, person, note }) => {
        const found = await anyTask(params.id, person, 'update');
        const before = await remarks.comments(found.id);
        await remarks.removeComments(found.id);
        note({ before: { comments: before.map(removedComment) } });
      },
    ),
    operation(
      { method: 'delete', path: '/task/{id}/comment/{commentId}', audit: 'comment removed' },
      async ({ params, person, note }) => {
        const found = await anyTask(params.id, person, 'update');
        const before = await commentOf(found, params.commentId!, params.id!, 400);
        await remarks.removeComments(found.id, params.commentId);
        note({ before: removedComment(before) });
      },
    ),

    operation({ method: 'get', path: '/task/{id}/attachment' }, async ({ params, person }) => {
      const found = await anyTask(params.id, person, 'read');
      return (await attachments.list(found.id)).map(attachment => attachmentView(attachment));
    }),
    operation({ method: 'get', path: '/task/{id}/attachment/{attachmentId}' }, async ({ params, person }) => {
      const found = await anyTask(params.id, person, 'read');
      return attachmentView(await attachmentOf(found, params.attachmentId!, params.id!));
    }),
    operation({ method: 'get', path: '/task/{id}/attachment/{attachmentId}/data' }, async ({ params, person }) => {
      const found = await anyTask(params.id, person, 'read');
      const bytes = await attachments.bytes(await attachmentOf(found, params.attachmentId!, params.id!));
      if (bytes) return new Reply({ type: 'application/octet-stream', body: bytes });
      const { id, attachmentId } = params;
      throw notFound(`Attachment content for attachment with id '${attachmentId}' does not exist for task id '${id}'.`);
    }),
    operation(
      {
        method: 'post',
        path: '/task/{id}/attachment/create',
        accepts: 'multipart',
        body: FormParts,
        audit: 'attachment added',
      },
      async ({ params, body, person, request, note }) => {
        const found = await anyTask(params.id, person, 'read', 400);
        const { fields, files } = body;
        const file = files.find(({ part }) => part === 'content');
        if (!file && !fields.url)
          throw invalid('No content or url to remote content exists to create the task attachment.');
        const attachment = await attachments.add(found, {
          name: fields['attachment-name'],
          description: fields['attachment-description'],
          type: fields['attachment-type'],
          url: fields.url,
          by: person.person,
          ...(file && { bytes: file.bytes, mediaType: file.type }),
        });
        note({ subject: attachment.id, after: settingsOf(attachment) });
        const self = linkTo(settings, request)('GET', `/task/${params.id}/attachment/${attachment.id}`, 'self');
        return attachmentView(attachment, [self]);
      },
    ),
    operation(
      { method: 'delete', path: '/task/{id}/attachment/{attachmentId}', audit: 'attachment removed' },
      async ({ params, person, note }) => {
        const found = await anyTask(params.id, person, 'update');
        const { id, attachmentId } = params;
        const before = await attachments.get(found.id, attachmentId!);
        if (before && (await attachments.remove(found.id, before.id))) return note({ before: settingsOf(before) });
        throw notFound(
          `Deletion is not possible. No attachment exists for the given attachment id '${attachmentId}' and task id '${id}'.`,
        );
      },
    ),
  ];
}
