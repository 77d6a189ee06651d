/** The decision who may do what, as both APIs ask it. */

import type { Reader } from '../../engine/contract.js';
import { may } from '../../tasklist/permissions.js';
import { type Permission, type Resource, resources } from '../../tasklist/resources.js';
import { Problem } from '../problems.js';

export { decisive, either, every, isNothing, may, permitted } from '../../tasklist/permissions.js';
export { isResource, type Permission, type Resource, resourceOf, resources } from '../../tasklist/resources.js';

/** Throws Problem 403 that names the missing permission, unless the reader may do this. */
export function need<R extends Resource>(reader: Reader, resource: R, permission: Permission<R>, id: string): void {
  if (may(reader, resource, permission, id)) return;
  const what = `${resources[resource].name} ${id === '*' ? '(all)' : `"${id}"`}`;
  const missing = [{ permissionName: permission, resourceName: resources[resource].name, resourceId: id }];
  throw new Problem(403, 'forbidden', `this needs the permission ${permission} on ${what}`, {
    missingAuthorizations: missing,
  });
}
