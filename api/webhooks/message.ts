/** What the receiver of a webhook gets, as the OpenAPI document tells it. */

import { z } from 'zod';
import { AnyJson, Time } from '../schemas.js';
import { occasions } from './occasions.js';

export const WebhookMessage = z
  .strictObject({
    id: z
      .string()
      .meta({ description: 'Stable: a repetition bears it, too', examples: ['5f1d7c0b2a9e4d3c8b7a6f5e4d3c2b1a'] }),
    type: z.enum([...occasions, 'ping']).meta({ examples: ['instance.ended'] }),
    timestamp: Time.meta({ description: 'When it happened' }),
    data: z.record(z.string(), AnyJson).meta({
      description:
        'What it is about, as far as it has it: instance, definition, key, businessKey, tenant, element, name, by; of a ' +
        'task also task, assignee, owner, due, candidateUsers, candidateGroups; of an incident also incident, reason, message',
      examples: [
        { instance: '019f2a51', definition: 'order:3', key: 'order', businessKey: 'order 47', state: 'completed' },
      ],
    }),
  })
  .meta({ id: 'WebhookMessage' });

/** Header → what it holds. */
export const webhookHeaders = {
  'webhook-id': 'The id of the message: whoever has seen it has had the message',
  'webhook-timestamp': 'Seconds since 1970 of this attempt; refuse what is older than five minutes',
  'webhook-signature':
    '`v1,` and Base64 of the HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`; its key is the Base64 behind `whsec_` of the secret',
} as const;
