/** Dates, durations and due times in words. */

import { computed, signal } from '@preact/signals';
import { locale } from './language.js';
import { text } from './text.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The wall clock, ticking each second while the page is seen. */
export const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1000);

const today = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const thisYear = new Intl.DateTimeFormat(locale, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });

/** Short when near: `09:12` today, `21 Nov, 09:12` otherwise. */
export function when(iso: string | undefined): string {
  if (!iso) return '';
  const date = new Date(iso);
  return (date.toDateString() === new Date().toDateString() ? today : thisYear).format(date);
}

/** Date and time to the second, for tooltips. */
export const exactly = (iso: string | undefined): string => (iso ? full.format(new Date(iso)) : '');

/** The two largest units: `1 h 36 min`, `3 d 4 h`, `12 s`. */
export function duration(ms: number): string {
  const units = text.units;
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MINUTE) return `${Math.floor(ms / 1000)} ${units.second}`;
  const parts: [number, string][] = [
    [Math.floor(ms / DAY), units.day],
    [Math.floor((ms % DAY) / HOUR), units.hour],
    [Math.floor((ms % HOUR) / MINUTE), units.minute],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

export type Urgency = 'ok' | 'soon' | 'late';

/** How a due time stands now: late, soon (a fifth of the whole span or an hour is left) or ok. */
export function dueState(due: string, createdAt: string | undefined, at: number): { urgency: Urgency; label: string } {
  const left = Date.parse(due) - at;
  if (left < 0) return { urgency: 'late', label: text.late(duration(-left)) };
  const span = createdAt ? Date.parse(due) - Date.parse(createdAt) : 0;
  return { urgency: left < Math.max(HOUR, span / 5) ? 'soon' : 'ok', label: text.left(duration(left)) };
}

/** A due state that follows the clock but changes only when its words change. */
export const countdown = (due: string, createdAt?: string) =>
  computed(() => {
    const { urgency, label } = dueState(due, createdAt, now.value);
    return `${urgency}|${label}`;
  });

/** Epoch or ISO time → the value of an `<input type=datetime-local>`. */
export function toLocalInput(iso: string | undefined): string {
  if (!iso) return '';
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
}

export const fromLocalInput = (value: string): string | null => (value ? new Date(value).toISOString() : null);
