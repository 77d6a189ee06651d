/** The words of the modeler and the cockpit, one typed catalogue per language. */

import { inLanguage } from '../../api/web/language.js';

const en = {
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit',
};

type Text = typeof en;

const de: Text = {
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  fit: 'Einpassen',
};

export const text = inLanguage({ en, de });
