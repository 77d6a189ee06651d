/** Links in answers: what else can be done with a thing, and where. */

import type { Request } from 'express';
import type { Settings } from '../settings.js';

export interface AtomLink {
  method: string;
  href: string;
  rel: string;
}

/** Makes links below the address that was asked, or the one that people type. */
export function linkTo(
  { publicUrl }: Settings,
  request: Request,
): (method: string, path: string, rel: string) => AtomLink {
  const origin = publicUrl === '' ? `${request.protocol}://${request.get('host') ?? 'localhost'}` : publicUrl;
  const base = `${origin.replace(/\/$/, '')}${request.baseUrl}`;
  return (method, path, rel) => ({ method, href: `${base}${path}`, rel });
}
