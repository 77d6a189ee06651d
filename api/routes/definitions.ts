/** Definitions: what can be started, its diagram, its start form, what went on in it. */

import { z } from 'zod';
import type { DefinitionDocument, StatisticsDocument } from '../../engine/store/documents.js';
import type { Filter } from '../../engine/store/port.js';
import type { Person } from '../auth/people.js';
import { need } from '../auth/permissions.js';
import { allOf, given, listPage } from '../lists.js';
import { createMissing, Missing } from '../missing.js';
import { notFound, Problem } from '../problems.js';
import { revise } from '../revisions.js';
import { type Route, route } from '../route.js';
import { Bytes, Flag, Id, idParams, Key, listOf, paging, TenantAsked } from '../schemas.js';
import type { Services } from '../services.js';
import { Definition, definitionView, startPolicies } from '../views/definition.js';
import { Statistics, statisticsView } from '../views/statistics.js';
import { Form, formView } from '../views/task.js';
import { operates, visibleDefinition, visibleDefinitions, visibleInstances } from '../visible.js';

/** What figures are counted by: paths in instances, and in incidents. */
const groupings = {
  definition: { instances: ['definition'], incidents: ['definition'] },
  key: { instances: ['key', 'tenant'], incidents: ['definitionKey', 'tenant'] },
};

