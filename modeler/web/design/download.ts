/** Saves the open diagram as a file: BPMN, or a picture. */

import { attempt, toast } from '../../../api/web/toast.js';
import { editing, fileName, unsaved } from './state.js';
import { text } from './text.js';

function save(name: string, content: string, type: string) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
  toast(text.exported(name));
}

export const downloadBpmn = () =>
  attempt(async () => {
    save(fileName.value, await editing()!.xml(), 'application/xml');
    unsaved.value = false;
  });

export const downloadSvg = () =>
  attempt(async () => {
    save(fileName.value.replace(/(\.bpmn20)?\.(bpmn|xml)$/i, '.svg'), await editing()!.svg(), 'image/svg+xml');
  });
