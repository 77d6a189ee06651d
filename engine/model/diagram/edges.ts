/** How flows and associations are drawn: lines with what stands at their ends (BPMN 2.0.2, 7.5 and 7.6). */

import type { Edge, Figure, Point } from './drawing.js';
import { element, points } from './markup.js';
import { idIn } from './reading.js';
import { ground, ink } from './shapes.js';

interface Style {
  dash?: string;
  end?: 'arrow' | 'open' | 'hollow';
  /** Message flows begin in a small circle. */
  circle?: true;
}

const dotted = '1 4';

const styles: Record<string, Style> = {
  sequenceFlow: { end: 'arrow' },
  messageFlow: { dash: '9 6', end: 'hollow', circle: true },
  association: { dash: dotted },
  dataInputAssociation: { dash: dotted, end: 'open' },
  dataOutputAssociation: { dash: dotted, end: 'open' },
};

/** How long and how wide an arrow head is. */
const heads = {
  arrow: [10, 4],
  hollow: [10, 4.5],
  open: [8, 5],
} as const;

/** Draws an edge. */
export function drawEdge(edge: Edge, figures: ReadonlyMap<string, Figure>): string {
  const { figure, points: way } = edge;
  const stroke = edge.stroke ?? ink;
  const { dash, circle, end } = styleOf(figure);
  const last = way.at(-1)!;
  const before = way.findLast(point => point.x !== last.x || point.y !== last.y) ?? way[0]!;
  // Under a head that is pointed the line would show beside the point.
  const tip = end === 'arrow' || end === 'hollow' ? towards(last, before, heads[end][0] - 1) : last;
  const body = element('polyline', {
    points: points([...way.slice(0, -1), tip]),
    ...{ fill: 'none', stroke, 'stroke-width': 1.8, 'stroke-linejoin': 'round', 'stroke-linecap': 'round' },
    'stroke-dasharray': dash,
  });
  const begin = circle
    ? element('circle', { cx: way[0]!.x, cy: way[0]!.y, r: 4, fill: ground, stroke, 'stroke-width': 1.4 })
    : '';
  const content = body + begin + (end ? head(end, last, before, stroke) : '') + mark(figure, way, stroke, figures);
  return element('g', { 'data-element-id': figure.id }, content);
}

function styleOf({ kind, attributes }: Figure): Style {
  const style = Object.hasOwn(styles, kind) ? styles[kind]! : styles.association!;
  const direction = kind === 'association' && attributes.associationDirection;
  return direction === 'One' || direction === 'Both' ? { ...style, end: 'open' } : style;
}

function head(end: NonNullable<Style['end']>, tip: Point, from: Point, stroke: string): string {
  const [length, half] = heads[end];
  const corner = (side: number) => beside(tip, from, length, side * half);
  const corners = points([corner(1), tip, corner(-1)]);
  const line = { stroke, 'stroke-width': end === 'open' ? 1.5 : 1, 'stroke-linejoin': 'round' };
  if (end === 'open') return element('polyline', { points: corners, fill: 'none', ...line });
  return element('polygon', { points: corners, fill: end === 'arrow' ? stroke : ground, ...line });
}

/** A default flow bears a slash, a conditional one behind an activity a diamond. */
function mark(figure: Figure, way: Point[], stroke: string, figures: ReadonlyMap<string, Figure>): string {
  if (figure.kind !== 'sequenceFlow') return '';
  const source = figures.get(idIn(figure.attributes.sourceRef));
  const [first, second] = [way[0]!, way.find(({ x, y }) => x !== way[0]!.x || y !== way[0]!.y) ?? way[1]!];
  const line = { stroke, 'stroke-width': 1.5 };
  if (source && idIn(source.attributes.default) === figure.id) {
    const slash = [beside(first, second, 7, 5), beside(first, second, 12, -5)];
    return element('polyline', { points: points(slash), fill: 'none', ...line });
  }
  if (!figure.conditional || source?.kind.endsWith('Gateway')) return '';
  const corners = [first, beside(first, second, 8, 4.5), beside(first, second, 16, 0), beside(first, second, 8, -4.5)];
  return element('polygon', { points: points(corners), fill: ground, ...line });
}

/** The point so far from `start` on the way to `goal`. */
const towards = (start: Point, goal: Point, distance: number): Point => beside(start, goal, distance, 0);

/** The same, and then so far to the side. */
function beside(start: Point, goal: Point, distance: number, aside: number): Point {
  const length = Math.hypot(goal.x - start.x, goal.y - start.y) || 1;
  const [dx, dy] = [(goal.x - start.x) / length, (goal.y - start.y) / length];
  return { x: start.x + dx * distance - dy * aside, y: start.y + dy * distance + dx * aside };
}

/** Half way along a line. */
export function middleOf(way: Point[]): Point {
  const lengths = way.slice(1).map((point, index) => Math.hypot(point.x - way[index]!.x, point.y - way[index]!.y));
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  const index = lengths.findIndex(length => {
    if (length >= left) return true;
    left -= length;
    return false;
  });
  return index < 0 ? way[0]! : towards(way[index]!, way[index + 1]!, left);
}
