/** Packages of bpmn.io that ship no types; the pages name what they use of them. */
declare module 'bpmn-js-create-append-anything';
declare module 'bpmn-js-properties-panel';
declare module 'bpmn-js-color-picker';
declare module 'diagram-js-minimap';
declare module 'camunda-bpmn-js-behaviors/lib/camunda-platform';
declare module 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
declare module 'bpmn-auto-layout' {
  export function layoutProcess(xml: string): Promise<string>;
}
