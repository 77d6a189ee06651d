/** Asks a running server, for the commands that need one. */

import { Usage } from './output.js';

export interface Client {
  /** Throws Refusal with what the server says. */
  post<T>(path: string, body: unknown): Promise<T>;
}

/** The server said no. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    message: string,
    readonly problem: Record<string, unknown>,
  ) {
    super(message);
  }
}

/** Options of every command that asks a server. */
export const clientOptions = { url: { type: 'string' }, user: { type: 'string' } } as const;

export function createClient(options: { url?: string | undefined; user?: string | undefined }): Client {
  const url = options.url ?? process.env.WEFT_URL ?? 'http://localhost:3000';
  if (!URL.canParse(url)) throw new Usage(`"${url}" is no URL`);

  return {
    async post<T>(path: string, body: unknown): Promise<T> {
      const response = await fetch(new URL(`/api/v1${path}`, url), {
        method: 'POST',
        headers: { ...authorization(options.user), 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }).catch(() => {
        throw new Error(`no Weft answers at ${url}; start it with "weft serve", or set WEFT_URL`);
      });
      const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
      if (!response.ok) throw new Refusal(sentenceOf(answer, response.status), answer);
      return answer as T;
    },
  };
}

function authorization(user: string | undefined): Record<string, string> {
  if (user !== undefined) return { Authorization: `Basic ${Buffer.from(user).toString('base64')}` };
  const token = process.env.WEFT_TOKEN;
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
}

interface FileProblem {
  file: string;
  line?: number;
  message: string;
}

/** A refused deployment is told file by file. */
function sentenceOf(answer: Record<string, unknown>, status: number): string {
  if (status === 401) return 'not signed in: set WEFT_TOKEN, or use --user name:password';
  const problems = (answer.problems ?? []) as FileProblem[];
  if (problems.length === 0) return String(answer.detail ?? `the server answered ${status}`);
  return problems.map(({ file, line, message }) => `${file}${line ? `:${line}` : ''}: ${message}`).join('\n');
}
