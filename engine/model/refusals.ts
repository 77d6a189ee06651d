/** The elements of BPMN that do not run yet, each with the sentence that refuses it at deployment; `elements.md` lists them. */

import { type Compilation, refuse } from './compilation.js';
import { child, children, type Element, flagOf, kindOf } from './element.js';

interface Refusal {
  /** As `elements.md` calls it. */
  name: string;
  applies(element: Element, kind: string): boolean;
  /** Goes on behind the title of the element. */
  sentence: string;
}

const is =
  (...kinds: string[]) =>
  (_element: Element, kind: string) =>
    kinds.includes(kind);

const eventDefinitions = (element: Element) => children(element, 'eventDefinitions');
const hasDefinition = (kind: string) => (element: Element) =>
  eventDefinitions(element).some(definition => kindOf(definition) === kind);

export const refusals: readonly Refusal[] = [
  {
    name: 'complexGateway',
    applies: is('complexGateway'),
    sentence: 'complex gateways do not run yet; use an inclusive, parallel or exclusive gateway',
  },
  {
    name: 'transaction',
    applies: is('transaction'),
    sentence: 'transactions do not run yet; use a sub-process with an error boundary event',
  },
  {
    name: 'adHocSubProcess',
    applies: is('adHocSubProcess'),
    sentence: 'ad-hoc sub-processes do not run yet; use a sub-process with gateways',
  },
  {
    name: 'choreography',
    applies: is('choreographyTask', 'subChoreography', 'callChoreography'),
    sentence: 'choreographies are drawn and kept, but not run; model the process of each participant',
  },
  {
    name: 'compensateEventDefinition',
    applies: hasDefinition('compensateEventDefinition'),
    sentence: 'compensation does not run yet; undo with a path of its own behind an error event',
  },
  {
    name: 'isForCompensation',
    applies: element => flagOf(element, 'isForCompensation'),
    sentence: 'compensation does not run yet; undo with a path of its own behind an error event',
  },
  {
    name: 'cancelEventDefinition',
    applies: hasDefinition('cancelEventDefinition'),
    sentence: 'cancel events belong to transactions, which do not run yet; use an error event',
  },
  {
    name: 'standardLoopCharacteristics',
    applies: element => kindOf(child(element, 'loopCharacteristics') ?? element) === 'standardLoopCharacteristics',
    sentence: 'standard loops do not run yet; draw the loop with an exclusive gateway, or use multi-instance',
  },
  {
    name: 'behavior of multi-instance',
    applies: element =>
      ![undefined, 'All'].includes(child(element, 'loopCharacteristics')?.behavior as string | undefined),
    sentence: 'events of a multi-instance (behavior None, One or Complex) are not thrown yet; leave behavior at All',
  },
  {
    name: 'several event definitions',
    applies: element => eventDefinitions(element).length + children(element, 'eventDefinitionRef').length > 1,
    sentence: 'an event with several definitions does not run yet; draw one event for each',
  },
  {
    name: 'parallelMultiple',
    applies: element => flagOf(element, 'parallelMultiple'),
    sentence: 'parallel multiple events do not run yet; draw one event for each, and a parallel gateway',
  },
  {
    name: 'eventDefinitionRef',
    applies: element => children(element, 'eventDefinitionRef').length === 1 && eventDefinitions(element).length === 0,
    sentence: 'shared event definitions are not read yet; put the definition into the event',
  },
  {
    name: 'instantiate of receiveTask',
    applies: (element, kind) => kind === 'receiveTask' && flagOf(element, 'instantiate'),
    sentence: 'a receive task does not start a process yet; use a message start event',
  },
  {
    name: 'instantiate of eventBasedGateway',
    applies: (element, kind) => kind === 'eventBasedGateway' && flagOf(element, 'instantiate'),
    sentence: 'an event-based gateway does not start a process yet; use one start event for each event',
  },
  {
    name: 'eventGatewayType Parallel',
    applies: element => element.eventGatewayType === 'Parallel',
    sentence: 'a parallel event-based gateway does not run yet; use a parallel gateway before the events',
  },
  {
    name: 'startQuantity and completionQuantity',
    applies: element => ['startQuantity', 'completionQuantity'].some(name => Number(element[name] ?? 1) !== 1),
    sentence: 'startQuantity and completionQuantity other than 1 do not run yet; draw the tokens with gateways',
  },
];

/** Reports every element of a process that does not run yet. */
export function refuseUnsupported(elements: Iterable<Element>, cx: Compilation): void {
  for (const element of elements)
    for (const { applies, sentence } of refusals) if (applies(element, kindOf(element))) refuse(cx, element, sentence);
}
