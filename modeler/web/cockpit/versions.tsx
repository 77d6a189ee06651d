/** The versions of a process: which of them one looks at, and what runs on the others. */

import { go, param } from '../../../api/web/address.js';
import type { Definition } from '../../../api/web/model.js';
import { text } from './text.js';

export interface Look {
  /** Whose diagram is drawn: the chosen one, else the newest. */
  drawn: Definition;
  /** Newest first: all of its key in its tenant. */
  versions: Definition[];
  /** All of them are meant, not one. */
  whole: boolean;
}

const tenantOf = ({ tenant = '' }: Definition) => tenant;

/** What the address names of the definitions of a key: a version (`v`), else all of a tenant (`tenant`). */
export function lookAt(definitions: Definition[]): Look | undefined {
  const chosen = definitions.find(({ id }) => id === param('v'));
  const asked = definitions.find(one => tenantOf(one) === (param('tenant') ?? ''));
  const meant = chosen ?? asked ?? definitions[0];
  if (!meant) return undefined;
  const versions = definitions
    .filter(one => tenantOf(one) === tenantOf(meant))
    .sort((one, other) => other.version - one.version);
  return { drawn: chosen ?? versions[0]!, versions, whole: !chosen && versions.length > 1 };
}

const withTenant = (words: string, tenant: string) => (tenant ? `${words} · ${tenant}` : words);

/** Value of the entry for all versions; an id of a definition has no blank. */
const everyVersion = (tenant: string) => `all ${tenant}`;

/** Chooses among all versions of the key, and among tenants where several have it. */
export function VersionSelect({ definitions, look }: { definitions: Definition[]; look: Look }) {
  const tenants = [...new Set(definitions.map(tenantOf))];
  const choose = (value: string) => {
    const tenant = tenants.find(one => everyVersion(one) === value);
    go({ v: tenant === undefined ? value : undefined, tenant, el: undefined }, 'replace');
  };
  return (
    <select
      aria-label={text.version}
      value={look.whole ? everyVersion(tenantOf(look.drawn)) : look.drawn.id}
      onChange={event => choose(event.currentTarget.value)}
    >
      {tenants.map(tenant => {
        const versions = definitions.filter(one => tenantOf(one) === tenant);
        return [
          versions.length > 1 && (
            <option key={everyVersion(tenant)} value={everyVersion(tenant)}>
              {withTenant(text.allVersions, tenant)}
            </option>
          ),
          ...versions.map(({ id, version, latest }) => (
            <option key={id} value={id}>
              {withTenant(text.versionNumber(version, latest), tenant)}
            </option>
          )),
        ];
      })}
    </select>
  );
}

/** What runs on other versions than the one whose diagram is drawn, with the way there. */
export function Elsewhere({ drawn, versions }: Look) {
  const others = versions.filter(({ id, running = 0 }) => id !== drawn.id && running > 0);
  if (others.length === 0) return null;
  return (
    <p class="note muted">
      {text.elsewhere(drawn.version)}
      {others.map(({ id, key, version, running = 0 }) => (
        <a key={id} href={`cockpit.html?p=${encodeURIComponent(key)}&v=${encodeURIComponent(id)}`}>
          {text.runningOn(version, running)}
        </a>
      ))}
    </p>
  );
}
