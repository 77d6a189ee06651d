/** What an API token may be used for: a table of addresses, asked for every request that bears a token with scopes. */

import { forbidden } from '../problems.js';

interface Area {
  /** What a person reads who makes a token. */
  sentence: string;
  /** Only requests that change nothing. */
  readsOnly?: true;
  /** Resources of the own API, and of the Camunda 7 API, as patterns of the path behind its base. */
  own: RegExp;
  engineRest: RegExp;
  /** What may be read of the own API; default: as `own`. */
  ownReads?: RegExp;
}

export const areas = {
  read: { sentence: 'Read whatever the owner may read', readsOnly: true, own: /^/, engineRest: /^/ },
  tasks: { sentence: 'Look at tasks and work on them', own: /^tasks\b/, engineRest: /^task\b/ },
  start: {
    sentence: 'Start processes',
    own: /^instances$/,
    ownReads: /^definitions\b/,
    engineRest: /^process-definition(\/.*)?\/(start|submit-form)$/,
  },
  work: {
    sentence: 'Fetch and answer jobs, publish messages and signals',
    own: /^(jobs|topics|messages|signals)\b/,
    engineRest: /^(external-task|message|signal)\b/,
  },
  deploy: { sentence: 'Deploy processes', own: /^deployments\b/, engineRest: /^deployment\b/ },
  operate: {
    sentence: 'Look into instances and repair them',
    // Of jobs: to look, other attempts and due dates; to fetch and answer them is work.
    own: /^((instances|incidents|definitions)\b|jobs(\/(?!fetch\b)[^/]+(\/(retry|run))?)?$)/i,
    engineRest:
      /^(process-instance|process-definition|execution|variable-instance|incident|job|job-definition|modification|history|event-subscription)\b/,
  },
  administer: {
    sentence: 'Administer users, groups, tenants, authorizations and webhooks',
    // A token that makes tokens would be one without an end.
    own: /^(users(?!\/[^/]+\/tokens)|groups|tenants|authorizations|webhooks|audit)\b/i,
    engineRest: /^(user|group|tenant|authorization|identity)\b/,
  },
} as const satisfies Record<string, Area>;

export type Scope = keyof typeof areas;

export const scopes = Object.keys(areas) as Scope[];

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What every token may ask: who it is, and what there is to ask. */
const harmless = /^\/(api\/v1\/(session|openapi\.json|docs|capabilities)|engine-rest\/(version|engine)|metrics)$/i;

const bases: [pattern: RegExp, api: 'own' | 'engineRest'][] = [
  [/^\/api\/v1\/(.*)$/i, 'own'],
  [/^\/engine-rest\/(?:engine\/[^/]+\/)?(.*)$/i, 'engineRest'],
];

/** Whether one of the scopes covers the request; `path` without query and without the base path of the server. */
export function covered(allowed: readonly Scope[], method: string, path: string): boolean {
  const reads = reading.has(method);
  if (reads && harmless.test(path)) return true;
  return bases.some(([base, api]) => {
    const resource = base.exec(path)?.[1];
    if (resource === undefined) return false;
    return allowed.some(scope => {
      const area: Area = areas[scope];
      const of = (reads && api === 'own' && area.ownReads) || area[api];
      return (reads || !area.readsOnly) && of.test(resource);
    });
  });
}

/** Throws Problem 403 that names the scopes of the token, and the kind of token that may. */
export function refuseOutOfScope(allowed: readonly Scope[], method: string, path: string): void {
  if (covered(allowed, method, path)) return;
  const needed = scopes.filter(scope => covered([scope], method, path));
  const may =
    needed.length > 0
      ? `${method} ${path} needs one with the scope ${needed.join(' or ')}`
      : `${method} ${path} is in no scope: only a token without scopes may`;
  throw forbidden(`this token is for ${allowed.join(', ')} only; ${may}`);
}
