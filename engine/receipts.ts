/** What is written down of a message with an id or a time to live: its publisher's id means one message in his tenant. */

import { createHash, randomUUID } from 'node:crypto';
import { KeyReused, type PublishInput, type PublishResult } from './contract.js';
import { instanceOfWait } from './core/state.js';
import { FORMAT, type MessageDocument } from './store/documents.js';

/** Id of the document: others may give their messages the same id. */
export const messageId = (tenant: string, id: string) => JSON.stringify([tenant, id]);

/** The id by which its publisher asks for it; a message of an earlier release bears that itself. */
export const publishedId = ({ id, publishedAs = id }: MessageDocument) => publishedAs;

/** The message as it is written down before anybody hears it. */
export function writtenDown(input: PublishInput, now: number): MessageDocument {
  const { name, tenant = '', businessKey, key = businessKey, variables = {}, timeToLive = 0 } = input;
  const { correlation, instance } = input;
  const publishedAs = input.id ?? randomUUID();
  return {
    ...{ id: messageId(tenant, publishedAs), tenant, format: FORMAT, publishedAs, request: hashOf(input), name },
    ...(key !== undefined && { key }),
    ...(correlation && { correlation }),
    ...(instance !== undefined && { instance }),
    ...{ variables, at: now, expiresAt: now + Math.max(0, timeToLive), state: 'stored' },
  };
}

function hashOf({ name, key, businessKey, correlation, localCorrelation, instance, variables, local }: PublishInput) {
  const asked = JSON.stringify([name, key, businessKey, correlation, localCorrelation, instance, variables, local]);
  return createHash('sha256').update(asked).digest('hex');
}

/** Throws KeyReused where the known message of that id is another one. */
export function refuseAnother(known: MessageDocument, message: MessageDocument): void {
  if (known.request === undefined || known.request === message.request) return;
  const id = publishedId(message);
  throw new KeyReused(`the message id '${id}' was used for another message; use a new id for a new one`);
}

/** One that is not kept is given when it is published, or to nobody. */
export const isKept = ({ at, expiresAt }: MessageDocument) => expiresAt > at;

/** What its publisher hears of one that nobody has. */
export const keptReceipt = (message: MessageDocument): PublishResult => ({
  result: 'stored',
  message: publishedId(message),
  expiresAt: message.expiresAt,
});

/** What its publisher hears of one that a wait has, or that started an instance. */
export function deliveredTo(wait: string): PublishResult {
  return wait.startsWith('start:')
    ? { result: 'delivered', instance: wait.slice('start:'.length), started: true }
    : { result: 'delivered', instance: instanceOfWait(wait), wait };
}
