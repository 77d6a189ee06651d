/** Small models in the dialect of Camunda 7, and their deployment over /engine-rest. */

import type { Rest, RestAnswer } from './harness.js';

const namespaces =
  'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test"';

/** What stands beside the process: messages, signals, errors. */
export const beside = {
  message: (name: string, id = name) => `<message id="${id}" name="${name}"/>`,
  signal: (name: string, id = name) => `<signal id="${id}" name="${name}"/>`,
  error: (code: string) => `<error id="${code}" errorCode="${code}"/>`,
  escalation: (code: string) => `<escalation id="${code}" escalationCode="${code}"/>`,
};

/**
 * One process. `flows` such as `start -> ask -> end` join its elements; a condition stands in brackets:
 * `start -[\${x > 1}]-> ask`.
 *
 * @example process('p', '<startEvent id="start"/><userTask id="ask"/>', ['start -> ask'])
 */
export function process(id: string, elements: string, flows: string[], around = ''): string {
  const body = `${elements}${flows.flatMap(flowsOf).join('')}`;
  return `<?xml version="1.0" encoding="UTF-8"?><definitions ${namespaces}>${around}<process id="${id}" isExecutable="true" camunda:historyTimeToLive="1">${body}</process></definitions>`;
}

function flowsOf(path: string): string[] {
  const [first, ...steps] = path.split(/ -(?:\[(.*?)\]-)?> /);
  const found: string[] = [];
  let from = first!;
  for (let at = 0; at < steps.length; at += 2) {
    const [condition, to] = [steps[at], steps[at + 1]!];
    const inside =
      condition === undefined
        ? ''
        : `<conditionExpression xsi:type="tFormalExpression">${condition.replaceAll('<', '&lt;')}</conditionExpression>`;
    found.push(`<sequenceFlow id="${from}-${to}" sourceRef="${from}" targetRef="${to}">${inside}</sequenceFlow>`);
    from = to;
  }
  return found;
}

/** Elements that many models have. */
export const part = {
  start: (inside = '') => `<startEvent id="start">${inside}</startEvent>`,
  ask: (id = 'ask', inside = '') => `<userTask id="${id}">${inside}</userTask>`,
  work: (id = 'work', inside = '') =>
    `<serviceTask id="${id}" camunda:type="external" camunda:topic="${id}">${inside}</serviceTask>`,
  set: (id: string, expression: string, result = 'result') =>
    `<serviceTask id="${id}" camunda:expression="${expression}" camunda:resultVariable="${result}"/>`,
  end: (id = 'end', inside = '') => `<endEvent id="${id}">${inside}</endEvent>`,
  boundary: (id: string, on: string, inside: string, attributes = '') =>
    `<boundaryEvent id="${id}" attachedToRef="${on}" ${attributes}>${inside}</boundaryEvent>`,
  catch: (id: string, inside: string) => `<intermediateCatchEvent id="${id}">${inside}</intermediateCatchEvent>`,
};

/** Asks the way a test reads: deploys, starts, looks. */
export interface Driver {
  deploy(...models: string[]): Promise<RestAnswer>;
  /** Starts by key, with untyped values. Answers the id. */
  start(key: string, variables?: Record<string, unknown>, more?: object): Promise<string>;
  /** Ids of the activities that an instance is at, sorted; nothing: it has ended. */
  at(instance: string): Promise<string[]>;
  /** The first task of an instance. */
  task(instance: string): Promise<{ id: string; [more: string]: unknown }>;
  complete(instance: string, variables?: Record<string, unknown>): Promise<RestAnswer>;
  /** The value of a variable of the history. */
  past(instance: string, name: string): Promise<unknown>;
}

export const untyped = (variables: Record<string, unknown> = {}) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, { value }]));

export function driver({ rest, ask, token }: Rest): Driver {
  const names = (tree: Tree): string[] => [
    ...tree.childActivityInstances.flatMap(child =>
      child.childActivityInstances.length + child.childTransitionInstances.length > 0
        ? names(child)
        : [child.activityId],
    ),
    ...tree.childTransitionInstances.map(child => child.activityId),
  ];
  const task = async (instance: string) => (await rest('get', `/task?processInstanceId=${instance}`)).body[0];
  return {
    async deploy(...models) {
      let request = ask.post('/engine-rest/deployment/create').auth(token, { type: 'bearer' });
      models.forEach((model, at) => {
        request = request.attach(`data_${at}`, Buffer.from(model), { filename: `model-${at}.bpmn` });
      });
      return request;
    },
    async start(key, variables, more = {}) {
      const body = { variables: untyped(variables), ...more };
      const started = await rest('post', `/process-definition/key/${key}/start`, body);
      if (started.status !== 200) throw new Error(started.text);
      return started.body.id;
    },
    async at(instance) {
      const { status, body } = await rest('get', `/process-instance/${instance}/activity-instances`);
      return status === 200 ? names(body).sort() : [];
    },
    task,
    async complete(instance, variables) {
      return rest('post', `/task/${(await task(instance)).id}/complete`, { variables: untyped(variables) });
    },
    async past(instance, name) {
      const { body } = await rest(
        'get',
        `/history/variable-instance?processInstanceId=${instance}&variableName=${name}`,
      );
      return body[0]?.value;
    },
  };
}

interface Tree {
  activityId: string;
  childActivityInstances: Tree[];
  childTransitionInstances: Tree[];
}
