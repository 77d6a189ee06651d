/** bpmn-js draws with our colour variables, so that a diagram follows the theme without being drawn again. */

export const rendererTheme = {
  defaultFillColor: 'var(--bpmn-fill)',
  defaultStrokeColor: 'var(--bpmn-stroke)',
  defaultLabelColor: 'var(--bpmn-label)',
};

const paper: [string, string][] = [
  ['var(--bpmn-fill)', '#ffffff'],
  ['var(--bpmn-stroke)', '#27303c'],
  ['var(--bpmn-label)', '#18202b'],
];

/** An SVG that leaves the page takes the light colours with it: variables mean nothing elsewhere. */
export const onPaper = (svg: string): string =>
  paper.reduce((drawn, [variable, color]) => drawn.replaceAll(variable, color), svg);
