/** bpmn-js draws with our colour variables, so that a diagram follows the theme without being drawn again. */

export const rendererTheme = {
  defaultFillColor: 'var(--bpmn-fill)',
  defaultStrokeColor: 'var(--bpmn-stroke)',
  defaultLabelColor: 'var(--bpmn-label)',
};
