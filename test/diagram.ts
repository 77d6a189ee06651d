/** Short BPMN for tests: elements in XML, flows as arrows; compiled by the real reader. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Definition } from '../engine/core/types.js';
import type { CompiledProcess } from '../engine/model/contract.js';
import { compileXml } from '../engine/model/read.js';

/** The folder of fixtures, seen from the compiled test. */
export const fixtures = new URL('../../test/fixtures/', import.meta.url);

/**
 * Writes a BPMN file around the elements of one process. `-> a b c` lines become sequence flows in a chain; `a -> b if x`
 * carries a condition. Flow ids are `a-b`.
 *
 * @example xml('p', `<startEvent id="start"/><userTask id="review"/><endEvent id="end"/>`, ['start -> review -> end'])
 */
export function xml(process: string, elements: string, flows: string[], outside = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
${outside}
<process id="${process}" isExecutable="true">
${elements}
${flows.map(sequenceFlows).join('\n')}
</process>
</definitions>`;
}

/** Sequence flows in XML, for sub-processes: `arrows('a -> b -> c', 'b -> d if ${x}')`. */
export const arrows = (...flows: string[]) => flows.map(sequenceFlows).join('\n');

function sequenceFlows(line: string): string {
  const [path, condition] = line.split(' if ');
  const nodes = path!.split('->').map(name => name.trim());
  const body = condition
    ? `<conditionExpression xsi:type="tFormalExpression"><![CDATA[${condition}]]></conditionExpression>`
    : '';
  return nodes
    .slice(1)
    .map(
      (to, i) =>
        `<sequenceFlow id="${nodes[i]}-${to}" sourceRef="${nodes[i]}" targetRef="${to}">${body}</sequenceFlow>`,
    )
    .join('\n');
}

/** What the events of `on` refer to. */
const declarations = `<message id="hello" name="hello"/><message id="bye" name="bye"/><signal id="alarm" name="alarm"/>
<error id="no" errorCode="NO"/><error id="other" errorCode="OTHER"/><escalation id="up" escalationCode="UP"/>`;

/** Event definitions in XML: `<boundaryEvent id="late" attachedToRef="work">${on.timer('PT1H')}</boundaryEvent>`. */
export const on = {
  timer: (duration = 'PT1H') => `<timerEventDefinition><timeDuration>${duration}</timeDuration></timerEventDefinition>`,
  cycle: (cycle: string) => `<timerEventDefinition><timeCycle>${cycle}</timeCycle></timerEventDefinition>`,
  message: (name = 'hello') => `<messageEventDefinition messageRef="${name}"/>`,
  signal: (name = 'alarm') => `<signalEventDefinition signalRef="${name}"/>`,
  error: (ref = 'no') => `<errorEventDefinition errorRef="${ref}" camunda:errorCodeVariable="code"/>`,
  anyError: `<errorEventDefinition camunda:errorCodeVariable="code"/>`,
  escalation: (ref = 'up') => `<escalationEventDefinition escalationRef="${ref}"/>`,
  condition: (condition: string) =>
    `<conditionalEventDefinition><condition xsi:type="tFormalExpression">${condition}</condition></conditionalEventDefinition>`,
  terminate: '<terminateEventDefinition/>',
  link: (name: string) => `<linkEventDefinition name="${name}"/>`,
};

/** One process of these elements and arrows, compiled. */
export async function draw(elements: string, flows: string[], outside = ''): Promise<Definition> {
  const [definition] = await compile(xml('p', elements, flows, declarations + outside));
  return definition!;
}

/** Compiles a text and gives its processes a version, as a deployment would. */
export async function compile(text: string, file = 'test.bpmn'): Promise<Definition[]> {
  const { processes, problems } = await compileXml(text, file);
  assert.deepEqual(
    problems.filter(problem => problem.level === 'error').map(problem => problem.message),
    [],
  );
  return processes.map(deployed);
}

/** Compiles a file of the fixtures. */
export const compileFixture = (name: string) => compile(readFileSync(new URL(name, fixtures), 'utf8'), name);

const deployed = (process: CompiledProcess): Definition => ({
  ...process,
  id: `${process.key}:1`,
  version: 1,
  tenant: '',
  deployment: 'test',
});
