/** Takes values of variables out of history documents: what is deleted is nowhere told any more, also not after a rebuild. */

import type { Json, RecordedEvent } from '../core/types.js';
import type { HistoryDocument } from '../store/documents.js';
import type { Store } from '../store/port.js';
import { cursorOf } from '../store/queries.js';

/** Whose values go; absent: those of all variables. */
export interface Scrubbed {
  activation: number;
  name: string;
}

const PAGE = 25;

/**
 * Takes them out of the history of one instance.
 *
 *     await scrubHistory(store, instance, { activation: 1, name: 'iban' });
 */
export async function scrubHistory(store: Store, instance: string, which?: Scrubbed): Promise<void> {
  const sort = { seq: 1 } as const;
  for (let last: HistoryDocument | undefined; ; ) {
    const page: HistoryDocument[] = await store.find<HistoryDocument>('history', {
      filter: { instance },
      sort,
      limit: PAGE,
      ...(last && { after: cursorOf(last, sort) }),
    });
    for (const { id, events } of page) {
      const left = events.map(event => scrubbed(event, which));
      if (left.some((event, index) => event !== events[index])) {
        await store.patch('history', id, {}, { set: { events: left as unknown as Json } });
      }
    }
    if (page.length < PAGE) return;
    last = page.at(-1);
  }
}

/** The event without these values; the same where it has none. */
export function scrubbed(event: RecordedEvent, which: Scrubbed | undefined): RecordedEvent {
  const isElsewhere = 'activation' in event && which !== undefined && event.activation !== which.activation;
  return isElsewhere ? event : (without(event as unknown as Json, which?.name) as unknown as RecordedEvent);
}

/** Every map of variables in it, however deep, loses the name, or all. */
function without(value: Json, name: string | undefined): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(item => without(item, name));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const entries = Object.entries(value).map(([key, own]): [string, Json] => [
    key,
    key === 'variables' ? unnamed(own, name) : without(own, name),
  ]);
  return entries.some(([key, own]) => own !== value[key]) ? Object.fromEntries(entries) : value;
}

function unnamed(variables: Json, name: string | undefined): Json {
  if (typeof variables !== 'object' || variables === null || Array.isArray(variables)) return variables;
  const names = Object.keys(variables);
  if (name === undefined) return names.length === 0 ? variables : {};
  if (!names.includes(name)) return variables;
  return Object.fromEntries(Object.entries(variables).filter(([own]) => own !== name));
}
