/** The files of a deployment: what each of them is, and which processes they hold. */

import type { DeploymentFile, Problem } from '../contract.js';
import type { CompiledProcess, ModelReader } from '../model/contract.js';
import { scriptTexts } from '../model/scripts.js';
import type { Resource } from '../store/documents.js';

/** A process, and the file that it came in. */
export interface Found {
  file: DeploymentFile;
  process: CompiledProcess;
}

export interface Reading {
  processes: Found[];
  problems: Problem[];
}

const byName: [RegExp, Resource['type']][] = [
  [/\.(bpmn|bpmn20\.xml|bpmn2)$/i, 'bpmn'],
  [/\.(dmn|dmn11\.xml)$/i, 'dmn'],
  [/\.form$/i, 'form'],
];

const MODEL = 'http://www.omg.org/spec/BPMN/20100524/MODEL';

/** By its name; an `.xml` file by what it holds. */
export function typeOf({ name, bytes }: DeploymentFile): Resource['type'] {
  const type = byName.find(([pattern]) => pattern.test(name))?.[1];
  if (type) return type;
  const head = /\.xml$/i.test(name) ? Buffer.from(bytes.subarray(0, 4096)).toString('latin1') : '';
  return head.includes(MODEL) ? 'bpmn' : 'other';
}

/** Reads all files; what is wrong with them, one by one and together, is among the problems. */
export async function readFiles(files: DeploymentFile[], reader: ModelReader): Promise<Reading> {
  const reading: Reading = { processes: [], problems: problemsOfNames(files) };
  const drawn: Problem[] = [];
  for (const file of files) {
    const read = readers[typeOf(file)];
    const { processes, problems, drawings } = await read(file, reader, files);
    reading.processes.push(...processes.map(process => ({ file, process })));
    for (const problem of problems) (isDrawing(problem, drawings) ? drawn : reading.problems).push(problem);
  }
  // A drawing beside something that runs is welcome; alone it would make an empty deployment.
  const level = reading.processes.length > 0 ? 'warning' : 'error';
  reading.problems.push(...drawn.map(problem => ({ ...problem, level }) as Problem));
  reading.problems.push(...sameKeys(reading.processes));
  return reading;
}

const isDrawing = (problem: Problem, drawings: string[]) =>
  problem.level === 'error' && problem.element !== undefined && drawings.includes(problem.element);

interface FileContent {
  processes: CompiledProcess[];
  drawings: string[];
  problems: Problem[];
}

const nothing = (problems: Problem[] = []): FileContent => ({ processes: [], drawings: [], problems });

type Read = (file: DeploymentFile, reader: ModelReader, files: DeploymentFile[]) => Promise<FileContent>;

const readers: Record<Resource['type'], Read> = {
  bpmn: (file, reader, files) => reader.read(file, scriptTexts(file.bytes, files)),
  form: async ({ name, bytes }) =>
    nothing(
      isJson(bytes)
        ? []
        : [{ level: 'error', file: name, message: 'the form is not valid JSON; save it again with a form editor' }],
    ),
  dmn: async ({ name }) =>
    nothing([{ level: 'warning', file: name, message: 'decisions are not run yet; the file is kept' }]),
  other: async () => nothing(),
};

function isJson(bytes: Uint8Array): boolean {
  try {
    return typeof JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) === 'object';
  } catch {
    return false;
  }
}

function problemsOfNames(files: DeploymentFile[]): Problem[] {
  if (files.length === 0)
    return [{ level: 'error', file: '', message: 'the deployment has no files; send at least one' }];
  const names = files.map(({ name }) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(name => ({
    level: 'error',
    file: name,
    message: `two files are named "${name}"; give each a name of its own`,
  }));
}

/** Two processes with one id in one deployment: neither could be the newest. */
function sameKeys(found: Found[]): Problem[] {
  const first = new Map<string, Found>();
  return found.flatMap(({ file, process }): Problem[] => {
    const before = first.get(process.key);
    if (!before) first.set(process.key, { file, process });
    return before
      ? [
          {
            level: 'error',
            file: file.name,
            element: process.key,
            line: process.nodes[0]!.line,
            message: `process '${process.key}' is in ${before.file.name} and in ${file.name}; a deployment can hold an id once`,
          },
        ]
      : [];
  });
}
