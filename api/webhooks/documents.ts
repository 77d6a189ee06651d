/** What webhooks leave in the database: subscriptions to what happens, and one delivery per event and subscription. */

import type { Document } from '../../engine/store/port.js';
import type { Occasion, Occurrence } from './occasions.js';

export interface WebhookDocument extends Document {
  name: string;
  url: string;
  events: Occasion[];
  /** Process ids; absent: every process. */
  keys?: string[];
  /** Element ids; absent: every element. Events of a whole instance have none. */
  elements?: string[];
  /** Base64: the key of the signature. */
  secret: string;
  active: boolean;
  createdAt: number;
  createdBy: string;
  /** Raised by every change. */
  rev: number;
}

/** Its id is stable: a receiver that sees it again has had it already. */
export interface DeliveryDocument extends Document {
  webhook: string;
  /** What is sent, without its id. */
  message: Occurrence;
  /** Epoch milliseconds (UTC), as all times here. */
  at: number;
  /** Sent then; while an attempt runs, when another process may take it over. */
  due: number;
  attempts: number;
  state: 'open' | 'delivered' | 'dead';
  /** Of the last attempt. */
  triedAt?: number;
  status?: number;
  error?: string;
}
