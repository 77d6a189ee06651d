/** The door to form-js: the only file that knows it, so that it is loaded with the first form. */

import { createForm, getSchemaVariables } from '@bpmn-io/form-js-viewer';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import type { Variables } from '../../api/web/model.js';

/** Opens a schema inside `container`; `read` validates and gives the data, or undefined. */
export async function openForm(
  container: HTMLElement,
  schema: Record<string, unknown>,
  data: Variables,
  readOnly: boolean,
  onChange: (data: Variables) => void,
) {
  const form = await createForm({ container, schema, data, properties: { readOnly } });
  // form-js says 'changed' for its own doings too; a change begins with the first touch.
  let touched = false;
  for (const event of ['input', 'click', 'keydown'])
    container.addEventListener(
      event,
      () => {
        touched = true;
      },
      { capture: true },
    );
  // Its data holds every variable it was given; a draft is about the fields only.
  const fields = new Set<string>(getSchemaVariables(schema));
  form.on('changed', ({ data: now }: { data: Variables }) => {
    if (touched) onChange(Object.fromEntries(Object.entries(now).filter(([name]) => fields.has(name))));
  });
  return {
    read(): Variables | undefined {
      const { data: now, errors } = form.submit();
      if (Object.keys(errors).length === 0) return now;
      container.querySelector<HTMLElement>('.fjs-has-errors :is(input, textarea, select, button)')?.focus();
      return undefined;
    },
    setReadOnly: (changed: boolean) => form.setProperty('readOnly', changed),
    close: () => form.destroy(),
  };
}
