/** Deploys files: all of them or nothing, a new version of each process, and what starts it. */

import {
  type Clock,
  type DeploymentFile,
  type DeploymentInput,
  DeploymentRefused,
  type DeploymentResult,
  NotFound,
  type Standing,
} from './contract.js';
import type { Calendar } from './core/language.js';
import type { Definition } from './core/types.js';
import { definitionOf, deploymentOf, noticeOf } from './deployments/documents.js';
import { type Found, type Reading, readFiles, typeOf } from './deployments/files.js';
import { createNewest } from './deployments/newest.js';
import { createStandings } from './deployments/standing.js';
import { planStarts } from './deployments/starts.js';
import { makeNewest, removeVersions, takeBack, type VersionTools } from './deployments/versions.js';
import { COMPILED_FORMAT, type CompiledProcess, type ModelReader, type Picture } from './model/contract.js';
import { type Scripts, scriptsOf, scriptTexts } from './model/scripts.js';
import { leaveNotice } from './notices.js';
import { logOperation } from './operation-log.js';
import type { DefinitionDocument, DefinitionHead, DeploymentDocument, Resource } from './store/documents.js';
import type { Store } from './store/port.js';

export interface DeploymentsOptions {
  store: Store;
  reader: ModelReader;
  /** Reads the times of timer start events. */
  calendar: Calendar;
  /** Default: the machine's. */
  clock?: Clock;
  /** Compiled definitions that are kept in memory. */
  cached?: number;
}

export interface Deployments {
  /** Throws DeploymentRefused with all problems; nothing is kept then. */
  deploy(input: DeploymentInput): Promise<DeploymentResult>;
  /** What a deployment of these files would say, and which processes it would make. */
  validate(files: DeploymentFile[]): Promise<Reading>;
  /** The compiled definition, compiled again where its form is old. Throws NotFound. */
  definition(id: string): Promise<Definition>;
  /** Draws a definition as its file arranges it, as SVG. */
  picture(document: DefinitionDocument): Promise<Picture>;
  /** The newest version of a key. Throws NotFound. */
  latest(key: string, tenant?: string): Promise<Definition>;
  /** The newest versions of a key, one of each tenant that has it. */
  newest(key: string): Promise<DefinitionHead[]>;
  /** Whether it is suspended, and the rules for its jobs. Throws NotFound. */
  standing(id: string): Promise<Standing>;
  /** Forgets which version is the newest: another node may have deployed. */
  refresh(): void;
  /** Forgets one definition, which was changed or deleted. */
  forget(id: string): void;
  /** Takes away versions that nothing runs of; the one before becomes the newest, and listens again. */
  remove(documents: DefinitionDocument[]): Promise<void>;
  /** Finishes or takes back what a crash left half deployed. */
  repair(): Promise<void>;
}

/** A deployment that still writes its definitions after this time, milliseconds, is one that a crash left. */
const ABANDONED = 60_000;

/** So many deployments of the same name are compared with a new one. */
const COMPARED = 1000;

/**
 * Makes the deployments of a store.
 *
 * @example
 * const deployments = createDeployments({ store, reader: createModelReader(), calendar });
 * await deployments.deploy({ name: 'orders', files: [{ name: 'order.bpmn', bytes }] });
 */
