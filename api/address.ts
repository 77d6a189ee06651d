/** The address under which people open this server. */

import { isHttps } from './auth/cookie.js';
import { publicAddress, type Settings } from './settings.js';

/** What the settings name, or else this machine's; without a slash at its end. */
export function addressOf(settings: Settings, port = settings.port): string {
  const { host, basePath } = settings;
  const address = publicAddress(settings);
  if (address !== undefined) return address;
  const name = host === '127.0.0.1' || host === '0.0.0.0' || host === '::1' ? 'localhost' : host;
  return `${isHttps(settings) ? 'https' : 'http'}://${name}:${port}${basePath}`;
}
