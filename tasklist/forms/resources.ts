/** Finds forms among the files of deployments: by file name, or by the id that a form bears. */

import { z } from 'zod';
import type { DeploymentDocument, Resource } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { asFlowableForm, flowableComponents } from './flowable.js';
import { type Component, type FormSchema, schemaOf } from './schema.js';

const component: z.ZodType<Component> = z.looseObject({
  type: z.string(),
  get components() {
    return z.array(component).optional();
  },
});

const formJs = z.looseObject({
  type: z.literal('default'),
  id: z.string().optional(),
  components: z.array(component),
});

/** A form-js or Flowable form as a schema; undefined where the text is neither. */
export function readSchema(json: unknown): FormSchema | undefined {
  const parsed = formJs.safeParse(json);
  if (parsed.success) return parsed.data;
  const flowable = asFlowableForm(json);
  return flowable && schemaOf(flowable.key, flowableComponents(flowable));
}

/** How many of the newest deployments are searched for a form that is bound to `latest`. */
const DEPTH = 100;
/** Parsed forms that are kept, by the hash of their bytes. */
const KEPT = 500;

export function createFormResources(store: Store) {
  const schemas = new Map<string, FormSchema | undefined>();

  async function text(tenant: string, resource: Resource): Promise<string | undefined> {
    const bytes = await store.getBlob(tenant, resource.blob);
    return bytes && new TextDecoder().decode(bytes);
  }

  async function schema(tenant: string, resource: Resource): Promise<FormSchema | undefined> {
    const key = `${tenant}:${resource.blob}`;
    if (!schemas.has(key)) {
      if (schemas.size >= KEPT) schemas.delete(schemas.keys().next().value!);
      schemas.set(key, readSchema(parseJson(await text(tenant, resource))));
    }
    return schemas.get(key);
  }

  const deployment = (id: string) => store.get<DeploymentDocument>('deployments', id);

  async function withId(within: DeploymentDocument, id: string): Promise<FormSchema | undefined> {
    for (const resource of within.resources.filter(isForm)) {
      const found = await schema(within.tenant, resource);
      if (found?.id === id) return found;
    }
    return undefined;
  }

  return {
    /** The file of that name, or with that name behind its folders. */
    async named(deploymentId: string, name: string): Promise<{ text?: string; schema?: FormSchema } | undefined> {
      const within = await deployment(deploymentId);
      const resource =
        within?.resources.find(each => each.name === name) ??
        within?.resources.find(each => fileName(each.name) === fileName(name));
      if (!within || !resource) return undefined;
      return isForm(resource)
        ? { schema: await schema(within.tenant, resource) }
        : { text: await text(within.tenant, resource) };
    },

    /** The form with that id in one deployment. */
    async withId(deploymentId: string, id: string): Promise<FormSchema | undefined> {
      const within = await deployment(deploymentId);
      return within && withId(within, id);
    },

    /** The form with that id in the newest deployment of the tenant that has one. */
    async latest(tenant: string, id: string): Promise<FormSchema | undefined> {
      const newest = await store.find<DeploymentDocument>('deployments', {
        filter: { tenant },
        sort: { at: -1 },
        limit: DEPTH,
      });
      for (const within of newest) {
        const found = await withId(within, id);
        if (found) return found;
      }
      return undefined;
    },
  };
}

const isForm = (resource: Resource) => resource.type === 'form';
const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
