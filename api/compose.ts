/** Composes the services: the engine with its store, jobs and projections; then tasks, people, the live feed. */

import type { Clock } from '../engine/contract.js';
import { createEngine, type Weft } from '../engine/index.js';
import { matches } from '../engine/store/queries.js';
import { createDirectory } from '../tasklist/directory.js';
import { createForms } from '../tasklist/forms.js';
import { createTasks, visibleTo } from '../tasklist/tasks.js';
import { createAudit, recoverAudit } from './audit.js';
import { createIdentity } from './auth/authenticate.js';
import { cookieName } from './auth/cookie.js';
import { createOidc } from './auth/oidc.js';
import { createSetup } from './auth/setup.js';
import { createEventHub } from './events.js';
import type { Services } from './services.js';
import type { Settings } from './settings.js';
import { createWebhooks, purgeDeliveries } from './webhooks/index.js';

/** Opens the store; nothing runs by itself yet. Throws StoreError when somebody else owns it. */
export async function compose({
  settings,
  clock,
  patience,
}: {
  settings: Settings;
  clock: Clock;
  patience?: number;
}): Promise<Services> {
  const engine: Weft = await createEngine({
    data: settings.data,
    mongodb: settings.mongodb,
    clock,
    patience,
    limits: { loop: settings.loopLimit, interval: settings.shortestCycle },
    models: { limits: { bytes: settings.fileLimit, elements: settings.elementLimit } },
    chores: [purgeDeliveries(() => engine), recoverAudit(() => audit)],
    begin: false,
  });
  const { store } = engine;
  const directory = createDirectory({ store });
  const tasks = createTasks({ engine, store, clock, directory });
  const forms = createForms({ store, definition: id => engine.definition(id) });
  const audit = createAudit({ store, clock });
  const identity = createIdentity({
    engine,
    clock,
    audit,
    cookie: cookieName(settings),
    rateLimit: settings.rateLimit,
  });
  const oidc = createOidc({ settings, store, clock, people: identity.people, tokens: identity.tokens });
  const setup = createSetup(identity.people);
  const events = createEventHub({
    engine,
    seesTask: (reader, task) => matches(visibleTo(reader), task),
  });
  identity.onChange(events.identityChanged);
  const webhooks = createWebhooks({ engine, internalAllowed: settings.internalWebhooks });
  tasks.onChange(task => {
    events.taskChanged(task.id);
    if (task.untold) webhooks.dispatch.ring();
  });
  return { settings, clock, store, engine, directory, tasks, forms, audit, identity, oidc, setup, events, webhooks };
}
