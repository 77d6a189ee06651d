/** What the server says of itself: engine, version, the format of its data, telemetry (which is never sent). */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { FORMAT } from '../../../engine/store/documents.js';
import type { Document, Store } from '../../../engine/store/port.js';
import type { Services } from '../../services.js';
import { demand } from '../access.js';
import { restDate } from '../dates.js';
import { equals } from '../filters.js';
import { listOperations } from '../lists.js';
import { type Operation, operation } from '../operation.js';
import { engineName } from '../router.js';
import { members } from '../schemas.js';
import type { Table } from '../table.js';

/** Of the interface that is spoken here: clients choose by it. */
const spokenVersion = '7.24.0';

/** One line per format of the data; here there is the one that is written. */
const schemaTable = (at: number): Table<{ id: string; at: number; version: string }> => ({
  async from({ filter: _all }, { person }) {
    demand(person, ['system', 'READ', '*']);
    return [{ id: String(FORMAT), at, version: spokenVersion }];
  },
  visible: () => ({}),
  filters: { version: equals('version') },
  sorts: { timestamp: 'at' },
  view: rows => rows.map(row => ({ id: row.id, timestamp: restDate(row.at), version: row.version })),
});

interface InstallationDocument extends Document {
  installation: string;
}

/** Unique to the data, however many servers work on it. */
async function installationOf(store: Store): Promise<string> {
  const made: InstallationDocument = { id: 'installation', tenant: '', format: FORMAT, installation: randomUUID() };
  if (await store.insert('meta', made)) return made.installation;
  return (await store.get<InstallationDocument>('meta', made.id))?.installation ?? made.installation;
}

export function engineOperations(services: Services): Operation[] {
  const { store, clock, settings } = services;
  const begun = clock();
  const schema = listOperations(services, schemaTable(begun), { path: '/schema/log', methods: ['get', 'post'] });
  return [
    operation({ method: 'get', path: '/engine' }, () => [{ name: engineName }]),
    operation({ method: 'get', path: '/version' }, () => ({ version: spokenVersion })),
    ...schema.filter(({ path }) => path === '/schema/log'),
    operation({ method: 'get', path: '/telemetry/configuration' }, () => ({ enableTelemetry: false })),
    operation(
      {
        method: 'post',
        path: '/telemetry/configuration',
        body: members({ enableTelemetry: z.boolean().optional() }),
      },
      () => undefined,
    ),
    operation({ method: 'get', path: '/telemetry/data' }, async ({ person }) => {
      demand(person, ['system', 'READ', '*']);
      return {
        installation: await installationOf(store),
        product: {
          name: 'Weft',
          version: spokenVersion,
          edition: 'community',
          internals: {
            database: { vendor: settings.mongodb === '' ? 'SQLite' : 'MongoDB', version: null },
            'application-server': { vendor: 'Node.js', version: process.version },
            'license-key': null,
            'camunda-integration': [],
            commands: {},
            metrics: {},
            webapps: [],
            jdk: { vendor: 'Node.js', version: process.version },
            'data-collection-start-date': restDate(begun),
          },
        },
      };
    }),
  ];
}
