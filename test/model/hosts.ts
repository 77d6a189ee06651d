/** Files in which one element carries what a test gives it: attributes and extension elements. */

import { around, model } from './xml.js';

const extended = (extensions: string) => extensions && `<bpmn:extensionElements>${extensions}</bpmn:extensionElements>`;

/** The element with the id `it`, between a start and an end event. */
const task =
  (kind: string, own = '', inner = '') =>
  (attributes: string, extensions: string) =>
    around(`<bpmn:${kind} id="it" ${own} ${attributes}>${extended(extensions)}${inner}</bpmn:${kind}>`);

/** An event definition in an event with the id `it`. */
const definition =
  (event: string, kind: string, own = '', inner = '') =>
  (attributes: string, extensions: string) =>
    around(
      `<bpmn:${event} id="it"><bpmn:${kind} ${own} ${attributes}>${extended(extensions)}${inner}</bpmn:${kind}></bpmn:${event}>`,
      { outside: '<bpmn:message id="m" name="hello"/><bpmn:signal id="s" name="alarm"/>' },
    );

/** On a boundary event with the id `caught` on a task. */
const caught =
  (kind: string, inner = '') =>
  (attributes: string) =>
    around(`<bpmn:task id="it"/><bpmn:boundaryEvent id="caught" attachedToRef="it">
      <bpmn:${kind} ${attributes}>${inner}</bpmn:${kind}></bpmn:boundaryEvent>`);

/** BPMN kind → a file in which an element of that kind has these attributes and extensions. */
export const hosts: Record<string, (attributes: string, extensions: string) => string> = {
  process: (attributes, extensions) => model(`${extended(extensions)}<bpmn:startEvent id="start"/>`, { attributes }),
  startEvent: (attributes, extensions) =>
    model(`<bpmn:startEvent id="it" ${attributes}>${extended(extensions)}</bpmn:startEvent>`),
  task: task('task'),
  userTask: task('userTask'),
  serviceTask: task('serviceTask'),
  sendTask: task('sendTask'),
  businessRuleTask: task('businessRuleTask'),
  scriptTask: task('scriptTask', '', '<bpmn:script>${1}</bpmn:script>'),
  callActivity: task('callActivity', 'calledElement="other"'),
  adHocSubProcess: task('adHocSubProcess'),
  intermediateThrowEvent: definition('intermediateThrowEvent', 'messageEventDefinition', 'messageRef="m"'),
  messageEventDefinition: definition('intermediateThrowEvent', 'messageEventDefinition', 'messageRef="m"'),
  signalEventDefinition: definition('intermediateThrowEvent', 'signalEventDefinition', 'signalRef="s"'),
  terminateEventDefinition: attributes =>
    model(`<bpmn:startEvent id="start"/><bpmn:endEvent id="it"><bpmn:terminateEventDefinition ${attributes}/></bpmn:endEvent>
      <bpmn:sequenceFlow id="f" sourceRef="start" targetRef="it"/>`),
  timerEventDefinition: definition(
    'intermediateCatchEvent',
    'timerEventDefinition',
    '',
    '<bpmn:timeDuration>PT1H</bpmn:timeDuration>',
  ),
  conditionalEventDefinition: (attributes, extensions) =>
    around(`<bpmn:intermediateCatchEvent id="it"><bpmn:conditionalEventDefinition ${attributes}>${extended(extensions)}
      <bpmn:condition>\${x}</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>`),
  errorEventDefinition: caught('errorEventDefinition'),
  escalationEventDefinition: caught('escalationEventDefinition'),
  multiInstanceLoopCharacteristics: (attributes, extensions) =>
    around(`<bpmn:userTask id="it"><bpmn:multiInstanceLoopCharacteristics ${attributes}>${extended(extensions)}
      <bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>`),
  error: attributes =>
    model(
      `<bpmn:startEvent id="start"/><bpmn:endEvent id="it"><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>
       <bpmn:sequenceFlow id="f" sourceRef="start" targetRef="it"/>`,
      { outside: `<bpmn:error id="e" errorCode="E" ${attributes}/>` },
    ),
  signal: attributes =>
    around(
      '<bpmn:intermediateCatchEvent id="it"><bpmn:signalEventDefinition signalRef="s"/></bpmn:intermediateCatchEvent>',
      {
        outside: `<bpmn:signal id="s" name="alarm" ${attributes}/>`,
      },
    ),
  message: (_attributes, extensions) =>
    around('<bpmn:receiveTask id="it" messageRef="m"/>', {
      outside: `<bpmn:message id="m" name="hello">${extended(extensions)}</bpmn:message>`,
    }),
  sequenceFlow: (_attributes, extensions) =>
    model(`<bpmn:startEvent id="start"/><bpmn:endEvent id="end"/>
      <bpmn:sequenceFlow id="it" sourceRef="start" targetRef="end">${extended(extensions)}</bpmn:sequenceFlow>`),
};
