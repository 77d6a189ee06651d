/** The floor: a token machine that does nothing but move tokens. What it costs, no engine can undercut. */

import { BpmnModdle } from 'bpmn-moddle';
import type { Variables } from '../../engine/core/types.js';

interface Flow {
  targetRef: Element;
  conditionExpression?: { body: string };
}

/** As bpmn-moddle reads it. */
interface Element {
  $type: string;
  id: string;
  name?: string;
  $attrs: Record<string, string>;
  incoming?: Flow[];
  outgoing?: Flow[];
  default?: Flow;
  messageRef?: Element;
  eventDefinitions?: Element[];
  rootElements?: Element[];
  flowElements?: Element[];
}

export interface FloorInstance {
  id: string;
  variables: Variables;
  /** Wait id → element id. */
  waits: Record<string, string>;
  arrived: Record<string, number>;
  next: number;
  version: number;
  ended: boolean;
}

/** What a command came to: to be written as one instance, one history entry, and one row for each wait. */
export interface FloorStep {
  instance: FloorInstance;
  events: object[];
  opened: { id: string; kind: string; name: string; element: string }[];
}

/** Elements where a token waits, and the kind of wait. */
const waiting: Record<string, string> = {
  'bpmn:UserTask': 'tasks',
  'bpmn:ServiceTask': 'jobs',
  'bpmn:IntermediateCatchEvent': 'subscriptions',
};

/** `${name}` and `${name > number}`. */
function holds(flow: Flow, variables: Variables): boolean {
  const [, name, limit] = /^\$\{(\w+)(?: > (\d+))?\}$/.exec(flow.conditionExpression?.body ?? '') ?? [];
  if (name === undefined) return false;
  return limit === undefined ? variables[name] === true : Number(variables[name]) > Number(limit);
}

/** Reads a BPMN file and answers the two commands that move its tokens. */
export async function createFloor(xml: string) {
  const { rootElement } = (await new BpmnModdle().fromXML(xml)) as { rootElement: Element };
  const process = rootElement.rootElements!.find(({ $type }) => $type === 'bpmn:Process')!;
  const nodes = new Map(process.flowElements!.map(node => [node.id, node]));
  const start = process.flowElements!.find(({ $type }) => $type === 'bpmn:StartEvent')!;

  /** Moves tokens until every one waits or has ended. */
  function run(step: FloorStep, ready: Element[], at: number): FloorStep {
    const { instance, events, opened } = step;
    for (let node = ready.pop(); node; node = ready.pop()) {
      const { $type, id, incoming = [] } = node;
      if ($type === 'bpmn:ParallelGateway') {
        instance.arrived[id] = (instance.arrived[id] ?? 0) + 1;
        if (instance.arrived[id] % incoming.length > 0) continue;
      }
      events.push({ type: 'entered', node: id, at });
      const kind = waiting[$type];
      if (kind) {
        const wait = `${instance.id}~${instance.next++}`;
        instance.waits[wait] = id;
        const name = node.eventDefinitions?.[0]?.messageRef?.name ?? node.$attrs['camunda:topic'] ?? id;
        opened.push({ id: wait, kind, name, element: id });
      } else leave(step, node, ready, at);
    }
    instance.version++;
    instance.ended = Object.keys(instance.waits).length === 0;
    return step;
  }

  function leave({ instance, events }: FloorStep, node: Element, ready: Element[], at: number): void {
    events.push({ type: 'left', node: node.id, at });
    const flows = node.outgoing ?? [];
    const chosen = flows.find(flow => holds(flow, instance.variables)) ?? node.default ?? flows[0];
    for (const flow of node.$type === 'bpmn:ExclusiveGateway' ? [chosen!] : flows) ready.push(flow.targetRef);
  }

  return {
    begin(id: string, variables: Variables): FloorStep {
      const instance = { id, variables, waits: {}, arrived: {}, next: 1, version: 0, ended: false };
      return run({ instance, events: [{ type: 'started', variables }], opened: [] }, [start], Date.now());
    },
    answer(instance: FloorInstance, wait: string, variables: Variables): FloorStep {
      const node = nodes.get(instance.waits[wait]!)!;
      const [step, ready]: [FloorStep, Element[]] = [
        { instance, events: [{ type: 'answered', wait, variables }], opened: [] },
        [],
      ];
      delete instance.waits[wait];
      Object.assign(instance.variables, variables);
      leave(step, node, ready, Date.now());
      return run(step, ready, Date.now());
    },
  };
}
