/** Turns a form of the Flowable form editor (`fields[]`, `outcomes[]`) into form-js components. */

import { z } from 'zod';
import type { Component } from './schema.js';

const flowableForm = z.object({
  key: z.string(),
  name: z.string().nullish(),
  fields: z.array(
    z.object({
      id: z.string(),
      name: z.string().nullish(),
      type: z.string(),
      value: z.json().nullish(),
      required: z.boolean().nullish(),
      readOnly: z.boolean().nullish(),
      options: z.array(z.object({ id: z.string().nullish(), name: z.string() })).nullish(),
    }),
  ),
  outcomes: z.array(z.object({ name: z.string() })).nullish(),
});

export type FlowableForm = z.infer<typeof flowableForm>;

/** The form, if the JSON is one of the Flowable editor. */
export function asFlowableForm(json: unknown): FlowableForm | undefined {
  const parsed = flowableForm.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}

/** Field type → component type. */
const types: Record<string, Partial<Component> & { type: string }> = {
  text: { type: 'textfield' },
  'multi-line-text': { type: 'textarea' },
  integer: { type: 'number', decimalDigits: 0 },
  decimal: { type: 'number' },
  boolean: { type: 'checkbox' },
  date: { type: 'datetime', subtype: 'date' },
  dropdown: { type: 'select' },
  'radio-buttons': { type: 'radio' },
};

/** Components of the form; its outcomes become the field `form_<key>_outcome`, which conditions behind the task ask for. */
export function flowableComponents(form: FlowableForm): Component[] {
  const components = form.fields.map((field): Component => {
    const shape = types[field.type] ?? { type: 'textfield', properties: { type: field.type } };
    const component: Component = { ...shape, key: field.id, label: field.name ?? field.id };
    if (shape.type === 'datetime') component.dateLabel = component.label;
    if (field.options) component.values = field.options.map(({ id, name }) => ({ label: name, value: id ?? name }));
    if (field.required) component.validate = { required: true };
    if (field.readOnly) component.readonly = true;
    const isChoice = component.values?.some(option => option.value === field.value) ?? true;
    if (field.value !== null && field.value !== undefined && isChoice) component.defaultValue = field.value;
    return component;
  });
  const outcomes = form.outcomes ?? [];
  if (outcomes.length > 0) {
    components.push({
      type: 'radio',
      key: `form_${form.key}_outcome`,
      label: 'Outcome',
      values: outcomes.map(({ name }) => ({ label: name, value: name })),
      validate: { required: true },
    });
  }
  return components;
}
