/** Links in answers: what else can be done with a thing, and where. */

import type { Request } from 'express';
import { publicAddress, type Settings } from '../settings.js';

export interface AtomLink {
  method: string;
  href: string;
  rel: string;
}

export type MakeLink = (method: string, path: string, rel: string) => AtomLink;

/** Makes links below the address that people type, or the one that was asked. */
export function linkTo(settings: Settings, request: Request): MakeLink {
  const here =
    publicAddress(settings) ?? `${request.protocol}://${request.get('host') ?? 'localhost'}${settings.basePath}`;
  return (method, path, rel) => ({ method, href: `${here}${request.baseUrl}${path}`, rel });
}
