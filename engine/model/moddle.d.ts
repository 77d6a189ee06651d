/** What we use of bpmn-moddle, which brings no declaration of its entry point. */

declare module 'bpmn-moddle' {
  export interface Warning {
    message: string;
    element?: object;
    property?: string;
    value?: string;
  }

  export class BpmnModdle {
    fromXML(xml: string): Promise<{ rootElement: object; warnings: Warning[] }>;
    getPackages(): object[];
  }
}
