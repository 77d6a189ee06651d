/** The one form language inside: form-js schemas, whatever a form was written in. */

import type { Json } from '../../engine/core/types.js';

/** A form-js component; what it may carry besides is the form's own business. */
export interface Component {
  type: string;
  id?: string;
  key?: string;
  path?: string;
  label?: string;
  description?: string;
  text?: string;
  components?: Component[];
  values?: Option[];
  valuesKey?: string;
  valuesExpression?: string;
  defaultValue?: Json;
  disabled?: boolean;
  /** An expression (`=…`) is possible. */
  readonly?: boolean | string;
  conditional?: { hide?: string };
  validate?: Validate;
  decimalDigits?: number;
  serializeToString?: boolean;
  subtype?: 'date' | 'time' | 'datetime';
  dateLabel?: string;
  timeLabel?: string;
  isRepeating?: boolean;
  properties?: Record<string, string>;
  [more: string]: unknown;
}

export interface Option {
  label: string;
  value: Json;
}

/** Limits of a value; a text is an expression. */
export interface Validate {
  required?: boolean;
  min?: number | string;
  max?: number | string;
  minLength?: number | string;
  maxLength?: number | string;
  pattern?: string;
  validationType?: string;
}

export interface FormSchema {
  type: 'default';
  schemaVersion?: number;
  id?: string;
  components: Component[];
  [more: string]: unknown;
}

/** What the pages show, and what submitted data is checked against. `degraded`: made from a form that is not run as it is. */
export type Form =
  | {
      kind: 'form-js';
      schema: FormSchema;
      origin: 'deployed' | 'fields' | 'embedded' | 'inferred';
      degraded?: true;
      /** The field whose value is the business key of a started instance. */
      businessKey?: string;
      notice?: string;
    }
  | { kind: 'variables'; notice?: string }
  | { kind: 'external'; url: string; notice?: string };

/** The schema version of form-js 2.0 that generated forms are written in. */
const SCHEMA_VERSION = 19;

export function schemaOf(id: string, components: Component[]): FormSchema {
  return { type: 'default', schemaVersion: SCHEMA_VERSION, id, components };
}

/** A label for a field that has only a name: `vacationApproved` → `Vacation approved`. */
export function labelOf(name: string): string {
  const words = name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
