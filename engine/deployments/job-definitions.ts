/** Job definitions: what in a process makes jobs that run by themselves, as a view of the compiled definition. */

import type { Definition, Node } from '../core/types.js';
import type { JobDocument } from '../store/documents.js';

/** As Camunda 7 names them. */
export type JobDefinitionType =
  | 'async-continuation'
  | 'timer-start-event'
  | 'timer-intermediate-transition'
  | 'timer-transition'
  | 'timer-start-event-subprocess';

export interface JobDefinition {
  /** `<definition>~<node>~<what>` */
  id: string;
  /** Element id; of a multi-instance as a whole with `#multiInstanceBody`. */
  element: string;
  type: JobDefinitionType;
  /** `async-before`, `async-after`, or kind and text of a timer such as `DURATION: PT1H`. */
  configuration: string;
}

/** The job that something in the process makes: which kind, and for a continuation on which side. */
export type JobOrigin = Pick<JobDocument, 'kind'> & { phase?: 'before' | 'after' };

const known = new WeakMap<Definition, JobDefinition[]>();

/**
 * All job definitions of a process, in the order of its elements.
 *
 * @example jobDefinitionsOf(definition).map(({ element, type }) => [element, type])
 */
export function jobDefinitionsOf(definition: Definition): JobDefinition[] {
  const found = known.get(definition) ?? definition.nodes.flatMap(node => ofNode(definition, node));
  known.set(definition, found);
  return found;
}

/** The id of the job definition that a job comes from; undefined for work, which is no job in the sense of Camunda 7. */
export function jobDefinitionId(definition: string, node: number, { kind, phase }: JobOrigin): string | undefined {
  if (kind === 'async') return `${definition}~${node}~async-${phase ?? 'before'}`;
  return kind === 'timer' || kind === 'start' ? `${definition}~${node}~timer` : undefined;
}

/** The definition that the id of a job definition names. */
export const definitionOfJobDefinition = (id: string): string => id.split('~').slice(0, -2).join('~');

function ofNode(definition: Definition, node: Node): JobDefinition[] {
  const { id, index, loop, event } = node;
  const element = loop ? `${id}#multiInstanceBody` : id;
  const found: JobDefinition[] = [];
  for (const phase of ['before', 'after'] as const) {
    if (!(phase === 'before' ? node.asyncBefore : node.asyncAfter)) continue;
    const jobDefinition = jobDefinitionId(definition.id, index, { kind: 'async', phase })!;
    found.push({ id: jobDefinition, element, type: 'async-continuation', configuration: `async-${phase}` });
  }
  const timer = event?.timer;
  const type = timer && timerType(definition, node);
  if (!type) return found;
  const configuration = `${timer.kind.toUpperCase()}: ${timer.value.source}`;
  return [
    ...found,
    { id: jobDefinitionId(definition.id, index, { kind: 'timer' })!, element: id, type, configuration },
  ];
}

/** An event sub-process carries the event of its start event, which makes no job of its own. */
function timerType({ nodes }: Definition, { type, parent, attachedTo }: Node): JobDefinitionType | undefined {
  if (type === 'startEvent') return parent === 0 ? 'timer-start-event' : undefined;
  if (type === 'boundaryEvent') return 'timer-transition';
  if (attachedTo !== undefined && nodes[attachedTo]) return 'timer-start-event-subprocess';
  return 'timer-intermediate-transition';
}
