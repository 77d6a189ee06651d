/** One process: its diagram with tokens and incidents per element, and its instances. */

import { useComputed, useSignal } from '@preact/signals';
import { go, param } from '../../../api/web/address.js';
import { address } from '../../../api/web/client.js';
import { exactly, when } from '../../../api/web/format.js';
import type { Definition, InstanceState } from '../../../api/web/model.js';
import { nameOf } from '../../../api/web/people.js';
import { resource, useResource } from '../../../api/web/resource.js';
import { may } from '../../../api/web/session.js';
import { text as shell } from '../../../api/web/text.js';
import { useTitle } from '../../../api/web/title.js';
import { explain } from '../../../api/web/toast.js';
import { Diagram } from '../diagram/diagram.js';
import type { Marks } from '../diagram/marks.js';
import { Outline, type OutlineItem } from '../diagram/outline.js';
import { text as words } from '../diagram/text.js';
import { badgesOf } from './badges.js';
import { Standing } from './standing.js';
import { StateSelect } from './state-select.js';
import { text } from './text.js';
import { Elsewhere, lookAt, VersionSelect } from './versions.js';

const PAGE = 50;

const tone: Partial<Record<InstanceState, string>> = {
  running: 'accent',
  completed: 'ok',
  suspended: 'soon',
  failed: 'bad',
};

export const StateChip = ({ state }: { state: InstanceState }) => (
  <span class={`chip ${tone[state] ?? ''}`}>{text.states[state]}</span>
);

function Filters() {
  return (
    <div class="filters">
      <StateSelect label={text.state} any={text.anyState} states={text.states} />
      <input
        type="search"
        aria-label={text.exactKey}
        placeholder={text.exactKey}
        value={param('bk') ?? ''}
        onChange={event => go({ bk: event.currentTarget.value.trim() || undefined }, 'replace')}
      />
      <label>
        <input
          type="checkbox"
          checked={param('incident') === 'true'}
          onChange={event => go({ incident: event.currentTarget.checked ? 'true' : undefined }, 'replace')}
        />{' '}
        {text.onlyIncidents}
      </label>
    </div>
  );
}

/** Which instances: of one version, or of all versions of a key. */
type Chosen = { definition: string } | { key: string; tenant: string };

function Instances({ of: chosen, versions }: { of: Chosen; versions: Definition[] }) {
  const several = 'key' in chosen;
  const limit = useSignal(PAGE);
  const list = useResource(
    () =>
      resource(
        () =>
          address('GET /instances', {
            query: {
              ...chosen,
              state: param('state') as InstanceState | undefined,
              businessKey: param('bk'),
              incident: param('incident') === 'true' || undefined,
              limit: limit.value,
            },
          }),
        { concerns: ({ topic, key }) => topic === 'instance' && key === versions[0]?.key },
      ),
    [],
  );
  const error = list.error.value;
  const items = list.data.value?.items;
  return (
    <section class="card scrolling" aria-label={text.instances}>
      <div class="bar">
        <h2>{text.instances}</h2>
        <Filters />
      </div>
      {error && <p role="alert">{explain(error)}</p>}
      {items?.length === 0 && <p class="nothing">{text.noInstance}</p>}
      {items && items.length > 0 && (
        <table class="stacked">
          <thead>
            <tr>
              <th>{text.businessKey}</th>
              {several && <th>{text.version}</th>}
              <th>{text.state}</th>
              <th>{text.started}</th>
              <th>{text.startedBy}</th>
              <th>{text.ended}</th>
              <th class="number">{text.incidents}</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ id, definition, businessKey, state, startedAt, startedBy, endedAt, incidents }) => (
              <tr key={id}>
                <td data-label={text.businessKey}>
                  <a href={`cockpit.html?i=${id}`}>{businessKey ?? id}</a>
                </td>
                {several && <td data-label={text.version}>{versions.find(({ id }) => id === definition)?.version}</td>}
                <td data-label={text.state}>
                  <StateChip state={state} />
                </td>
                <td data-label={text.started} title={exactly(startedAt)}>
                  {when(startedAt)}
                </td>
                <td data-label={text.startedBy}>{nameOf(startedBy)}</td>
                <td data-label={text.ended} title={exactly(endedAt)}>
                  {when(endedAt)}
                </td>
                <td class="number" data-label={text.incidents}>
                  {incidents?.length ? <span class="chip bad">! {incidents.length}</span> : ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {list.data.value?.next && limit.value < 500 && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            limit.value += PAGE;
          }}
        >
          {shell.more}
        </button>
      )}
    </section>
  );
}

function Drawing({ definition }: { definition: Definition }) {
  const outline = useSignal<OutlineItem[]>([]);
  const statistics = useResource(
    () =>
      resource(
        () =>
          may('operate') ? address('GET /definitions/{id}/statistics', { path: { id: definition.id } }) : undefined,
        {
          concerns: ({ key, topic }) => key === definition.key && topic !== 'task',
        },
      ),
    [definition.id],
  );
  const figures = statistics.data.value?.elements ?? {};
  const badges = useComputed(() => badgesOf(statistics.data.value?.elements ?? {}));
  const marks = useComputed<Marks>(() =>
    Object.fromEntries(
      Object.entries(statistics.data.value?.elements ?? {}).flatMap(([id, { incidents }]) =>
        incidents > 0 ? [[id, 'incident' as const]] : [],
      ),
    ),
  );
  const select = (element: string | undefined) => go({ el: element }, 'replace');
  return (
    <div class="drawing">
      <Diagram
        definition={definition.id}
        marks={marks.value}
        badges={badges.value}
        selected={param('el')}
        onSelect={select}
        onOutline={items => {
          outline.value = items;
        }}
      />
      <Outline items={outline.value} figures={figures} marks={marks.value} selected={param('el')} onSelect={select} />
    </div>
  );
}

export function ProcessPage({ process }: { process: string }) {
  const list = useResource(
    () =>
      resource(() => address('GET /definitions', { query: { key: process, limit: 500 } }), {
        concerns: ({ topic, key }) => topic === 'deployment' || key === process,
      }),
    [process],
  );
  const definitions = list.data.value?.items ?? [];
  const look = lookAt(definitions);
  const error = list.error.value;
  useTitle(look && (look.drawn.name ?? look.drawn.key));
  if (error) return <p role="alert">{explain(error)}</p>;
  if (!look) return <p class="nothing">{list.data.value ? text.noProcess.title : shell.loading}</p>;
  const { drawn, versions, whole } = look;
  const { running, incidents } = whole ? versions[0]!.allVersions! : drawn;
  return (
    <div class="operate">
      <header>
        <h1>{drawn.name ?? drawn.key}</h1>
        <VersionSelect definitions={definitions} look={look} />
        {running !== undefined && <span class="chip accent">{text.runningCount(running)}</span>}
        {incidents ? <span class="chip bad">{words.incidents(incidents)}</span> : null}
        {!whole && drawn.state === 'suspended' && <span class="chip soon">{text.states.suspended}</span>}
        <div class="levers">
          {!whole && may('operate') && <Standing definition={drawn} onChanged={list.reload} />}
          <a class="button" href={`modeler.html?d=${drawn.id}`}>
            {text.model}
          </a>
        </div>
        <Elsewhere {...look} />
        {!may('operate') && <p class="note muted">{text.onlyYours}</p>}
      </header>
      <Drawing key={drawn.id} definition={drawn} />
      <Instances
        key={`${whole} ${drawn.id}`}
        of={whole ? { key: process, tenant: drawn.tenant ?? '' } : { definition: drawn.id }}
        versions={versions}
      />
    </div>
  );
}
