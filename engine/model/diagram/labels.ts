/** Labels: texts broken into lines by the widths of Helvetica's letters, since no browser measures them. */

import type { Box, Point } from './drawing.js';
import { element, rounded, text } from './markup.js';

/** Widths in thousandths of the size, from the space to the tilde (Adobe font metrics of Helvetica; Arial has the same). */
const widths = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];

/** Letters that are as wide as high: those of East Asia, and emoji. */
const wide = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]|\p{Extended_Pictographic}/u;

/** Where neither Arial nor Helvetica is installed, the letters are somewhat wider. */
const SPARE = 1.1;

const SIZE = 12;
const LINE = 1.2;

const widthOf = (letters: string, size: number): number =>
  [...letters].reduce(
    (sum, letter) => sum + (widths[letter.charCodeAt(0) - 32] ?? (wide.test(letter) ? 1000 : 580)),
    0,
  ) *
  (size / 1000) *
  SPARE;

/** A word that is longer than a line is broken where the line ends. */
function* piecesOf(word: string, width: number, size: number): Generator<string> {
  let piece = '';
  for (const letter of word) {
    if (piece !== '' && widthOf(piece + letter, size) > width) {
      yield piece;
      piece = '';
    }
    piece += letter;
  }
  yield piece;
}

/**
 * Breaks a text into lines, at its own line breaks and between words.
 *
 * @example linesOf('Approve the invoice', 80, 12) // ['Approve the', 'invoice']
 */
export function linesOf(content: string, width: number, size: number): string[] {
  const lines: string[] = [];
  for (const paragraph of content.trim().split(/\r?\n/)) {
    let line = '';
    for (const word of paragraph.split(/\s+/).flatMap(word => [...piecesOf(word, width, size)])) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && widthOf(longer, size) > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    lines.push(line);
  }
  return lines;
}

/** How high a text becomes in lines of that width. */
export const heightOf = (content: string, width: number, size = SIZE): number =>
  linesOf(content, width, size).length * size * LINE;

export interface LabelStyle {
  size?: number;
  /** Where it stands in the height of the box. */
  place?: 'middle' | 'top';
  align?: 'middle' | 'start';
  colour: string;
  /** Read from below to above, as the names of pools. */
  upright?: boolean;
  /** It stands out from the lines behind it. */
  halo?: boolean;
  /** Height at the upper and lower edge that something else needs, where there is room for both. */
  clear?: { top: number; bottom: number };
}

const HALO = { stroke: 'white', 'stroke-width': 3, 'stroke-linejoin': 'round', 'paint-order': 'stroke' };

/** A text in a box, broken into lines that are as wide as the box. */
export function label(content: string | undefined, box: Box, style: LabelStyle): string {
  const { size = SIZE, place = 'middle', align = 'middle', colour, upright = false, clear, halo } = style;
  if (!content?.trim()) return '';
  // On its side, a line is as long as the box is high.
  const [width, height] = upright ? [box.height, box.width] : [box.width, box.height];
  const lines = linesOf(content, width, size);
  const step = size * LINE;
  const spare = height - lines.length * step;
  const middle = clear ? Math.max(Math.min(spare / 2, spare - clear.bottom), clear.top) : spare / 2;
  const top = place === 'top' ? 0 : Math.max(0, Math.min(middle, spare));
  const x = align === 'middle' ? width / 2 : 0;
  const spans = lines.map((line, index) => element('tspan', { x, y: top + step * index + size }, text(line)));
  const turned = upright ? ` translate(0 ${rounded(box.height)}) rotate(-90)` : '';
  const transform = `translate(${rounded(box.x)} ${rounded(box.y)})${turned}`;
  const look = { transform, 'font-size': size, fill: colour, 'text-anchor': align, ...(halo && HALO) };
  return element('text', look, spans.join(''));
}

/** The narrowest and the size of a label that stands beside what it names. */
const NARROWEST = 90;
const SMALL = 11;

/**
 * A label beside an event, a gateway or a flow: where the file puts it, else below `anchor`.
 * Answers undefined for an empty one, else its markup and the place that it takes.
 */
export function outerLabel(
  content: string | undefined,
  place: Box | undefined,
  anchor: Point,
  colour: string,
): { markup: string; box: Box } | undefined {
  if (!content?.trim()) return undefined;
  const width = Math.max(place?.width ?? 0, NARROWEST);
  const middle = place ? place.x + place.width / 2 : anchor.x;
  const height = heightOf(content, width, SMALL);
  const box = { x: middle - width / 2, y: place?.y ?? anchor.y, width, height };
  return { markup: label(content, box, { size: SMALL, place: 'top', colour, halo: true }), box };
}
