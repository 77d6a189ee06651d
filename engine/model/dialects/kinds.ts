/** Groups of BPMN kinds that the tables of dialects name. */

export const workTasks = ['serviceTask', 'sendTask', 'businessRuleTask'] as const;
/** What can say what runs: tasks, and the definition of a thrown message. */
export const work = [...workTasks, 'messageEventDefinition'] as const;
export const activities = [
  'task',
  'manualTask',
  'userTask',
  'scriptTask',
  'receiveTask',
  ...workTasks,
  'subProcess',
  'adHocSubProcess',
  'transaction',
  'callActivity',
] as const;
export const gateways = [
  'exclusiveGateway',
  'parallelGateway',
  'inclusiveGateway',
  'eventBasedGateway',
  'complexGateway',
] as const;
export const events = [
  'startEvent',
  'endEvent',
  'intermediateCatchEvent',
  'intermediateThrowEvent',
  'boundaryEvent',
] as const;
export const flowNodes = [...activities, ...gateways, ...events] as const;
export const loop = ['multiInstanceLoopCharacteristics'] as const;
export const forms = ['userTask', 'startEvent'] as const;
