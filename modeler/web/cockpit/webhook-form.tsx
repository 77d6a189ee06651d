/** The form of a webhook: its name, its address, what it hears of. */

import { useId } from 'preact/hooks';
import type { InputOf, Webhook } from '../../../api/client/index.js';
import { Dialog } from '../../../api/web/dialog.js';
import { text } from './webhook-text.js';

export type Draft = InputOf<'POST /webhooks'>['body'];

type Occasion = Draft['events'][number];

interface FormProps {
  /** The one that is changed; absent: a new one. */
  webhook: Webhook | undefined;
  /** Those that a new one may be of. */
  tenants: { id: string; name: string }[];
  /** What this server tells of. */
  occasions: Occasion[];
  onSave: (draft: Draft) => void;
  onClose: () => void;
}

/** Ids, separated by commas. */
const idsOf = (field: FormDataEntryValue | null): string[] =>
  String(field)
    .split(',')
    .map(id => id.trim())
    .filter(id => id !== '');

/** What the fields say. */
function draftOf(form: HTMLFormElement): Draft {
  const data = new FormData(form);
  const keys = idsOf(data.get('keys'));
  const elements = idsOf(data.get('elements'));
  return {
    name: String(data.get('name')).trim(),
    url: String(data.get('url')).trim(),
    events: data.getAll('events') as Occasion[],
    ...(keys.length > 0 ? { keys } : {}),
    ...(elements.length > 0 ? { elements } : {}),
    active: data.get('active') === 'on',
    ...(data.has('tenant') ? { tenant: String(data.get('tenant')) } : {}),
  };
}

export function WebhookForm({ webhook, tenants, occasions, onSave, onClose }: FormProps) {
  const id = useId();
  return (
    <Dialog
      title={webhook ? text.changeTitle(webhook.name) : text.createTitle}
      onClose={onClose}
      footer={
        <>
          <button type="button" onClick={onClose}>
            {text.cancel}
          </button>
          <button type="submit" form={id} class="primary">
            {text.save}
          </button>
        </>
      }
    >
      <form
        id={id}
        class="fields"
        onSubmit={event => {
          event.preventDefault();
          onSave(draftOf(event.currentTarget));
        }}
      >
        <label class="field">
          {text.name}
          <input name="name" required defaultValue={webhook?.name ?? ''} />
        </label>
        <label class="field">
          {text.url}
          <input name="url" type="url" required defaultValue={webhook?.url ?? ''} />
        </label>
        {!webhook && tenants.length > 0 && (
          <label class="field">
            {text.tenant}
            <select name="tenant">
              <option value="">{text.noTenant}</option>
              {tenants.map(tenant => (
                <option key={tenant.id} value={tenant.id}>
                  {tenant.name}
                </option>
              ))}
            </select>
          </label>
        )}
        <fieldset>
          <legend>{text.events}</legend>
          <div class="filters">
            {occasions.map(event => (
              <label key={event}>
                <input
                  type="checkbox"
                  name="events"
                  value={event}
                  defaultChecked={webhook ? webhook.events.includes(event) : event === 'instance.ended'}
                />{' '}
                {event}
              </label>
            ))}
          </div>
        </fieldset>
        <label class="field">
          {text.keys}
          <input name="keys" defaultValue={webhook?.keys?.join(', ') ?? ''} />
        </label>
        <label class="field">
          {text.elements}
          <input name="elements" defaultValue={webhook?.elements?.join(', ') ?? ''} />
        </label>
        <label>
          <input type="checkbox" name="active" defaultChecked={webhook?.active ?? true} /> {text.active}
        </label>
      </form>
    </Dialog>
  );
}
