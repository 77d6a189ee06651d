/** What Camunda 7 says of a deployment that cannot be read. */

import type { DeploymentFile, DeploymentRefused, Problem } from '../../engine/contract.js';
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
