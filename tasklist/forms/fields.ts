/** Turns the fields of a model (`camunda:formField`, `flowable:formProperty`) into form-js components. */

import type { FormField, Json } from '../../engine/core/types.js';
import { type Component, labelOf, type Validate } from './schema.js';

/** Field type → what it looks like. A type that is not in the table is a text field that remembers it. */
const shapes: Record<string, (field: FormField) => Partial<Component> & { type: string }> = {
  string: () => ({ type: 'textfield' }),
  json: () => ({ type: 'textarea' }),
  long: () => ({ type: 'number', decimalDigits: 0 }),
  integer: () => ({ type: 'number', decimalDigits: 0 }),
  double: () => ({ type: 'number' }),
  boolean: () => ({ type: 'checkbox' }),
  date: field => ({ type: 'datetime', subtype: 'date', dateLabel: field.label ?? labelOf(field.id) }),
  enum: field => ({ type: 'select', values: (field.values ?? []).map(({ id, name }) => ({ label: name, value: id })) }),
};

/** Constraint name → where form-js has it. `validator` names a class of the old engine; it is kept as a property. */
const limits: Record<string, (config: string | undefined) => Partial<Component>> = {
  required: () => ({ validate: { required: true } }),
  readonly: () => ({ readonly: true }),
  min: config => ({ validate: { min: Number(config) } }),
  max: config => ({ validate: { max: Number(config) } }),
  minlength: config => ({ validate: { minLength: Number(config) } }),
  maxlength: config => ({ validate: { maxLength: Number(config) } }),
  validator: config => ({ properties: { validator: config ?? '' } }),
};

/**
 * The components of a generated form. `defaults` are the evaluated default values by field id.
 *
 *     componentsOf([{ id: 'amount', type: 'long', constraints: [{ name: 'min', config: '1' }] }])
 *     // [{ type: 'number', key: 'amount', label: 'Amount', decimalDigits: 0, validate: { min: 1 } }]
 */
export function componentsOf(fields: FormField[], defaults: Record<string, Json> = {}): Component[] {
  return fields.filter(field => field.readable !== false).map(field => componentOf(field, defaults[field.id]));
}

function componentOf(field: FormField, fallback: Json | undefined): Component {
  const shape = shapes[field.type] ?? (() => ({ type: 'textfield', properties: { type: field.type } }));
  const component: Component = { ...shape(field), key: field.variable ?? field.id };
  component.label = field.label ?? labelOf(field.id);
  const properties: Record<string, string> = { ...component.properties, ...field.properties };
  let validate: Validate = {};
  for (const { name, config } of field.constraints ?? []) {
    const limit = limits[name]?.(config) ?? { properties: { [name]: config ?? '' } };
    validate = { ...validate, ...limit.validate };
    Object.assign(properties, limit.properties);
    if (limit.readonly) component.readonly = true;
  }
  // A checkbox that must be given may still be given as "no"; form-js would insist on "yes".
  if (component.type === 'checkbox') delete validate.required;
  if (field.writable === false) component.readonly = true;
  if (Object.keys(validate).length > 0) component.validate = validate;
  if (Object.keys(properties).length > 0) component.properties = properties;
  if (fallback !== undefined && fallback !== null) component.defaultValue = asTyped(component.type, fallback);
  return component;
}

/** A default value is written as text in the model. */
function asTyped(type: string, value: Json): Json {
  if (typeof value !== 'string') return value;
  if (type === 'number') return value.trim() === '' || Number.isNaN(Number(value)) ? null : Number(value);
  if (type === 'checkbox') return value === 'true';
  return value;
}
