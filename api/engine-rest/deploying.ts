/** What Camunda 7 says of a deployment that cannot be read. */

import type { DeploymentFile, DeploymentRefused, Problem } from '../../engine/contract.js';
import type { SubscriptionDocument } from '../../engine/store/documents.js';
import type { Services } from '../services.js';
import { engineError, RestError } from './errors.js';

/** 400 `ParseException` with every problem by its file; 500 for text that is no XML at all. */
export function parseError({ problems }: DeploymentRefused, files: DeploymentFile[]): RestError {
  const noXml = files.find(file => problems.some(problem => problem.file === file.name && isNoXml(problem, file)));
  if (noXml) return engineError(`ENGINE-09003 Exception while parsing '${noXml.name}': it is no XML`);
  const errors = problems.filter(({ level }) => level === 'error');
  const said = errors.map(
    ({ message, file, line = 0, column = 0 }) => `* ${message} | resource ${file} | line ${line} | column ${column}`,
  );
  const details = Object.fromEntries(
    [...new Set(problems.map(({ file }) => file))].map(file => [
      file,
      { errors: ofFile(problems, file, 'error'), warnings: ofFile(problems, file, 'warning') },
    ]),
  );
  const message = `ENGINE-09005 Could not parse BPMN process. Errors: \n${said.join('\n')}`;
  return new RestError(400, 'ParseException', message, 0, { details });
}

const isNoXml = ({ level, element }: Problem, { bytes }: DeploymentFile) =>
  level === 'error' && element === undefined && !Buffer.from(bytes.subarray(0, 1024)).toString().trim().startsWith('<');

const ofFile = (problems: Problem[], file: string, level: Problem['level']) =>
  problems
    .filter(problem => problem.file === file && problem.level === level)
    .map(({ message, line, column, element }) => ({
      message,
      line: line ?? 0,
      column: column ?? 0,
      mainElementId: element ?? null,
      elementIds: element === undefined ? [] : [element],
    }));

/** Message starts by name: one message starts one process. Throws 400 within a process, 500 across processes. */
export async function refuseSharedMessages(
  { store, engine }: Pick<Services, 'store' | 'engine'>,
  tenant: string,
  files: DeploymentFile[],
): Promise<void> {
  const { processes } = await engine.deployments.validate(files);
  const starts = processes.flatMap(({ file, process }) =>
    process.nodes
      .filter(({ type, parent, event }) => type === 'startEvent' && parent === 0 && event?.type === 'message')
      .map(({ event }) => ({ file: file.name, key: process.key, name: event!.name?.source ?? '' })),
  );
  for (const [at, { file, key, name }] of starts.entries()) {
    const other = starts.slice(0, at).find(one => one.name === name);
    if (other?.key === key) {
      const message = `ENGINE-09005 Could not parse BPMN process. Errors: \n* process '${key}' has more than one message event subscription with name '${name}' | resource ${file}`;
      throw new RestError(400, 'ParseException', message, 0, { details: {} });
    }
    if (other) throw sharedMessage(key, name, other.key);
  }
  const [taken] = await store.find<SubscriptionDocument>('subscriptions', {
    filter: {
      kind: 'message',
      name: { $in: starts.map(({ name }) => name) },
      tenant,
      'wait.state': 'open',
      startEvent: { $ne: null },
      definitionKey: { $nin: starts.map(({ key }) => key) },
    },
    limit: 1,
  });
  if (taken) throw sharedMessage(starts.find(({ name }) => name === taken.name)!.key, taken.name, taken.definitionKey);
}

const sharedMessage = (key: string, name: string, other: string) =>
  engineError(
    `Cannot deploy process definition '${key}': there already is a message event subscription for the message with name '${name}' (of process '${other}').`,
  );
