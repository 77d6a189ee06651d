/** Types of activities in the words of Camunda 7: `userTask`, `noneEndEvent`, `boundaryTimer`. */

import type { ActivityDocument } from '../../engine/store/documents.js';
import type { Filter } from '../../engine/store/port.js';

type Kind = Pick<ActivityDocument, 'elementType'> & { event?: string | undefined };

/** Element → kind of event (`''`: none) → type. Every other element is called as in BPMN. */
const events: Record<string, Record<string, string>> = {
  startEvent: {
    '': 'startEvent',
    timer: 'startTimerEvent',
    message: 'messageStartEvent',
    signal: 'signalStartEvent',
    conditional: 'conditionalStartEvent',
    error: 'errorStartEvent',
    escalation: 'escalationStartEvent',
    compensation: 'compensationStartEvent',
  },
  intermediateCatchEvent: {
    timer: 'intermediateTimer',
    message: 'intermediateMessageCatch',
    signal: 'intermediateSignalCatch',
    conditional: 'intermediateConditional',
    link: 'intermediateLinkCatch',
  },
  intermediateThrowEvent: {
    '': 'intermediateNoneThrowEvent',
    message: 'intermediateMessageThrowEvent',
    signal: 'intermediateSignalThrow',
    escalation: 'intermediateEscalationThrowEvent',
    compensation: 'intermediateCompensationThrowEvent',
    link: 'intermediateLinkThrow',
  },
  boundaryEvent: {
    timer: 'boundaryTimer',
    message: 'boundaryMessage',
    signal: 'boundarySignal',
    conditional: 'boundaryConditional',
    error: 'boundaryError',
    escalation: 'boundaryEscalation',
    compensation: 'compensationBoundaryCatch',
    cancel: 'cancelBoundaryCatch',
  },
  endEvent: {
    '': 'noneEndEvent',
    message: 'messageEndEvent',
    signal: 'signalEndEvent',
    error: 'errorEndEvent',
    escalation: 'escalationEndEvent',
    terminate: 'terminateEndEvent',
    compensation: 'compensationEndEvent',
    cancel: 'cancelEndEvent',
  },
};

const known = Object.entries(events).flatMap(([elementType, types]) =>
  Object.entries(types).map(([event, type]) => ({ elementType, event, type })),
);

/**
 * @example activityType({ elementType: 'endEvent' }) // 'noneEndEvent'
 */
export const activityType = ({ elementType, event = '' }: Kind): string => events[elementType]?.[event] ?? elementType;

/** The activities of a type. */
export function ofActivityType(type: string): Filter {
  const event = known.find(one => one.type === type);
  if (!event) return { $and: [{ elementType: type }, { elementType: { $nin: Object.keys(events) } }] };
  return { elementType: event.elementType, event: event.event === '' ? null : event.event };
}

/** What the body of a multi-instance is called: the activity with this behind it. */
export const bodySuffix = '#multiInstanceBody';

/** Id of an activity, as Camunda 7 tells the body of a multi-instance from its items. */
export const activityIdOf = ({ element, elementType }: Pick<ActivityDocument, 'element' | 'elementType'>): string =>
  elementType === 'multiInstanceBody' ? element + bodySuffix : element;

/** The activities of that id. */
export const ofActivityId = (id: string): Filter =>
  id.endsWith(bodySuffix)
    ? { element: id.slice(0, -bodySuffix.length), elementType: 'multiInstanceBody' }
    : { element: id, elementType: { $ne: 'multiInstanceBody' } };
