/** The webhooks page: who is told of what; made, changed, tested, deleted. */

import { useSignal } from '@preact/signals';
import type { AnswerOf, Webhook } from '../../../api/client/index.js';
import { param } from '../../../api/web/address.js';
import { address, ask } from '../../../api/web/client.js';
import { Dialog } from '../../../api/web/dialog.js';
import { type Resource, resource, useResource } from '../../../api/web/resource.js';
import { text as shell } from '../../../api/web/text.js';
import { useTitle } from '../../../api/web/title.js';
import { attempt, explain, toast } from '../../../api/web/toast.js';
import { Deliveries } from './deliveries.js';
import { type Draft, WebhookForm } from './webhook-form.js';
import { text } from './webhook-text.js';

type Webhooks = AnswerOf<'GET /webhooks'>;

type Capabilities = AnswerOf<'GET /capabilities'>;

/** What a dialog is about. */
type Asking =
  | { about: 'form'; webhook?: Webhook }
  | { about: 'secret'; secret: string }
  | { about: 'removal'; webhook: Webhook };

async function test({ id, name }: Webhook) {
  const told = await attempt(() => ask('POST /webhooks/{id}/test', { path: { id } }));
  if (!told) return;
  const arrived = told.state === 'delivered';
  const said = arrived ? text.testArrived(told.status) : text.testFailed(told.error);
  toast(`${name}: ${said}`, { bad: !arrived, about: id });
}

/** Saves a new one, or changes the one that was read; answers the secret of a new one. */
async function save(draft: Draft, webhook: Webhook | undefined): Promise<string | undefined> {
  if (!webhook) return (await ask('POST /webhooks', { body: draft })).secret;
  await ask('PUT /webhooks/{id}', {
    path: { id: webhook.id },
    header: { 'if-match': `"${webhook.rev}"` },
    body: draft,
  });
  return undefined;
}

interface RowProps {
  webhook: Webhook;
  onAsk: (asking: Asking) => void;
  onTested: () => void;
}

function Row({ webhook, onAsk, onTested }: RowProps) {
  const { id, name, tenant, url, events, keys, elements, active, open, dead } = webhook;
  return (
    <tr>
      <td data-label={text.name}>
        <a href={`cockpit.html?webhooks=${encodeURIComponent(id)}`}>{name}</a>{' '}
        {tenant && <span class="chip">{tenant}</span>} {!active && <span class="chip">{text.inactive}</span>}
        <div class="muted">{url}</div>
      </td>
      <td data-label={text.events}>
        {events.join(', ')}
        {keys && <div class="muted">{keys.join(', ')}</div>}
        {elements && <div class="muted">{text.onlyAt(elements.join(', '))}</div>}
      </td>
      <td class="number" data-label={text.open}>
        {open}
      </td>
      <td class="number" data-label={text.dead}>
        {dead > 0 ? <span class="chip bad">! {dead}</span> : 0}
      </td>
      <td class="actions">
        <button type="button" onClick={() => test(webhook).then(onTested)}>
          {text.test}
        </button>
        <button type="button" onClick={() => onAsk({ about: 'form', webhook })}>
          {text.change}
        </button>
        <button type="button" class="danger" onClick={() => onAsk({ about: 'removal', webhook })}>
          {text.remove}
        </button>
      </td>
    </tr>
  );
}

type TableProps = Omit<RowProps, 'webhook'> & { items: Webhook[] };

