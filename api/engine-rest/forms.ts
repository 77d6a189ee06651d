/** Forms as Camunda 7 hands them out: their key, their file, or HTML that is made of their fields. */

import type { FormField, FormSpec } from '../../engine/core/types.js';
import type { DeploymentDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import type { Services } from '../services.js';
import { invalid, RestError } from './errors.js';
import { Reply } from './operation.js';

/** Where a form is: `rendered` is the address of the HTML that is made of fields. */
export const formDto = (spec: FormSpec | undefined, key: string | undefined, rendered: string) => ({
  key: key ?? (spec?.fields?.length ? `embedded:engine://engine/:engine${rendered}` : null),
  camundaFormRef:
    spec?.ref === undefined
      ? null
      : { key: spec.ref, binding: spec.binding ?? 'latest', version: spec.version ?? null },
  contextPath: null,
});

/** Whoever opens a form in a browser does not run what a deployer wrote into it. */
const asleep = { 'Content-Security-Policy': 'sandbox' };

const noForm = (message: string) => new RestError(404, 'InvalidRequestException', message);

/** How many of the newest deployments are searched for a form that is bound to the latest. */
const depth = 100;

/** The file of a form: HTML, or JSON of Camunda Forms. Throws 400 for a key of another kind, 404. */
export async function deployedForm(
  services: Pick<Services, 'store'>,
  { deployment, tenant }: { deployment: string; tenant: string },
  spec: FormSpec | undefined,
  key: string | undefined,
): Promise<Reply> {
  const { store } = services;
  if (spec?.ref !== undefined) return jsonWithId(services, { deployment, tenant }, spec);
  if (key === undefined) throw invalid('The form key is not set.');
  const [, name] = /^(?:embedded:|camunda-forms:)?deployment:(.+)$/.exec(key) ?? [];
  if (name === undefined) throw invalid(`The form key '${key}' does not reference a deployed form.`);
  const within = await store.get<DeploymentDocument>('deployments', deployment);
  const resource = within?.resources.find(one => one.name === name);
  const bytes = resource && (await store.getBlob(tenant, resource.blob));
  if (!bytes) throw noForm(`The form with the resource name '${name}' cannot be found in deployment.`);
  const type = name.endsWith('.form') ? 'application/json' : 'application/xhtml+xml';
  return new Reply({ type, body: bytes, headers: asleep });
}

/** Binding → the deployments in which a form is looked for, in their order. */
const searched: Record<
  NonNullable<FormSpec['binding']>,
  (store: Store, of: { deployment: string; tenant: string }) => Promise<DeploymentDocument[]>
> = {
  deployment: (store, { deployment }) => store.getMany('deployments', [deployment]),
  latest: (store, { tenant }) => store.find('deployments', { filter: { tenant }, sort: { at: -1 }, limit: depth }),
  version: (store, { tenant }) => store.find('deployments', { filter: { tenant }, sort: { at: 1 } }),
};

/** A form by the id that it bears: of the same deployment, the newest, or the one that was deployed as the n-th. */
async function jsonWithId(
  { store }: Pick<Services, 'store'>,
  of: { deployment: string; tenant: string },
  { ref, binding = 'latest', version = 1 }: FormSpec,
): Promise<Reply> {
  let left = binding === 'version' ? version : 1;
  for (const { resources } of await searched[binding](store, of))
    for (const { blob } of resources.filter(({ type }) => type === 'form')) {
      const bytes = await store.getBlob(of.tenant, blob);
      if (bytes && idOf(bytes) === ref && --left === 0) return new Reply({ type: 'application/json', body: bytes });
    }
  throw noForm(`No Camunda Form Definition was found for Camunda Form Ref '${ref}'.`);
}

function idOf(bytes: Uint8Array): unknown {
  try {
    return (JSON.parse(Buffer.from(bytes).toString()) as { id?: unknown }).id;
  } catch {
    return undefined;
  }
}

/** Type of a field → type of the variable, and of the HTML input. */
const inputs: Record<string, [variable: string, input: string]> = {
  string: ['String', 'text'],
  long: ['Long', 'text'],
  integer: ['Integer', 'text'],
  double: ['Double', 'text'],
  boolean: ['Boolean', 'checkbox'],
  date: ['Date', 'text'],
  enum: ['String', 'select'],
};

/** The HTML that the web applications of Camunda 7 fill with a script of theirs. */
export const renderedForm = (fields: FormField[]): Reply =>
  new Reply({
    type: 'application/xhtml+xml',
    body: `<form name="generatedForm" role="form">\n${fields.map(fieldHtml).join('\n')}\n</form>\n`,
  });

function fieldHtml(field: FormField): string {
  const { id, label = id, type, values = [], constraints = [] } = field;
  const [variable, input] = inputs[type] ?? ['String', 'text'];
  const name = escaped(id);
  const isReadonly = field.writable === false || constraints.some(one => one.name === 'readonly');
  const marks = [
    `class="form-control" name="${name}" cam-variable-name="${name}" cam-variable-type="${variable}"`,
    ...constraints.flatMap(({ name: kind, config = '' }) =>
      kind === 'required' ? ['required="required"'] : limits[kind] ? [`${limits[kind]}="${escaped(config)}"`] : [],
    ),
    ...(isReadonly ? ['readonly="readonly"'] : []),
  ].join(' ');
  const control =
    input === 'select'
      ? `<select ${marks}>${values.map(one => `<option value="${escaped(one.id)}">${escaped(one.name)}</option>`).join('')}</select>`
      : `<input ${marks} type="${input}" />`;
  return `  <div class="form-group">\n    <label for="${name}">${escaped(label)}</label>\n    ${control}\n  </div>`;
}

/** Constraint → attribute of HTML. */
const limits: Record<string, string> = {
  min: 'min',
  max: 'max',
  minlength: 'ng-minlength',
  maxlength: 'ng-maxlength',
};

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, character => entities[character]!);
