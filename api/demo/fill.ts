/** Fills a form in as somebody would: a plausible value for every field that takes one. */

import type { Json, Variables } from '../../engine/core/types.js';
import { oneOf, type Random } from '../../samples/sample.js';
import type { Component, Form } from '../../tasklist/forms.js';

const day = 24 * 3_600_000;
const sentences = ['Checked and complete.', 'As agreed on the phone.', 'See the attached mail.', 'Nothing unusual.'];

/** Component type → a value for it. */
const values: Record<string, (component: Component, random: Random, now: number) => Json> = {
  checkbox: (_component, random) => random() < 0.8,
  number: ({ validate }, random) => {
    const from = Number(validate?.min) || 0;
    const to = Number(validate?.max) || from + 100;
    return Math.round(from + random() * (to - from));
  },
  select: (component, random) => choice(component, random),
  radio: (component, random) => choice(component, random),
  textfield: (_component, random) => oneOf(random, sentences),
  textarea: (_component, random) => oneOf(random, sentences),
  datetime: (_component, random, now) => new Date(now + Math.ceil(random() * 10) * day).toISOString().slice(0, 10),
};

const choice = ({ values = [] }: Component, random: Random): Json =>
  values.length === 0 ? null : oneOf(random, values).value;

/** `now`: epoch milliseconds, from when dates are chosen. */
export function fillIn(form: Form & { data: Variables }, random: Random, now: number): Variables {
  if (form.kind !== 'form-js') return {};
  const filled: Variables = {};
  for (const component of form.schema.components) {
    const value = values[component.type];
    const settled = component.disabled || component.readonly || component.key === undefined;
    if (settled || !value || (form.data[component.key!] ?? null) !== null) continue;
    const made = value(component, random, now);
    if (made !== null) filled[component.key!] = made;
  }
  return filled;
}