function Table({ items, ...row }: TableProps) {
  if (items.length === 0) return <p class="nothing">{text.none}</p>;
  return (
    <div class="card scrolling">
      <table class="stacked">
        <thead>
          <tr>
            <th>{text.name}</th>
            <th>{text.events}</th>
            <th class="number">{text.open}</th>
            <th class="number">{text.dead}</th>
            <th>
              <span class="hidden">{text.change}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map(webhook => (
            <Row key={webhook.id} webhook={webhook} {...row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Secret = ({ secret, onClose }: { secret: string; onClose: () => void }) => (
  <Dialog
    title={text.secretTitle}
    onClose={onClose}
    footer={
      <button type="button" class="primary" onClick={onClose}>
        {text.gotIt}
      </button>
    }
  >
    <p>{text.secretHelp}</p>
    <label class="field">
      {text.secretTitle}
      <input readOnly value={secret} onFocus={event => event.currentTarget.select()} />
    </label>
  </Dialog>
);

function Removal({ webhook, onClose }: { webhook: Webhook; onClose: (changed: boolean) => void }) {
  const remove = async () => {
    await attempt(() => ask('DELETE /webhooks/{id}', { path: { id: webhook.id } }));
    onClose(true);
  };
  return (
    <Dialog
      title={text.removeTitle(webhook.name)}
      onClose={() => onClose(false)}
      footer={
        <>
          <button type="button" onClick={() => onClose(false)}>
            {text.keep}
          </button>
          <button type="button" class="danger" onClick={remove}>
            {text.doRemove}
          </button>
        </>
      }
    >
      <p>{text.removeHelp}</p>
    </Dialog>
  );
}

function Dialogs({
  asking,
  list,
  tenants,
  occasions,
  onAsk,
}: {
  asking: Asking;
  list: Resource<Webhooks>;
  tenants: AnswerOf<'GET /tenants'>['items'];
  occasions: Capabilities['webhookEvents'];
  onAsk: (next?: Asking) => void;
}) {
  const done = (next?: Asking) => {
    onAsk(next);
    list.reload();
  };
  const submit = (draft: Draft, webhook: Webhook | undefined) =>
    attempt(async () => {
      const secret = await save(draft, webhook);
      done(secret === undefined ? undefined : { about: 'secret', secret });
    });
  if (asking.about === 'secret') return <Secret secret={asking.secret} onClose={() => onAsk()} />;
  if (asking.about === 'removal')
    return <Removal webhook={asking.webhook} onClose={changed => (changed ? done() : onAsk())} />;
  const { webhook } = asking;
  return (
    <WebhookForm
      webhook={webhook}
      tenants={tenants}
      occasions={occasions}
      onSave={draft => submit(draft, webhook)}
      onClose={() => onAsk()}
    />
  );
}

function List() {
  const asking = useSignal<Asking | undefined>(undefined);
  const list = useResource(
    () => resource(() => address('GET /webhooks', { query: { limit: 500 } }), { concerns: () => true }),
    [],
  );
  const able = useResource(() => resource(() => address('GET /capabilities')), []);
  const tenants = useResource(() => resource(() => address('GET /tenants', { query: { limit: 500 } })), []);
  const occasions = able.data.value?.webhookEvents;
  const ask = (next?: Asking) => {
    asking.value = next;
  };
  const error = list.error.value ?? able.error.value;
  const items = list.data.value?.items;
  return (
    <div class="overview">
      <div class="bar">
        <h1>{text.title}</h1>
        <div class="levers">
          <a class="button" href="cockpit.html">
            {text.processes}
          </a>
          <button type="button" class="primary" onClick={() => ask({ about: 'form' })}>
            {text.create}
          </button>
        </div>
      </div>
      <p class="muted">{text.help}</p>
      {error && <p role="alert">{explain(error)}</p>}
      {!items && !error && <p class="muted">{shell.loading}</p>}
      {items && <Table items={items} onAsk={ask} onTested={list.reload} />}
      {asking.value && occasions && (
        <Dialogs
          asking={asking.value}
          list={list}
          tenants={tenants.data.value?.items ?? []}
          occasions={occasions}
          onAsk={ask}
        />
      )}
    </div>
  );
}

export function WebhooksPage() {
  useTitle(text.title);
  const chosen = param('webhooks');
  return chosen && chosen !== 'all' ? <Deliveries key={chosen} webhook={chosen} /> : <List />;
}
