/** The XML namespaces that the reader knows, each with the one prefix it has behind the pre-scan. */

export const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
export const WEFT = 'http://weft.dev/schema/1.0';

/** Namespace URI → prefix; extension attributes and elements are matched by URI, never by the file's own prefix. */
export const prefixes: Record<string, string> = {
  [BPMN]: 'bpmn',
  [XSI]: 'xsi',
  [WEFT]: 'weft',
  'http://camunda.org/schema/1.0/bpmn': 'camunda',
  'http://operaton.org/schema/1.0/bpmn': 'operaton',
  'http://fluxnova.finos.org/schema/1.0/bpmn': 'fluxnova',
  'http://camunda.org/schema/zeebe/1.0': 'zeebe',
  'http://flowable.org/bpmn': 'flowable',
  'http://activiti.org/bpmn': 'activiti',
  'http://camunda.org/schema/modeler/1.0': 'modeler',
};

/** The drawing: kept in the stored bytes, of no use to the compiler. */
export const drawings = new Set([
  'http://www.omg.org/spec/BPMN/20100524/DI',
  'http://www.omg.org/spec/DD/20100524/DC',
  'http://www.omg.org/spec/DD/20100524/DI',
]);

/** Dialects whose extensions decide what runs and are not read yet. */
export const unreadDialects: Record<string, string> = {
  'http://spiffworkflow.org/bpmn/schema/1.0/core': 'SpiffWorkflow',
  'http://www.jboss.org/drools': 'jBPM',
};
