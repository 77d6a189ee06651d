/** The session cookie: bound to the host on https at the root, a plain one under a path or on http. */

import type { CookieOptions } from 'express';
import { publicPath, type Settings } from '../settings.js';

type Place = Pick<Settings, 'publicUrl' | 'basePath' | 'tlsCertificate'>;

/** Whether browsers speak TLS with it, here or at a proxy. */
export const isHttps = ({ publicUrl, tlsCertificate }: Place) =>
  publicUrl === '' ? tlsCertificate !== '' : publicUrl.startsWith('https:');

const pathOf = (place: Place) => `${publicPath(place)}/`;

/** `__Host-` makes browsers refuse it from anywhere but this very host; they demand https and the path `/`. */
export const cookieName = (place: Place) => (isHttps(place) && pathOf(place) === '/' ? '__Host-weft' : 'weft');

export const cookieOptions = (place: Place): CookieOptions => ({
  httpOnly: true,
  sameSite: 'lax',
  path: pathOf(place),
  secure: isHttps(place),
});
