/** A table of incidents; a retry is called resolved only when the server says so. */

import { useSignal } from '@preact/signals';
import { ask } from '../../../api/web/client.js';
import { exactly, when } from '../../../api/web/format.js';
import { Icon } from '../../../api/web/icons.js';
import type { Incident } from '../../../api/web/model.js';
import { attempt, toast } from '../../../api/web/toast.js';
import { typeName } from '../diagram/text.js';
import { text } from './text.js';

/** The name in the diagram, else what it is. */
const labelOf = ({ name, element, elementType }: Incident) => name ?? (elementType ? typeName(elementType) : element);

async function retry(tried: Incident) {
  const { id, element } = tried;
  const { resolved, incidents } = await ask('POST /incidents/{id}/retry', { path: { id } });
  const again = incidents.find(incident => incident.element === element && incident.state === 'open');
  // What fails again is a new incident: the old one is resolved and nothing is won.
  if (again) toast(text.retryFailed(again.message), { bad: true });
  else if (resolved) toast(text.retryWorked(labelOf(tried)));
  else toast(text.retrySent(labelOf(tried)));
}

interface IncidentTableProps {
  incidents: Incident[];
  withInstance?: boolean;
  mayRetry: boolean;
  onRetried: () => void;
}

function Row({
  incident,
  withInstance,
  mayRetry,
  onRetried,
}: Omit<IncidentTableProps, 'incidents'> & { incident: Incident }) {
  const busy = useSignal(false);
  const again = async () => {
    busy.value = true;
    await attempt(() => retry(incident));
    busy.value = false;
    onRetried();
  };
  const { element, businessKey, instance, message, at, state } = incident;
  return (
    <tr>
      <td data-label={text.element} title={element}>
        {labelOf(incident)}
      </td>
      {withInstance && (
        <td data-label={text.instance}>
          <a href={`cockpit.html?i=${instance}`}>{businessKey ?? instance}</a>
        </td>
      )}
      <td class="message" data-label={text.message}>
        {message}
      </td>
      <td data-label={text.since}>
        <time dateTime={at} title={exactly(at)}>
          {when(at)}
        </time>
      </td>
      <td class="number">
        {state === 'resolved' && <span class="chip ok">{text.resolved}</span>}
        {state === 'open' && mayRetry && (
          <button type="button" class="small" disabled={busy.value} onClick={again}>
            <Icon name="retry" /> {text.retry}
          </button>
        )}
      </td>
    </tr>
  );
}

export function IncidentTable({ incidents, ...more }: IncidentTableProps) {
  return (
    <table class="stacked">
      <thead>
        <tr>
          <th>{text.element}</th>
          {more.withInstance && <th>{text.instance}</th>}
          <th>{text.message}</th>
          <th>{text.since}</th>
          <th>
            <span class="hidden">{text.retry}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {incidents.map(incident => (
          <Row key={incident.id} incident={incident} {...more} />
        ))}
      </tbody>
    </table>
  );
}
