/** What the server says of itself: engine, version, telemetry (which is never sent). */

import { z } from 'zod';
import { type Operation, operation } from '../operation.js';
import { engineName } from '../router.js';
import { members } from '../schemas.js';

/** Of the interface that is spoken here: clients choose by it. */
export const spokenVersion = '7.24.0';

export function engineOperations(): Operation[] {
  return [
    operation({ method: 'get', path: '/engine' }, () => [{ name: engineName }]),
    operation({ method: 'get', path: '/version' }, () => ({ version: spokenVersion })),
    operation({ method: 'get', path: '/telemetry/configuration' }, () => ({ enableTelemetry: false })),
    operation(
      {
        method: 'post',
        path: '/telemetry/configuration',
        body: members({ enableTelemetry: z.boolean().optional() }),
      },
      () => undefined,
    ),
  ];
}
