/** The history tab: each step of the instance, when, how long, by whom. */

import { duration, exactly, when } from '../../api/web/format.js';
import type { Task } from '../../api/web/model.js';
import { nameOf } from '../../api/web/people.js';
import { useResource } from '../../api/web/resource.js';
import { text } from './text.js';
import { activitiesOf } from './where.js';

export function History({ task }: { task: Task }) {
  const activities = useResource(() => activitiesOf(task.instance), [task.instance]);
  const words = text.history;
  const steps = (activities.data.value?.items ?? []).filter(({ elementType }) => elementType !== 'process');
  return (
    <div class="card scrolling">
      <table>
        <thead>
          <tr>
            <th>{words.step}</th>
            <th>{words.started}</th>
            <th class="number">{words.took}</th>
            <th>{words.by}</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ id, name, element, startedAt, endedAt, answeredBy }) => (
            <tr key={id}>
              <td>{name ?? element}</td>
              <td>
                <time dateTime={startedAt} title={exactly(startedAt)}>
                  {when(startedAt)}
                </time>
              </td>
              <td class="number">{endedAt ? duration(Date.parse(endedAt) - Date.parse(startedAt)) : words.running}</td>
              <td>{nameOf(answeredBy)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
