/** Random secrets that are handed out once and kept only as their SHA-256. */

import { hash, randomBytes } from 'node:crypto';

/** 256 random bits, as text for a cookie or header. */
export const newSecret = (prefix = '') => prefix + randomBytes(32).toString('base64url');

/** What is kept of a secret: 64 hexadecimal digits. */
export const hashOf = (secret: string) => hash('sha256', secret);
