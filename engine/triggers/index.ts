/** The table of triggers: kind of event definition → how it listens and is thrown. */

import type { Trigger } from '../core/language.js';
import type { EventDefinition } from '../core/types.js';
import { conditional } from './conditional.js';
import { error } from './error.js';
import { escalation } from './escalation.js';
import { link } from './link.js';
import { message } from './message.js';
import { signal } from './signal.js';
import { terminate } from './terminate.js';
import { timer } from './timer.js';

export const triggers: Record<EventDefinition['type'], Trigger> = {
  timer,
  message,
  signal,
  error,
  escalation,
  terminate,
  link,
  conditional,
};
