/** The diagram of a task's process: the way so far and the step that waits. */

import { address } from '../../api/web/client.js';
import type { Task } from '../../api/web/model.js';
import { resource, useResource } from '../../api/web/resource.js';
import { Diagram } from '../../modeler/web/diagram/diagram.js';
import { pathOf } from '../../modeler/web/diagram/marks.js';

export const activitiesOf = (instance: string) =>
  resource(() => address('GET /instances/{id}/activities', { path: { id: instance }, query: { limit: 500 } }), {
    concerns: event => event.instance === instance || event.id === instance,
  });

export function Where({ task, small }: { task: Task; small?: boolean }) {
  const activities = useResource(() => activitiesOf(task.instance), [task.instance]);
  const visited = activities.data.value?.items ?? [];
  return <Diagram definition={task.definition} marks={pathOf(visited)} small={small} />;
}
