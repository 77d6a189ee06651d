/** Pieces of SVG as text. Whatever comes from a file is escaped here, and nowhere else. */

import { escapeXml } from '../normalise.js';
import type { Point } from './drawing.js';

export type Attributes = Record<string, string | number | undefined>;

/**
 * An element; `inside` is markup already.
 *
 * @example element('circle', { cx: 18, cy: 18, r: 18 }) // '<circle cx="18" cy="18" r="18"/>'
 */
export function element(name: string, attributes: Attributes, inside = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(typeof value === 'number' ? rounded(value) : value!)}"`)
    .join('');
  return inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`;
}

/** Text as the content of an element. */
export const text = (content: string): string => escapeXml(content);

/** Moves what was drawn at the origin. */
export const at = ({ x, y }: Point, inside: string): string =>
  element('g', { transform: `translate(${rounded(x)} ${rounded(y)})` }, inside);

/** A number as SVG is written: a hundredth of a pixel is enough. */
export const rounded = (value: number): string => String(Math.round(value * 100) / 100);

export const points = (list: Point[]): string => list.map(({ x, y }) => `${rounded(x)},${rounded(y)}`).join(' ');
