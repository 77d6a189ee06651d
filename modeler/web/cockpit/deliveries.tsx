/** The deliveries of one webhook: what arrived, what is tried again, what was given up and can be sent again. */

import { useSignal } from '@preact/signals';
import type { Delivery } from '../../../api/client/index.js';
import { param } from '../../../api/web/address.js';
import { address, ask } from '../../../api/web/client.js';
import { exactly, when } from '../../../api/web/format.js';
import { resource, useResource } from '../../../api/web/resource.js';
import { text as shell } from '../../../api/web/text.js';
import { attempt, explain, toast } from '../../../api/web/toast.js';
import { StateSelect } from './state-select.js';
import { text } from './webhook-text.js';

const tone = { open: 'soon', delivered: 'ok', dead: 'bad' } as const;

const subjectOf = ({ data }: Delivery): string => String(data.name ?? data.businessKey ?? data.key ?? '');

function Row({ delivery, onResend }: { delivery: Delivery; onResend: () => void }) {
  const { type, at, state, attempts, due, status, error } = delivery;
  return (
    <tr>
      <td data-label={text.event}>
        {type} <span class="muted">{subjectOf(delivery)}</span>
      </td>
      <td data-label={text.at} title={exactly(at)}>
        {when(at)}
      </td>
      <td data-label={text.state}>
        <span class={`chip ${tone[state]}`}>{text.states[state]}</span>{' '}
        {due && <span class="muted">{text.next(when(due))}</span>}
      </td>
      <td class="number" data-label={text.attempts}>
        {attempts}
      </td>
      <td data-label={text.last}>{error ?? status}</td>
      <td>
        {state !== 'open' && (
          <button type="button" onClick={onResend}>
            {text.resend}
          </button>
        )}
      </td>
    </tr>
  );
}

function Table({ items, onResend }: { items: Delivery[]; onResend: (delivery: Delivery) => void }) {
  if (items.length === 0) return <p class="nothing">{text.noDelivery}</p>;
  return (
    <div class="card scrolling">
      <table class="stacked">
        <thead>
          <tr>
            <th>{text.event}</th>
            <th>{text.at}</th>
            <th>{text.state}</th>
            <th class="number">{text.attempts}</th>
            <th>{text.last}</th>
            <th>
              <span class="hidden">{text.resend}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map(delivery => (
            <Row key={delivery.id} delivery={delivery} onResend={() => onResend(delivery)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Deliveries({ webhook: id }: { webhook: string }) {
  const busy = useSignal(false);
  const one = useResource(() => resource(() => address('GET /webhooks/{id}', { path: { id } })), [id]);
  const list = useResource(
    () =>
      resource(
        () =>
          address('GET /webhooks/{id}/deliveries', {
            path: { id },
            query: { state: param('state') as Delivery['state'] | undefined, limit: 200 },
          }),
        { concerns: () => true },
      ),
    [id],
  );
  const act = async (work: () => Promise<void>) => {
    busy.value = true;
    await attempt(work);
    busy.value = false;
    await Promise.all([one.reload(), list.reload()]);
  };
  const resend = ({ id: delivery }: Delivery) =>
    act(async () => {
      const { state, status, error } = await ask('POST /webhooks/{id}/deliveries/{delivery}/resend', {
        path: { id, delivery },
      });
      const arrived = state === 'delivered';
      toast(arrived ? text.testArrived(status) : text.testFailed(error), { bad: !arrived, about: delivery });
    });
  const resendAll = () =>
    act(async () => {
      const { deliveries } = await ask('POST /webhooks/{id}/resend', { path: { id } });
      toast(text.resent(deliveries));
    });
  const error = list.error.value ?? one.error.value;
  const items = list.data.value?.items;
  const webhook = one.data.value;
  return (
    <div class="overview">
      <div class="bar">
        <h1>{webhook?.name ?? text.deliveries}</h1>
        <a class="button" href="cockpit.html?webhooks=all">
          {text.all}
        </a>
      </div>
      <p class="muted">{webhook?.url}</p>
      <div class="bar">
        <div class="filters">
          <StateSelect label={text.state} any={text.anyState} states={text.states} />
        </div>
        {webhook && webhook.dead > 0 && (
          <button type="button" disabled={busy.value} onClick={resendAll}>
            {text.resendAll}
          </button>
        )}
      </div>
      {error && <p role="alert">{explain(error)}</p>}
      {!items && !error && <p class="muted">{shell.loading}</p>}
      {items && <Table items={items} onResend={resend} />}
    </div>
  );
}
