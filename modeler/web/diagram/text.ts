/** The words at a diagram, one typed catalogue per language. */

import { inLanguage } from '../../../api/web/language.js';

const en = {
  drawing: 'Drawing',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit',
  outline: 'Outline',
  tokens: (count: number) => (count === 1 ? '1 token' : `${count} tokens`),
  incidents: (count: number) => (count === 1 ? '1 incident' : `${count} incidents`),
  marks: { done: 'done' },
  types: {
    task: 'Task',
    userTask: 'User task',
    serviceTask: 'Service task',
    scriptTask: 'Script task',
    sendTask: 'Send task',
    receiveTask: 'Receive task',
    manualTask: 'Manual task',
    businessRuleTask: 'Business rule',
    callActivity: 'Call activity',
    subProcess: 'Sub-process',
    transaction: 'Transaction',
    adHocSubProcess: 'Ad-hoc sub-process',
    startEvent: 'Start',
    endEvent: 'End',
    boundaryEvent: 'Boundary event',
    intermediateCatchEvent: 'Catch event',
    intermediateThrowEvent: 'Throw event',
    exclusiveGateway: 'Exclusive gateway',
    parallelGateway: 'Parallel gateway',
    inclusiveGateway: 'Inclusive gateway',
    eventBasedGateway: 'Event-based gateway',
    complexGateway: 'Complex gateway',
    multiInstanceBody: 'Multi-instance',
  } as Record<string, string>,
};

type Text = typeof en;

const de: Text = {
  drawing: 'Zeichnung',
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  fit: 'Einpassen',
  outline: 'Gliederung',
  tokens: count => (count === 1 ? '1 Token' : `${count} Token`),
  incidents: count => (count === 1 ? '1 Störung' : `${count} Störungen`),
  marks: { done: 'erledigt' },
  types: {
    task: 'Aufgabe',
    userTask: 'Benutzeraufgabe',
    serviceTask: 'Dienst',
    scriptTask: 'Skript',
    sendTask: 'Senden',
    receiveTask: 'Empfangen',
    manualTask: 'Handarbeit',
    businessRuleTask: 'Geschäftsregel',
    callActivity: 'Aufruf',
    subProcess: 'Teilprozess',
    transaction: 'Transaktion',
    adHocSubProcess: 'Ad-hoc-Teilprozess',
    startEvent: 'Start',
    endEvent: 'Ende',
    boundaryEvent: 'Randereignis',
    intermediateCatchEvent: 'Eintretendes Ereignis',
    intermediateThrowEvent: 'Ausgelöstes Ereignis',
    exclusiveGateway: 'Exklusive Verzweigung',
    parallelGateway: 'Parallele Verzweigung',
    inclusiveGateway: 'Inklusive Verzweigung',
    eventBasedGateway: 'Ereignisbasierte Verzweigung',
    complexGateway: 'Komplexe Verzweigung',
    multiInstanceBody: 'Mehrfach',
  },
};

export const text = inLanguage({ en, de });

/** `userTask` → `User task`; a type without words of its own stays as it is. */
export const typeName = (type: string): string => text.types[type] ?? type;
