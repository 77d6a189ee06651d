/**
 * Reads the fields out of an embedded HTML form of Camunda 7 (`cam-variable-name`, `cam-variable-type`).
 * The HTML and its scripts are not run: what comes out is a plain form with the same variables.
 */

import { Parser } from 'htmlparser2';
import { type Component, labelOf, type Validate } from './schema.js';

/** Type of the variable → component; an input without one is a text. */
const types: Record<string, Partial<Component> & { type: string }> = {
  String: { type: 'textfield' },
  Boolean: { type: 'checkbox' },
  Integer: { type: 'number', decimalDigits: 0 },
  Short: { type: 'number', decimalDigits: 0 },
  Long: { type: 'number', decimalDigits: 0 },
  Double: { type: 'number' },
  Date: { type: 'datetime', subtype: 'datetime' },
};

interface Input {
  component: Component;
  /** `id` of the HTML element, which a label may point to. */
  id?: string;
}

/**
 * The components of an embedded form, one per variable.
 *
 *     embeddedComponents('<input cam-variable-name="amount" cam-variable-type="Double" required>')
 *     // [{ type: 'number', key: 'amount', label: 'Amount', validate: { required: true } }]
 */
export function embeddedComponents(html: string): Component[] {
  const inputs: Input[] = [];
  const labels = new Map<string, string>();
  let label: { text: string; target?: string } | undefined;
  let select: Component | undefined;
  let option: { text: string; value?: string } | undefined;
  /** A label without `for` belongs to the next input. */
  let loose: string | undefined;

  const closeOption = () => {
    if (option && select) {
      const text = option.text.trim();
      const value = option.value ?? text;
      if (value !== '') select.values!.push({ label: text || value, value });
    }
    option = undefined;
  };

  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === 'label') label = { text: '', target: attributes.for };
      if (name === 'option') {
        closeOption();
        option = { text: '', value: attributes.value };
      }
      if (attributes['cam-variable-name'] === undefined) return;
      const component = componentOf(name, attributes);
      if (loose !== undefined) component.label = loose;
      loose = undefined;
      inputs.push({ component, ...(attributes.id !== undefined && { id: attributes.id }) });
      if (name === 'select') select = component;
    },
    ontext(text) {
      if (label) label.text += text;
      if (option) option.text += text;
    },
    onclosetag(name) {
      if (name === 'option' || name === 'select') closeOption();
      if (name === 'select') select = undefined;
      if (name !== 'label' || !label) return;
      const text = label.text
        .replaceAll(/\s+/g, ' ')
        .replace(/[\s:*?]+$/, '')
        .trim();
      // The first label wins: forms are copied together, and a second `for` with the same id is a leftover.
      if (text !== '' && label.target === undefined) loose = text;
      else if (text !== '' && !labels.has(label.target!)) labels.set(label.target!, text);
      label = undefined;
    },
  });
  parser.end(html);

  for (const { component, id } of inputs) {
    const text = id === undefined ? undefined : labels.get(id);
    if (text !== undefined) component.label = text;
    if (component.type === 'datetime') component.dateLabel = component.label;
  }
  return [...new Map(inputs.map(({ component }) => [component.key ?? component.text, component])).values()];
}

function componentOf(tag: string, attributes: Record<string, string>): Component {
  const key = attributes['cam-variable-name']!;
  const type = attributes['cam-variable-type'] ?? 'String';
  if (type === 'File') return { type: 'text', text: `The file '${key}' cannot be uploaded with this generated form.` };
  const shape =
    tag === 'textarea' ? { type: 'textarea' } : (types[type] ?? { type: 'textfield', properties: { type } });
  const component: Component = tag === 'select' ? { type: 'select', values: [] } : { ...shape };
  component.key = key;
  component.label = labelOf(key);
  const validate: Validate = {};
  if ('required' in attributes && component.type !== 'checkbox') validate.required = true;
  if (component.type === 'number') {
    if (isNumber(attributes.min)) validate.min = Number(attributes.min);
    if (isNumber(attributes.max)) validate.max = Number(attributes.max);
  }
  if (isNumber(attributes.minlength)) validate.minLength = Number(attributes.minlength);
  if (isNumber(attributes.maxlength)) validate.maxLength = Number(attributes.maxlength);
  if (Object.keys(validate).length > 0) component.validate = validate;
  if ('readonly' in attributes || 'disabled' in attributes) component.readonly = true;
  return component;
}

const isNumber = (text: string | undefined): text is string => text !== undefined && /^-?\d+(\.\d+)?$/.test(text);
