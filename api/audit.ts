/** The audit: one document for every change that no history of an instance records. */

import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { Clock } from '../engine/contract.js';
import { FORMAT } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';
import type { AuditDocument } from './auth/documents.js';

export interface Audit {
  write(action: string, request: Request, by: string | undefined): Promise<void>;
}

export function createAudit({ store, clock }: { store: Store; clock: Clock }): Audit {
  return {
    async write(action, request, by) {
      const { id, user } = (request.body ?? {}) as { id?: unknown; user?: unknown };
      const subject = Object.values(request.params).join('/') || (id ?? user);
      const document: AuditDocument = {
        id: randomUUID(),
        tenant: '',
        format: FORMAT,
        at: clock(),
        ...(by === undefined ? {} : { by }),
        address: request.ip ?? '',
        action,
        ...(typeof subject === 'string' && subject !== '' ? { subject } : {}),
      };
      await store.insert('audit', document);
    },
  };
}