export function createDeployments({
  store,
  reader,
  calendar,
  clock = Date.now,
  cached = 200,
}: DeploymentsOptions): Deployments {
  const definitions = new Map<string, Definition>();
  const newest = createNewest(store);
  const standings = createStandings(store);
  const versions: VersionTools = {
    store,
    now: clock,
    startsOf: async ({ id }) => planStarts(await definition(id), calendar, clock()).starts,
  };

  async function read(files: DeploymentFile[]): Promise<Reading> {
    const reading = await readFiles(files, reader);
    for (const { file, process } of reading.processes) {
      const { problems } = planStarts(process, calendar, clock());
      reading.problems.push(...problems.map(problem => ({ ...problem, file: file.name })));
    }
    return reading;
  }

  async function deploy(input: DeploymentInput): Promise<DeploymentResult> {
    const { tenant = '', files } = input;
    const { processes, problems } = await read(files);
    if (problems.some(({ level }) => level === 'error')) throw new DeploymentRefused(problems);
    const resources = await Promise.all(files.map(file => storeFile(tenant, file)));
    const unchanged = input.changedOnly ? await unchangedOf(input, resources, processes) : [];
    if (unchanged.length > 0 && unchanged.length === processes.length) {
      const deployment = await store.get<DeploymentDocument>('deployments', unchanged[0]!.deployment);
      if (deployment && sameFiles(deployment.resources, resources))
        return { deployment, unchanged: true, definitions: unchanged, warnings: problems };
    }
    const deployment = deploymentOf(input, resources, problems, clock());
    await store.insert('deployments', deployment);
    const changed = processes.filter(({ process }) => !unchanged.some(({ key }) => key === process.key));
    const made: DefinitionDocument[] = [];
    for (const { file, process } of changed)
      made.push(await insertVersion(process, deployment, resources[files.indexOf(file)]!));
    // From here on the deployment stands: a crash is repaired forwards.
    const committed = await change(deployment, { definitions: made.map(({ id }) => id), pending: 'activation' });
    await activate(committed, made);
    const { pending: _, ...done } = committed;
    await logOperation(store, {
      ...{ id: `${done.id}:created`, tenant: done.tenant, at: done.at, by: done.by },
      ...{ type: 'Create', entity: 'Deployment', category: 'Operator', deployment: done.id },
    });
    return {
      deployment: done,
      definitions: [...unchanged, ...made.map(document => ({ ...document, latest: true }))],
      warnings: problems,
    };
  }

  async function storeFile(tenant: string, { name, bytes }: DeploymentFile): Promise<Resource> {
    return { name, blob: await store.putBlob(tenant, bytes), size: bytes.byteLength, type: typeOf({ name, bytes }) };
  }

  /** The newest definitions whose file, and the scripts that it names, have these very bytes. */
  async function unchangedOf(
    input: DeploymentInput,
    resources: Resource[],
    processes: Found[],
  ): Promise<DefinitionDocument[]> {
    const { files } = input;
    const keys = [...new Set(processes.map(({ process }) => process.key))];
    const found = await newestOf(keys, input);
    const deployed = await store.getMany<DeploymentDocument>('deployments', [
      ...new Set(found.map(({ deployment }) => deployment)),
    ]);
    const same = ({ resource, blob, deployment }: DefinitionDocument) => {
      const file = files.find(({ name }) => name === resource);
      const named = new Set(file && scriptsOf(file.bytes, files).map(({ name }) => name));
      const before = deployed.find(({ id }) => id === deployment)?.resources ?? [];
      return (
        resources.some(one => one.name === resource && one.blob === blob) &&
        sameFiles(
          before,
          resources.filter(({ name }) => named.has(name)),
        )
      );
    };
    return keys.flatMap(key => found.filter(document => document.key === key && same(document)));
  }

  /** Whom new files are compared with: the newest versions of all, or of the deployments of the same name. */
  async function newestOf(keys: string[], { name, source, tenant = '', changedOnly }: DeploymentInput) {
    if (changedOnly !== 'sameName')
      return store.find<DefinitionDocument>('definitions', { filter: { key: { $in: keys }, tenant, latest: true } });
    const before = await store.find<DeploymentDocument>('deployments', {
      filter: { name: name ?? null, tenant, pending: { $ne: 'definitions' }, ...(source !== undefined && { source }) },
      sort: { at: -1 },
      limit: COMPARED,
    });
    const filter = { tenant, deployment: { $in: before.map(({ id }) => id) } };
    const newestOfKey = (key: string) =>
      store.find<DefinitionDocument>('definitions', { filter: { key, ...filter }, sort: { version: -1 }, limit: 1 });
    return (await Promise.all(keys.map(newestOfKey))).flat();
  }

  /** The next version; when another deployment takes the number first, the one after it. */
  async function insertVersion(
    process: CompiledProcess,
    deployment: DeploymentDocument,
    resource: Resource,
  ): Promise<DefinitionDocument> {
    for (;;) {
      const [before] = await store.find<DefinitionDocument>('definitions', {
        filter: { key: process.key, tenant: deployment.tenant },
        sort: { version: -1 },
        limit: 1,
      });
      const document = definitionOf(process, deployment, resource, before);
      if (await store.insert('definitions', document)) return document;
    }
  }

  async function change(deployment: DeploymentDocument, set: Pick<DeploymentDocument, 'definitions' | 'pending'>) {
    return (await store.patch<DeploymentDocument>('deployments', deployment.id, {}, { set: { ...set } }))!;
  }

  /** The new versions become the newest ones, and listen; repeated, nothing changes. */
  async function activate(deployment: DeploymentDocument, made: DefinitionDocument[]): Promise<void> {
    for (const { key, tenant } of made) await makeNewest(versions, key, tenant);
    await leaveNotice(store, noticeOf(deployment, made));
    await store.patch('deployments', deployment.id, {}, { unset: ['pending'] });
    newest.forget();
  }

  async function definition(id: string): Promise<Definition> {
    const before = definitions.get(id);
    if (before) {
      definitions.delete(id);
      definitions.set(id, before);
      return before;
    }
    const document = await store.get<DefinitionDocument>('definitions', id);
    if (!document) throw new NotFound(`no process definition '${id}' is deployed`);
    const compiled = document.compiled.format === COMPILED_FORMAT ? document.compiled : await compileAgain(document);
    definitions.set(id, compiled);
    for (const oldest of definitions.keys()) {
      if (definitions.size <= cached) break;
      definitions.delete(oldest);
    }
    return compiled;
  }

  /** The file of a definition as it was deployed. */
  async function fileOf({ tenant, resource, blob }: DefinitionDocument): Promise<DeploymentFile> {
    return { name: resource, bytes: (await store.getBlob(tenant, blob)) ?? new Uint8Array() };
  }

  /** Files of its deployment that it names as scripts. */
  async function scriptsBeside({ deployment, tenant }: DefinitionDocument, model: Uint8Array): Promise<Scripts> {
    const found = await store.get<DeploymentDocument>('deployments', deployment);
    const others = (found?.resources ?? []).filter(({ type }) => type === 'other');
    const files = others.map(async ({ name, blob }) => ({
      name,
      bytes: (await store.getBlob(tenant, blob)) ?? new Uint8Array(),
    }));
    return scriptTexts(model, await Promise.all(files));
  }

  /** The compiled form of an earlier program: the stored bytes are read again. */
  async function compileAgain(document: DefinitionDocument) {
    const { id, key, version, tenant, deployment } = document;
    const file = await fileOf(document);
    const { processes, problems } = await reader.read(file, await scriptsBeside(document, file.bytes));
    const process = processes.find(compiled => compiled.key === key);
    if (!process) throw new DeploymentRefused(problems);
    const compiled: Definition = { ...process, id, version, tenant, deployment };
    const { category } = compiled;
    const set = { compiled: compiled as never, ...(category !== undefined && { category }) };
    await store.patch('definitions', id, {}, { set });
    return compiled;
  }

  function forget(id: string): void {
    standings.forget(id);
    definitions.delete(id);
    newest.forget();
  }

  return {
    deploy,
    definition,
    validate: read,
    picture: async document => reader.draw(await fileOf(document), document.key),
    async latest(key, tenant = '') {
      const found = (await newest.of(key)).find(one => one.tenant === tenant);
      if (!found) throw new NotFound(`no process '${key}' is deployed${tenant && ` for tenant '${tenant}'`}`);
      return definition(found.id);
    },
    newest: newest.of,
    standing: standings.of,
    refresh: () => newest.forget(),
    forget,
    async remove(documents) {
      await removeVersions(versions, documents);
      for (const { id } of documents) forget(id);
    },
    async repair() {
      const left = await store.find<DeploymentDocument>('deployments', {
        filter: { pending: { $in: ['definitions', 'activation'] } },
      });
      for (const deployment of left) {
        const made = await store.find<DefinitionDocument>('definitions', { filter: { deployment: deployment.id } });
        if (deployment.pending === 'activation') await activate(deployment, made);
        else if (deployment.at < clock() - ABANDONED) await takeBack(versions, deployment, made);
      }
      newest.forget();
    },
  };
}

const sameFiles = (before: Resource[], now: Resource[]) =>
  now.every(({ name, blob }) => before.some(resource => resource.name === name && resource.blob === blob));
