/** One instance: where its tokens stand, what is broken, what it knows and did; and the operator's levers. */

import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { go, param } from '../../../api/web/address.js';
import { exactly, when } from '../../../api/web/format.js';
import type { Instance } from '../../../api/web/model.js';
import { nameOf } from '../../../api/web/people.js';
import { may } from '../../../api/web/session.js';
import { Tabs } from '../../../api/web/tabs.js';
import { text as shell } from '../../../api/web/text.js';
import { useTitle } from '../../../api/web/title.js';
import { explain } from '../../../api/web/toast.js';
import { Diagram } from '../diagram/diagram.js';
import { Outline, type OutlineItem } from '../diagram/outline.js';
import { text as words } from '../diagram/text.js';
import { badgesOf } from './badges.js';
import { IncidentTable } from './incidents.js';
import { Levers } from './levers.js';
import { type LiveInstance, liveInstance } from './live-instance.js';
import { Events, Steps, Waits } from './past.js';
import { StateChip } from './process.js';
import { text } from './text.js';
import { VariableTable } from './variable-table.js';

const tabs = ['variables', 'incidents', 'steps', 'waits', 'events'] as const;
type Tab = (typeof tabs)[number];

function Head({ instance, live }: { instance: Instance; live: LiveInstance }) {
  const {
    businessKey,
    id,
    definitionName,
    key,
    version,
    startedAt,
    startedBy,
    endedAt,
    incidents = [],
    parent,
  } = instance;
  return (
    <header>
      <h1>{businessKey ?? id}</h1>
      <a href={`cockpit.html?p=${encodeURIComponent(key)}&v=${instance.definition}`}>
        {definitionName ?? key} v{version}
      </a>
      <StateChip state={instance.state} />
      {incidents.length > 0 && <span class="chip bad">{words.incidents(incidents.length)}</span>}
      <span class="muted" title={exactly(startedAt)}>
        {text.started} {when(startedAt)}
        {startedBy && ` · ${nameOf(startedBy)}`}
        {endedAt && ` · ${text.ended} ${when(endedAt)}`}
      </span>
      {parent && <a href={`cockpit.html?i=${parent}`}>{text.calledBy}</a>}
      {may('operate') && !instance.ended && <Levers instance={instance} onChanged={live.reload} />}
    </header>
  );
}

/** The open ones first; those of the selected element only, where one is selected. */
function Incidents({ live, element }: { live: LiveInstance; element?: string }) {
  const items = live.incidents.data.value?.items ?? [];
  const shown = items
    .filter(incident => !element || incident.element === element)
    .sort((one, other) => one.state.localeCompare(other.state));
  if (shown.length === 0) return <p class="nothing">{text.noIncidents}</p>;
  return <IncidentTable incidents={shown} mayRetry={may('operate')} onRetried={live.reload} />;
}

function Content({
  tab,
  live,
  instance,
  element,
  nameIn,
}: {
  tab: Tab;
  live: LiveInstance;
  instance: Instance;
  element?: string;
  nameIn: (element: string) => string | undefined;
}) {
  if (tab === 'variables')
    return <VariableTable live={live} editable={may('operate') && !instance.ended} element={element} />;
  if (tab === 'incidents') return <Incidents live={live} element={element} />;
  if (tab === 'steps') return <Steps live={live} element={element} />;
  if (tab === 'waits') return <Waits live={live} instance={instance} element={element} nameIn={nameIn} />;
  return <Events live={live} element={element} />;
}

export function InstancePage({ id }: { id: string }) {
  const live = useMemo(() => liveInstance(id), [id]);
  useEffect(() => live.close, [live]);
  const outline = useSignal<OutlineItem[]>([]);
  const badges = useComputed(() => badgesOf(live.figures.value));
  const instance = live.instance.data.value;
  useTitle(instance && (instance.businessKey ?? instance.id));
  const error = live.instance.error.value;
  if (error && !instance)
    return (
      <p class="nothing" role="alert">
        {explain(error)}
      </p>
    );
  if (!instance) return <p class="nothing">{shell.loading}</p>;

  const open = instance.incidents?.length ?? 0;
  const tab = tabs.find(name => name === param('tab')) ?? (open > 0 ? 'incidents' : 'variables');
  const element = param('el');
  const nameIn = (wanted: string) => outline.value.find(({ id }) => id === wanted)?.name;
  const counts: Partial<Record<Tab, number>> = { incidents: open, waits: instance.waits?.length ?? 0 };
  const select = (chosen: string | undefined) => go({ el: chosen }, 'replace');
  return (
    <div class="operate">
      <Head instance={instance} live={live} />
      <div class="drawing">
        <Diagram
          definition={instance.definition}
          marks={live.marks.value}
          badges={badges.value}
          selected={element}
          onSelect={select}
          onOutline={items => {
            outline.value = items;
          }}
        />
        <Outline
          items={outline.value}
          marks={live.marks.value}
          figures={live.figures.value}
          selected={element}
          onSelect={select}
        />
      </div>
      <section class="card facts">
        <Tabs
          label={text.instance}
          tabs={tabs.map(name => ({ id: name, label: text.tabs[name], count: counts[name] }))}
          selected={tab}
          onSelect={name => go({ tab: name }, 'replace')}
        >
          {element && (
            <p class="filtered">
              <span class="chip accent">{text.filtered(nameIn(element) ?? element)}</span>
              <button type="button" class="quiet small" onClick={() => select(undefined)}>
                {text.all}
              </button>
            </p>
          )}
          <Content tab={tab} live={live} instance={instance} element={element} nameIn={nameIn} />
        </Tabs>
      </section>
    </div>
  );
}
