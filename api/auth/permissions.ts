/** The decision who may do what, as both APIs ask it. */

import type { Reader } from '../../engine/contract.js';
import { may } from '../../tasklist/permissions.js';
import { type Permission, type Resource, resources } from '../../tasklist/resources.js';
import { Problem } from '../problems.js';

export { decisive, either, every, isNothing, may, permitted } from '../../tasklist/permissions.js';
export { isResource, type Permission, type Resource, resourceOf, resources } from '../../tasklist/resources.js';

/** Throws Problem 403 that names the missing permission, unless the reader may do this. */
export function need<R extends Resource>(reader: Reader, resource: R, permission: Permission<R>, id: string): void {
  if (!may(reader, resource, permission, id)) throw lacks(resource, permission, id);
}

/** The refusal for whoever lacks a permission; `sentence`: where there is more to say. */
export function lacks<R extends Resource>(
  resource: R,
  permission: Permission<R>,
  id: string,
  sentence = `this needs the permission ${permission} on ${resources[resource].name} ${id === '*' ? '(all)' : `"${id}"`}`,
): Problem {
  const missing = [{ permissionName: permission, resourceName: resources[resource].name, resourceId: id }];
  return new Problem(403, 'forbidden', sentence, { missingAuthorizations: missing });
}
