/** Forms: from what the model says (fields, files, keys, or nothing) to what the pages show and the server checks. */

import type { Definition, FormSpec, Json, Variables } from '../engine/core/types.js';
import type { TaskDocument } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';
import { embeddedComponents } from './forms/embedded.js';
import { componentsOf } from './forms/fields.js';
import { inferredComponents } from './forms/inferred.js';
import { createFormResources, readSchema } from './forms/resources.js';
import { type Form, type FormSchema, schemaOf } from './forms/schema.js';
import { checkSubmission } from './forms/validation.js';
import { evaluated, type FormScope } from './forms/values.js';
import { isStandalone } from './standalone.js';

export type { Component, Form, FormSchema } from './forms/schema.js';
export { type FormError, FormRefused } from './forms/validation.js';

export interface Forms {
  /** The form of a task; `variables` are those visible at it. Throws NotFound for its definition. */
  task(task: TaskDocument, variables: Variables): Promise<Form>;
  /** The form that starts a process. */
  start(definition: Definition): Promise<Form>;
  /** Forms that elements of a definition name outright, and that are not deployed. */
  missing(definition: Definition): Promise<{ element: string; form: string; notice: string }[]>;
  /**
   * The values to set. Declared forms refuse what they do not ask for; forms made from HTML or conditions let other
   * variables pass, because nobody wrote them down. Throws FormRefused with every error.
   */
  check(form: Form, submitted: Variables, current: Variables): Variables;
}

/** Where a form stands: what its expressions see and which files it may be in. */
interface Place extends FormScope {
  definition: Definition;
  element: string;
}

/**
 * The forms of stored definitions.
 *
 *     const forms = createForms({ store, definition: engine.definition });
 *     const form = await forms.task(task, variables);
 *     forms.check(form, { approved: true }, variables); // { approved: true }
 */
export function createForms({
  store,
  definition,
}: {
  store: Store;
  definition: (id: string) => Promise<Definition>;
}): Forms {
  const resources = createFormResources(store);

  async function formOf(spec: FormSpec | undefined, place: Place): Promise<Form> {
    const { deployment, tenant } = place.definition;
    const businessKey = spec?.businessKey;
    if (spec?.fields?.length) {
      const fallback = spec.fields.map(field => [field.id, evaluated(field.default, place) ?? null]);
      const defaults = Object.fromEntries(fallback) as Record<string, Json>;
      const schema = schemaOf(place.element, componentsOf(spec.fields, defaults));
      return { kind: 'form-js', schema, origin: 'fields', ...(businessKey !== undefined && { businessKey }) };
    }
    const own = spec?.schema === undefined ? undefined : readSchema(spec.schema);
    if (own) return deployed(own);
    if (spec?.ref !== undefined) {
      const schema =
        (await resources.withId(deployment, spec.ref)) ??
        (spec.binding === 'deployment' ? undefined : await resources.latest(tenant, spec.ref));
      return schema ? deployed(schema) : withoutForm(place, `The form '${spec.ref}' is not deployed.`);
    }
    const key = evaluated(spec?.key, place);
    return typeof key === 'string' && key !== '' ? byKey(key, place) : withoutForm(place);
  }

  async function byKey(key: string, place: Place): Promise<Form> {
    if (/^https?:\/\//.test(key)) return { kind: 'external', url: key };
    const { deployment, tenant } = place.definition;
    const name = key.replace(/^(embedded:|camunda-forms:)?(app:|deployment:)?/, '').replace(/\?.*$/, '');
    const file = (await resources.named(deployment, name)) ?? (await resources.named(deployment, `${name}.form`));
    if (file?.schema) return deployed(file.schema);
    if (file?.text !== undefined && /\.html?$/.test(name)) {
      const components = embeddedComponents(file.text);
      if (components.length > 0) {
        return { kind: 'form-js', schema: schemaOf(place.element, components), origin: 'embedded', degraded: true };
      }
    }
    const schema = (await resources.withId(deployment, name)) ?? (await resources.latest(tenant, name));
    return schema ? deployed(schema) : withoutForm(place, `The form '${key}' is not part of the deployment.`);
  }

  return {
    async task(task, variables) {
      if (isStandalone(task)) return { kind: 'variables' };
      const found = await definition(task.definition);
      return formOf(task.form, { definition: found, element: task.element, ...scopeOf(task, variables) });
    },

    async start(found) {
      const node = found.nodes.find(each => each.type === 'startEvent' && each.parent === 0 && !each.event);
      const execution = nowhere(found, node);
      return formOf(node?.form, { definition: found, element: node?.id ?? '', variables: {}, execution });
    },

    async missing(found) {
      const missing: { element: string; form: string; notice: string }[] = [];
      for (const { id, task, form } of found.nodes) {
        const spec = task?.form ?? form;
        const name = spec?.ref ?? (spec?.key?.language === 'literal' ? spec.key.source : undefined);
        if (name === undefined) continue;
        const read = await formOf(spec, { definition: found, element: id, variables: {}, execution: nowhere(found) });
        if ('notice' in read && read.notice !== undefined)
          missing.push({ element: id, form: name, notice: read.notice });
      }
      return missing;
    },

    check(form, submitted, current) {
      if (form.kind !== 'form-js') return submitted;
      return checkSubmission(form.schema, submitted, current, { strict: isDeclared(form) });
    },
  };
}

/** What expressions see before there is an instance. */
const nowhere = (found: Definition, node?: { id: string; name?: string }) => ({
  id: '',
  processInstanceId: '',
  processDefinitionId: found.id,
  processDefinitionKey: found.key,
  processBusinessKey: null,
  currentActivityId: node?.id ?? found.key,
  currentActivityName: node?.name ?? null,
  tenantId: found.tenant || null,
  by: null,
  at: Date.now(),
});

/** The form key of a task as it is for its variables; undefined: it has none, or it cannot be computed yet. */
export function formKeyOf(task: TaskDocument, variables: Variables): string | undefined {
  const key = evaluated(task.form?.key, scopeOf(task, variables));
  return typeof key === 'string' && key !== '' ? key : undefined;
}

/** What the expressions of a task's form see. */
const scopeOf = (task: TaskDocument, variables: Variables): FormScope => ({
  variables,
  execution: {
    id: `${task.instance}:${task.activation}`,
    processInstanceId: task.instance,
    processDefinitionId: task.definition,
    processDefinitionKey: task.definitionKey,
    processBusinessKey: task.businessKey ?? null,
    currentActivityId: task.element,
    currentActivityName: task.name,
    tenantId: task.tenant || null,
    by: task.assignee ?? null,
    at: task.createdAt,
  },
});

const isDeclared = (form: Form & { kind: 'form-js' }) => form.origin === 'deployed' || form.origin === 'fields';
const deployed = (schema: FormSchema): Form => ({ kind: 'form-js', schema, origin: 'deployed' });

/** What the conditions behind the element ask for, else every variable with its type. */
function withoutForm({ definition, element }: Place, notice?: string): Form {
  const components = inferredComponents(definition, element);
  const said = notice !== undefined && { notice };
  if (components.length === 0) return { kind: 'variables', ...said };
  return { kind: 'form-js', schema: schemaOf(element, components), origin: 'inferred', ...said };
}
