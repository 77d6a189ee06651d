/** What an instance did and waits for: its steps, its waits, its recorded events. */

import { duration, exactly, when } from '../../../api/web/format.js';
import type { Instance } from '../../../api/web/model.js';
import { nameOf } from '../../../api/web/people.js';
import { typeName } from '../diagram/text.js';
import type { LiveInstance } from './live-instance.js';
import { text } from './text.js';

interface PartProps {
  live: LiveInstance;
  /** Only what concerns this element. */
  element?: string;
}

const Time = ({ at }: { at: string }) => (
  <time dateTime={at} title={exactly(at)}>
    {when(at)}
  </time>
);

export function Steps({ live, element }: PartProps) {
  const items = (live.activities.data.value?.items ?? []).filter(
    one => one.elementType !== 'process' && (!element || one.element === element),
  );
  if (items.length === 0) return <p class="nothing">{text.noSteps}</p>;
  return (
    <table>
      <thead>
        <tr>
          <th>{text.element}</th>
          <th>{text.started}</th>
          <th class="number">{text.took}</th>
          <th>{text.by}</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ id, name, element: elementId, elementType, startedAt, endedAt, state, answeredBy }) => (
          <tr key={id}>
            <td>
              {name ?? elementId} <span class="muted">{typeName(elementType)}</span>
            </td>
            <td>
              <Time at={startedAt} />
            </td>
            <td class="number">
              {endedAt ? (
                duration(Date.parse(endedAt) - Date.parse(startedAt))
              ) : (
                <span class="chip accent">{text.runningStep}</span>
              )}
              {state === 'cancelled' && <span class="chip">{text.states.cancelled}</span>}
            </td>
            <td>{nameOf(answeredBy)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface WaitsProps extends PartProps {
  instance: Instance;
  /** Name of an element in the diagram: a wait's own is what it waits for, such as a topic. */
  nameIn: (element: string) => string | undefined;
}

export function Waits({ live, element, instance: { waits = [] }, nameIn }: WaitsProps) {
  const shown = waits.filter(wait => !element || wait.element === element);
  const tasks = live.tasks.data.value?.items ?? [];
  const reasons = new Map(live.described.data.value?.waits.map(wait => [wait.id, wait.because]));
  if (shown.length === 0) return <p class="nothing">{text.noWaits}</p>;
  return (
    <table>
      <thead>
        <tr>
          <th>{text.element}</th>
          <th>{text.kind}</th>
          <th>{text.due}</th>
          <th>
            <span class="hidden">{text.openTask}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ id, kind, element: at, name, due, child }) => {
          const task = tasks.find(one => one.id === id);
          return (
            <tr key={id}>
              <td>{nameIn(at) ?? name ?? at}</td>
              <td>
                {text.kinds[kind] ?? kind}
                <div class="muted">{reasons.get(id)}</div>
              </td>
              <td>{due && <Time at={due} />}</td>
              <td>
                {task && <a href={`tasklist.html?view=all&t=${task.id}`}>{text.openTask}</a>}
                {child && <a href={`cockpit.html?i=${child}`}>{text.openChild}</a>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export function Events({ live, element }: PartProps) {
  const entries = (live.history.data.value?.items ?? [])
    .map(entry => ({ ...entry, events: entry.events.filter(event => !element || event.element === element) }))
    .filter(({ events }) => events.length > 0);
  if (entries.length === 0) return <p class="nothing">{text.noSteps}</p>;
  return (
    <table>
      <thead>
        <tr>
          <th class="number">#</th>
          <th>{text.at}</th>
          <th>{text.by}</th>
          <th>{text.what}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ seq, at, by, events }) => (
          <tr key={seq}>
            <td class="number">{seq}</td>
            <td>
              <Time at={at} />
            </td>
            <td>{nameOf(by)}</td>
            <td>
              <ul class="plain">
                {events.map((event, index) => (
                  <li key={index}>
                    {(text.events[event.type] ?? (() => event.type))({ ...event, by: nameOf(event.by) })}
                  </li>
                ))}
              </ul>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
