/** Passwords as scrypt hashes (OWASP ASVS 5.0, appendix C): slow on purpose, at most two at a time. */

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Parameters of scrypt. */
export interface Cost {
  N: number;
  r: number;
  p: number;
}

/** 128 MB and 0.4 s for each hash. */
const standard: Cost = { N: 2 ** 17, r: 8, p: 1 };
const length = 32;
const atOnce = 2;

let running = 0;
const waiting: (() => void)[] = [];

/** Does work with a hash when fewer than two others do: each hash takes 128 MB. */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running < atOnce) running++;
  else await new Promise<void>(resolve => waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

const derive = (password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, length, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );

/**
 * Answers the text to keep: algorithm, cost, salt and key, so that a later cost can be told from an earlier one.
 *
 * @example await hashPassword('correct horse') // 'scrypt$131072$8$1$<salt>$<key>'
 */
export async function hashPassword(password: string, cost = standard): Promise<string> {
  const salt = randomBytes(16);
  const key = await inTurn(() => derive(password, salt, cost));
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), key.toString('base64')].join('$');
}

/**
 * Whether the password is the one of the hash. Takes the same time when there is no hash (an unknown user). Whoever
 * compares many does it in turn.
 */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, N, r, p, salt, key] = (hash ?? nobody).split('$');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt!, 'base64'), cost);
  return timingSafeEqual(derived, Buffer.from(key!, 'base64')) && hash !== undefined;
}

/** Compared with when the user is unknown. */
const nobody = [
  'scrypt',
  standard.N,
  standard.r,
  standard.p,
  Buffer.alloc(16).toString('base64'),
  randomBytes(length).toString('base64'),
].join('$');
