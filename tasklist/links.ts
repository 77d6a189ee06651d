/** Identity links: who has to do with a task, as one list; the usual kinds are fields of the task itself. */

import type { Json } from '../engine/core/types.js';
import type { IdentityLink, TaskDocument } from '../engine/store/documents.js';
import type { Change } from '../engine/store/port.js';

/** All links of a task: assignee, owner, candidates, and those with a type of their own. */
export function linksOf(task: TaskDocument): IdentityLink[] {
  const { assignee, owner, candidateUsers, candidateGroups, links = [] } = task;
  return [
    ...(assignee === undefined ? [] : [{ type: 'assignee', user: assignee }]),
    ...(owner === undefined ? [] : [{ type: 'owner', user: owner }]),
    ...candidateUsers.map(user => ({ type: 'candidate', user })),
    ...candidateGroups.map(group => ({ type: 'candidate', group })),
    ...links,
  ];
}

/** What adding a link, or taking it away, changes of the task; undefined: nothing. */
export function changeOfLink(task: TaskDocument, link: IdentityLink, adds: boolean): Change | undefined {
  const { type, user } = link;
  if ((type === 'assignee' || type === 'owner') && user !== undefined) {
    if (adds) return task[type] === user ? undefined : { set: { [type]: user } };
    return task[type] === user ? { unset: [type] } : undefined;
  }
  if (type === 'candidate') {
    const field = user === undefined ? 'candidateGroups' : 'candidateUsers';
    const name = user ?? link.group!;
    const others = task[field].filter(one => one !== name);
    return { set: { [field]: adds ? [...others, name] : others } };
  }
  const others = (task.links ?? []).filter(one => !isSame(one, link));
  const links = adds ? [...others, link] : others;
  const linkedUsers = [...new Set(links.flatMap(one => one.user ?? []))];
  return { set: { links: links as unknown as Json, linkedUsers } };
}

const isSame = (one: IdentityLink, other: IdentityLink) =>
  one.type === other.type && one.user === other.user && one.group === other.group;
