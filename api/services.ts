/** What the routes are handed: the engine and its services, composed in `server.ts`. */

import type { Clock } from '../engine/contract.js';
import type { Weft } from '../engine/index.js';
import type { Store } from '../engine/store/port.js';
import type { Directory } from '../tasklist/directory.js';
import type { Forms } from '../tasklist/forms.js';
import type { Tasks } from '../tasklist/tasks.js';
import type { Audit } from './audit.js';
import type { Identity } from './auth/authenticate.js';
import type { Oidc } from './auth/oidc.js';
import type { Setup } from './auth/setup.js';
import type { EventHub } from './events.js';
import type { Settings } from './settings.js';
import type { Webhooks } from './webhooks/index.js';

export interface Services {
  settings: Settings;
  clock: Clock;
  store: Store;
  /** With its deployments, jobs and projector. */
  engine: Weft;
  directory: Directory;
  tasks: Tasks;
  forms: Forms;
  audit: Audit;
  identity: Identity;
  /** Absent where no OpenID provider is set. */
  oidc: Oidc | undefined;
  setup: Setup;
  events: EventHub;
  webhooks: Webhooks;
}
