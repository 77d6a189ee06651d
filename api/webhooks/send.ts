/** One attempt to hand a message to a receiver: signed (standardwebhooks.com), without redirects, within time and size. */

import { createHmac } from 'node:crypto';
import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { publicLookup, urlProblem } from './address.js';

const PATIENCE = 10_000;

/** Bytes that are read of an answer. */
const MOST = 64 * 1024;

export interface Letter {
  url: string;
  /** Base64. */
  secret: string;
  id: string;
  /** Epoch milliseconds (UTC) of this attempt. */
  at: number;
  body: string;
}

/** What became of an attempt: delivered where the status is one of 2xx. */
export interface Receipt {
  status?: number;
  error?: string;
}

/**
 * `v1,<base64>` of HMAC-SHA256 over `<id>.<seconds>.<body>`: how a receiver knows that it comes from here.
 *
 * @example signatureOf({ secret: 'c2VjcmV0', id: '1', at: 0, body: '{}' }) // 'v1,…'
 */
export function signatureOf({ secret, id, at, body }: Omit<Letter, 'url'>): string {
  const signed = `${id}.${seconds(at)}.${body}`;
  return `v1,${createHmac('sha256', Buffer.from(secret, 'base64')).update(signed).digest('base64')}`;
}

const seconds = (at: number) => Math.floor(at / 1000);

export interface SendOptions {
  internalAllowed: boolean;
  /** Milliseconds that a receiver has for its whole answer. */
  patience?: number;
}

/** Never throws: what went wrong is in the receipt. */
export async function send(letter: Letter, options: SendOptions): Promise<Receipt> {
  const { internalAllowed, patience = PATIENCE } = options;
  const problem = urlProblem(letter.url, internalAllowed);
  if (problem !== undefined) return { error: `the address ${problem}` };
  try {
    const status = await post(letter, internalAllowed, patience);
    if (status >= 200 && status < 300) return { status };
    const redirects = status >= 300 && status < 400;
    return { status, error: redirects ? `answered ${status}: redirects are not followed` : `answered ${status}` };
  } catch (error) {
    return { error: reasonOf(error as Error, patience) };
  }
}

const reasonOf = ({ name, message }: Error, patience: number) =>
  name === 'TimeoutError' || name === 'AbortError' ? `gave no answer within ${patience / 1000} seconds` : message;

function post(letter: Letter, internalAllowed: boolean, patience: number): Promise<number> {
  const request = letter.url.startsWith('https:') ? overHttps : overHttp;
  return new Promise((resolve, reject) => {
    const sending = request(letter.url, {
      method: 'POST',
      agent: false,
      signal: AbortSignal.timeout(patience),
      ...(internalAllowed ? {} : { lookup: publicLookup }),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(letter.body),
        'user-agent': 'Weft',
        'webhook-id': letter.id,
        'webhook-timestamp': String(seconds(letter.at)),
        'webhook-signature': signatureOf(letter),
      },
    });
    sending.on('error', reject);
    sending.on('response', response => {
      let bytes = 0;
      response.on('data', chunk => {
        bytes += chunk.length;
        // The status is all that we want to know: what else is said is not read to its end.
        if (bytes > MOST) response.destroy();
      });
      response.on('error', reject);
      response.on('close', () => resolve(response.statusCode ?? 0));
    });
    sending.end(letter.body);
  });
}
