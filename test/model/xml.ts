/** Texts of BPMN files for the tests of the reader. */

import type { Problem } from '../../engine/contract.js';
import type { Node } from '../../engine/core/types.js';
import { checks } from '../../engine/model/checks.js';
import type { CompiledProcess } from '../../engine/model/contract.js';
import { compileXml } from '../../engine/model/read.js';

const namespaces = {
  bpmn: 'http://www.omg.org/spec/BPMN/20100524/MODEL',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  camunda: 'http://camunda.org/schema/1.0/bpmn',
  zeebe: 'http://camunda.org/schema/zeebe/1.0',
  flowable: 'http://flowable.org/bpmn',
  activiti: 'http://activiti.org/bpmn',
  operaton: 'http://operaton.org/schema/1.0/bpmn',
  modeler: 'http://camunda.org/schema/modeler/1.0',
};

const declarations = Object.entries(namespaces)
  .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
  .join(' ');

/** A file around the content of one process, each element with the prefix `bpmn`. Line 1 is the root, line 2 the process. */
export const model = (content: string, { attributes = '', outside = '', root = '' } = {}) =>
  `<bpmn:definitions ${declarations} targetNamespace="urn:test" ${root}>
<bpmn:process id="p" isExecutable="true" ${attributes}>
${content}
</bpmn:process>
${outside}
</bpmn:definitions>`;

/** A process that goes from a start event through one element with the id `it` to an end event. */
export const around = (element: string, options: Parameters<typeof model>[1] = {}) =>
  model(
    `<bpmn:startEvent id="start"/>
${element}
<bpmn:endEvent id="end"/>
<bpmn:sequenceFlow id="in" sourceRef="start" targetRef="it"/>
<bpmn:sequenceFlow id="out" sourceRef="it" targetRef="end"/>`,
    options,
  );

export interface Compiled {
  process: CompiledProcess;
  /** Node of an id. */
  node(id: string): Node;
  errors: string[];
  warnings: string[];
  problems: Problem[];
}

/** Compiles a text with all checks. */
export async function read(text: string): Promise<Compiled> {
  const { processes, problems } = await compileXml(text, 'test.bpmn', checks);
  const said = (level: Problem['level']) =>
    problems.filter(problem => problem.level === level).map(({ message }) => message);
  const process = processes[0]!;
  return {
    process,
    node: id => process.nodes.find(node => node.id === id)!,
    errors: said('error'),
    warnings: said('warning'),
    problems,
  };
}
