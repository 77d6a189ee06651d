/** What the commands share: how they speak, and how they say that they were called wrongly. */

export interface Output {
  /** A sentence for a person, or its data as JSON where `--json` was asked for. */
  say(sentence: string, data: unknown): void;
  json: boolean;
}

/** Called wrongly: exit code 2. */
export class Usage extends Error {
  override readonly name = 'Usage';
}
