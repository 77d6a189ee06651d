/** BPMN without a drawing gets one: many engines' files hold only the process. */

/** The XML itself when it has a drawing, else with one made by bpmn-auto-layout. */
export async function withDrawing(xml: string): Promise<string> {
  if (/<(\w+:)?BPMNShape\b/.test(xml)) return xml;
  const { layoutProcess } = await import('bpmn-auto-layout');
  return layoutProcess(xml);
}