export function definitionRoutes({ engine, store, forms }: Services): Route[] {
  const missingOf = createMissing({ engine, store, forms });
  const visible = (id: string, person: Person) => visibleDefinition(store, person, id);

  /** Values of the paths → how many of a collection have them; `among` are those of the first path. */
  async function countsOf(collection: 'instances' | 'incidents', paths: string[], among: string[], filter: Filter) {
    const groups = await store.group(collection, paths, allOf({ [paths[0]!]: { $in: among } }, filter));
    return new Map(groups.map(({ key, count }) => [JSON.stringify(key), count]));
  }

  /** Open instances and incidents of each definition, or of each key in its tenant. */
  async function figuresBy(by: keyof typeof groupings, among: string[], person: Person) {
    const paths = groupings[by];
    const open = allOf({ state: { $in: ['running', 'suspended'] } }, visibleInstances(person));
    const [running, incidents] = await Promise.all([
      countsOf('instances', paths.instances, among, open),
      operates(person) ? countsOf('incidents', paths.incidents, among, { state: 'open' }) : undefined,
    ]);
    return (...values: string[]) => ({
      running: running.get(JSON.stringify(values)) ?? 0,
      ...(incidents ? { incidents: incidents.get(JSON.stringify(values)) ?? 0 } : {}),
    });
  }

  async function countedViews(documents: DefinitionDocument[], person: Person): Promise<z.infer<typeof Definition>[]> {
    const newest = documents.filter(({ latest }) => latest);
    const [ofVersion, ofKey] = await Promise.all([
      figuresBy(
        'definition',
        documents.map(({ id }) => id),
        person,
      ),
      figuresBy(
        'key',
        newest.map(({ key }) => key),
        person,
      ),
    ]);
    return documents.map(document =>
      definitionView(document, person, {
        ...ofVersion(document.id),
        ...(document.latest ? { allVersions: ofKey(document.key, document.tenant) } : {}),
      }),
    );
  }

  return [
    route(
      {
        method: 'get',
        path: '/definitions',
        tag: 'Definitions',
        summary: 'Definitions by key, newest version first',
        query: z.strictObject({
          ...paging,
          key: Key.optional(),
          deployment: Id.optional(),
          tenant: TenantAsked,
          latest: Flag.optional(),
          startable: Flag.optional().meta({ description: 'Only newest versions that the asker may start' }),
        }),
        answer: listOf(Definition),
      },
      async ({ query: { limit, after, latest, startable, ...exact }, person }) => {
        const newest = latest || startable ? true : undefined;
        const filter = allOf(visibleDefinitions(person), given({ ...exact, latest: newest }));
        const list = { filter, sort: { key: 1, version: -1 } as const, limit, after };
        const { total, totalIsExact, ...page } = await listPage<DefinitionDocument>(store, 'definitions', list);
        const items = await countedViews(page.items, person);
        return startable
          ? { ...page, items: items.filter(item => item.startable) }
          : { ...page, items, total, totalIsExact };
      },
    ),
    route(
      {
        method: 'get',
        path: '/definitions/{id}',
        tag: 'Definitions',
        summary: 'One definition',
        params: idParams,
        answer: Definition,
        errors: [404],
      },
      async ({ params, person }) => (await countedViews([await visible(params.id, person)], person))[0]!,
    ),
    route(
      {
        method: 'patch',
        path: '/definitions/{id}',
        tag: 'Definitions',
        summary: 'Changes what a start does when something is missing; new versions take it over',
        params: idParams,
        body: z.strictObject({ startPolicy: z.enum(startPolicies) }),
        answer: Definition,
        errors: [404, 412],
        audit: 'definition changed',
      },
      async ({ params, body: { startPolicy }, person, revision, note }) => {
        const { key, startPolicy: before = 'off' } = await visible(params.id, person);
        need(person, 'processDefinition', 'UPDATE', key);
        const change = startPolicy === 'off' ? { unset: ['startPolicy'] } : { set: { startPolicy } };
        const changed = await revise<DefinitionDocument>(store, 'definitions', params.id, change, revision);
        engine.deployments.forget(params.id);
        if (!changed) throw notFound(`definition "${params.id}"`);
        note({ before: { startPolicy: before }, after: { startPolicy } });
        return (await countedViews([changed], person))[0]!;
      },
    ),
    route(
      {
        method: 'get',
        path: '/definitions/{id}/readiness',
        tag: 'Definitions',
        summary: 'What a start would miss: workers, called processes, forms, people that the model names outright',
        params: idParams,
        answer: z.strictObject({ ready: z.boolean(), missing: z.array(Missing) }),
        errors: [404],
      },
      async ({ params, person }) => {
        const { id } = await visible(params.id, person);
        const missing = await missingOf(await engine.definition(id));
        return { ready: missing.length === 0, missing };
      },
    ),
    route(
      {
        method: 'get',
        path: '/definitions/{id}/xml',
        tag: 'Definitions',
        summary: 'The BPMN file as it was deployed',
        params: idParams,
        produces: 'text/xml',
        answer: Bytes,
        errors: [404],
      },
      async ({ params, person }) => {
        const { tenant, blob } = await visible(params.id, person);
        const bytes = await store.getBlob(tenant, blob);
        if (!bytes) throw notFound(`file of definition "${params.id}"`);
        return bytes;
      },
    ),
    route(
      {
        method: 'get',
        path: '/definitions/{id}/diagram',
        tag: 'Definitions',
        summary: 'The diagram as SVG, as the file arranges it; every shape and flow has its id in `data-element-id`',
        params: idParams,
        produces: 'image/svg+xml',
        answer: Bytes,
        errors: [404],
      },
      async ({ params, person }) => {
        const picture = await engine.deployments.picture(await visible(params.id, person));
        if ('failure' in picture) throw new Problem(404, 'no-diagram', picture.failure);
        return Buffer.from(picture.svg);
      },
    ),
    route(
      {
        method: 'get',
        path: '/definitions/{id}/form',
        tag: 'Definitions',
        summary: 'The form that starts it',
        params: idParams,
        answer: Form,
        errors: [404],
      },
      async ({ params, person }) => {
        const { id } = await visible(params.id, person);
        return formView({ ...(await forms.start(await engine.definition(id))), data: {} });
      },
    ),
    route(
      {
        method: 'get',
        path: '/definitions/{id}/statistics',
        tag: 'Definitions',
        summary: 'Per element: tokens now, visits, durations; per flow: how often it was taken',
        params: idParams,
        answer: Statistics,
        errors: [404],
      },
      async ({ params, person }) => {
        const { id, key } = await visible(params.id, person);
        // The figures count every instance: they are for whoever may see the past of every instance.
        need(person, 'processDefinition', 'READ_HISTORY', key);
        await engine.projector.caughtUp();
        const [sums, tokens, incidents, { flows }] = await Promise.all([
          store.find<StatisticsDocument>('statistics', { filter: { definition: id, hour: 0 } }),
          store.group('activities', ['element'], {
            definition: id,
            state: 'active',
            elementType: { $ne: 'multiInstanceBody' },
          }),
          store.group('incidents', ['element'], { definition: id, state: 'open' }),
          engine.definition(id),
        ]);
        return statisticsView({ sums, tokens, incidents, flows: new Set(flows.map(flow => flow.id)) });
      },
    ),
  ];
}
