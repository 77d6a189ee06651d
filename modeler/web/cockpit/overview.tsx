/** The overview: every process with what runs and what is broken, and the open incidents. */

import { address } from '../../../api/web/client.js';
import type { Definition } from '../../../api/web/model.js';
import { resource, useResource } from '../../../api/web/resource.js';
import { may, user } from '../../../api/web/session.js';
import { text as shell } from '../../../api/web/text.js';
import { explain } from '../../../api/web/toast.js';
import { IncidentTable } from './incidents.js';
import { text } from './text.js';

/** Over all versions: after a deployment, what runs and what is broken belongs to older ones. */
const figuresOf = ({ allVersions }: Definition) => ({ running: 0, incidents: 0, ...allVersions });

/** Broken processes first, then the busiest. */
function byUrgency(one: Definition, other: Definition) {
  const [a, b] = [figuresOf(one), figuresOf(other)];
  return b.incidents - a.incidents || b.running - a.running;
}

const nothing = (
  <div class="nothing">
    <h2>{text.noProcess.title}</h2>
    <p>{text.noProcess.help}</p>
    <a class="button primary" href="modeler.html">
      {text.toModel}
    </a>
  </div>
);

/** Two tenants may have the same key: then the address says whose process is meant. */
const addressOf = ({ key, tenant }: Definition) =>
  `cockpit.html?p=${encodeURIComponent(key)}${tenant ? `&tenant=${encodeURIComponent(tenant)}` : ''}`;

function Row({ definition }: { definition: Definition }) {
  const { key, name, tenant, version } = definition;
  const { running, incidents } = figuresOf(definition);
  return (
    <tr>
      <td>
        <a href={addressOf(definition)}>{name ?? key}</a> {name && <span class="muted">{key}</span>}{' '}
        {tenant && <span class="chip">{tenant}</span>}
      </td>
      <td>{version}</td>
      <td class="number">{running > 0 ? <span class="chip accent">{running}</span> : 0}</td>
      <td class="number">{incidents > 0 ? <span class="chip bad">! {incidents}</span> : 0}</td>
    </tr>
  );
}

function Processes({ items }: { items: Definition[] }) {
  return (
    <div class="card scrolling">
      <table>
        <thead>
          <tr>
            <th>{text.process}</th>
            <th>{text.version}</th>
            <th class="number">{text.running}</th>
            <th class="number">{text.incidents}</th>
          </tr>
        </thead>
        <tbody>
          {[...items].sort(byUrgency).map(definition => (
            <Row key={definition.id} definition={definition} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function OpenIncidents() {
  const incidents = useResource(
    () =>
      resource(() => address('GET /incidents', { query: { state: 'open', limit: 100 } }), {
        concerns: ({ topic }) => topic === 'incident' || topic === 'instance',
      }),
    [],
  );
  const error = incidents.error.value;
  const open = incidents.data.value?.items;
  return (
    <>
      <h2>{text.openIncidents}</h2>
      {error && <p role="alert">{explain(error)}</p>}
      {!open && !error && <p class="muted">{shell.loading}</p>}
      {open?.length === 0 && <p class="muted">{text.noIncidents}</p>}
      {open && open.length > 0 && (
        <div class="card scrolling">
          <IncidentTable incidents={open} withInstance mayRetry onRetried={incidents.reload} />
        </div>
      )}
    </>
  );
}

export function Overview() {
  const definitions = useResource(
    () =>
      resource(() => address('GET /definitions', { query: { latest: true, limit: 500 } }), {
        concerns: ({ topic }) => topic !== 'task',
      }),
    [],
  );
  const error = definitions.error.value;
  const items = definitions.data.value?.items;
  return (
    <div class="overview">
      <div class="bar">
        <h1>{text.overview}</h1>
        {user.value?.administrator && (
          <a class="button" href="cockpit.html?webhooks=all">
            {text.webhooks}
          </a>
        )}
      </div>
      {error && <p role="alert">{explain(error)}</p>}
      {!items && !error && <p class="muted">{shell.loading}</p>}
      {items && (items.length ? <Processes items={items} /> : nothing)}
      {may('operate') && <OpenIncidents />}
    </div>
  );
}
