/** How each kind of element is drawn, at its place: a table of kinds (BPMN 2.0.2, clauses 7 and 12.3). */

import type { Box, Shape } from './drawing.js';
import { events, gateways, icon, type Marker, markers, type Paint, tasks } from './icons.js';
import { heightOf, label } from './labels.js';
import { at, element, points } from './markup.js';

export const ink = '#22242a';
export const ground = 'white';

type Draw = (shape: Shape, paint: Paint) => string;

const inside = ({ width, height }: Box, padding: number): Box => ({
  x: padding,
  y: padding,
  width: width - 2 * padding,
  height: height - 2 * padding,
});

const frame = ({ width, height }: Box, { stroke, fill }: Paint, more: Record<string, string | number> = {}) =>
  element('rect', { width, height, fill, stroke, 'stroke-width': 1.8, ...more });

const nameOf = ({ figure }: Shape) => figure.attributes.name;

const dashed = '5 4';

/** Start events are a thin circle, end events a thick one, all others a double one. */
const rims: Record<string, { width: number; double?: true; throws?: true }> = {
  startEvent: { width: 1.8 },
  endEvent: { width: 4, throws: true },
  intermediateCatchEvent: { width: 1.5, double: true },
  intermediateThrowEvent: { width: 1.5, double: true, throws: true },
  boundaryEvent: { width: 1.5, double: true },
};

const event: Draw = ({ box, figure }, { stroke, fill }) => {
  const { width, double = false, throws = false } = rims[figure.kind]!;
  const { cancelActivity, isInterrupting, parallelMultiple } = figure.attributes;
  const waits = cancelActivity === 'false' || isInterrupting === 'false';
  const circle = (r: number, inner: string) =>
    element('circle', {
      ...{ cx: box.width / 2, cy: box.height / 2, r, fill: inner, stroke, 'stroke-width': width },
      'stroke-dasharray': waits ? dashed : undefined,
    });
  const radius = Math.min(box.width, box.height) / 2;
  const [kind] = figure.events;
  const several = parallelMultiple === 'true' ? 'parallelMultiple' : 'multiple';
  const sign = events[figure.events.length > 1 ? several : (kind ?? '')] ?? [];
  return [
    circle(radius, fill),
    double ? circle(radius - 3, 'none') : '',
    scaled(box, 36, icon(sign, { stroke, fill, filled: throws })),
  ].join('');
};

const scaled = ({ width, height }: Box, size: number, drawn: string) =>
  element('g', { transform: `scale(${(width / size).toFixed(3)} ${(height / size).toFixed(3)})` }, drawn);

const gateway: Draw = ({ box, figure, marked }, { stroke, fill }) => {
  const { width, height } = box;
  const corners = [
    { x: width / 2, y: 0 },
    { x: width, y: height / 2 },
    { x: width / 2, y: height },
    { x: 0, y: height / 2 },
  ];
  const diamond = element('polygon', { points: points(corners), fill, stroke, 'stroke-width': 1.8 });
  const bare = figure.kind === 'exclusiveGateway' && !marked;
  if (figure.kind === 'eventBasedGateway')
    return diamond + scaled(box, 50, eventBased(figure.attributes, stroke, fill));
  const d = bare ? undefined : gateways[figure.kind];
  if (d === undefined) return diamond;
  return diamond + scaled(box, 50, element('path', { d, fill: 'none', stroke, 'stroke-width': 3 }));
};

/** The sign of an event inside a gateway: in a double circle, or in one where it starts the process. */
function eventBased({ instantiate, eventGatewayType }: Readonly<Record<string, string>>, stroke: string, fill: string) {
  const circle = (r: number) => element('circle', { cx: 25, cy: 25, r, fill: 'none', stroke, 'stroke-width': 1.2 });
  const sign = eventGatewayType === 'Parallel' ? events.parallelMultiple! : events.multiple!;
  const small = element('g', { transform: 'translate(11.5 11.5) scale(0.75)' }, icon(sign, { stroke, fill }));
  return circle(14) + (instantiate === 'true' ? '' : circle(11.5)) + small;
}

const signsOf = ({ figure }: Shape): Marker[] => [
  ...(figure.loop ? [figure.loop] : []),
  ...(figure.attributes.isForCompensation === 'true' ? ['compensation' as const] : []),
];

/** The signs at the lower edge of an activity, beside each other. */
function signs(shape: Shape, paint: Paint, more: Marker[] = []): string {
  const { box } = shape;
  const shown = [...signsOf(shape), ...more];
  const left = box.width / 2 - (shown.length * 18 - 4) / 2;
  return shown
    .map((marker, index) => at({ x: left + index * 18, y: box.height - 18 }, icon(markers[marker], paint)))
    .join('');
}

const activity =
  (width: number, more: Marker[] = []): Draw =>
  (shape, paint) => {
    const sign = tasks[shape.figure.kind];
    const clear = { top: sign ? 18 : 0, bottom: signsOf(shape).length + more.length > 0 ? 14 : 0 };
    const place = shape.expanded ? 'top' : 'middle';
    const name = label(nameOf(shape), inside(shape.box, 6), { place, colour: paint.stroke, clear });
    const corner = sign ? at({ x: 6, y: 6 }, icon(sign, paint)) : '';
    return frame(shape.box, paint, { rx: 10, 'stroke-width': width }) + corner + name + signs(shape, paint, more);
  };

const subProcess: Draw = (shape, paint) => {
  const { box, figure, expanded } = shape;
  const isOnEvent = figure.attributes.triggeredByEvent === 'true';
  const rim = frame(box, paint, {
    rx: 10,
    ...(isOnEvent && { 'stroke-dasharray': '1.5 4', 'stroke-linecap': 'round' }),
  });
  const second =
    figure.kind === 'transaction'
      ? at({ x: 3, y: 3 }, frame(inside(box, 3), { ...paint, fill: 'none' }, { rx: 8 }))
      : '';
  const place = expanded ? 'top' : 'middle';
  const name = label(nameOf(shape), inside(box, expanded ? 8 : 6), { place, colour: paint.stroke });
  const more: Marker[] = [
    ...(figure.kind === 'adHocSubProcess' ? ['adHoc' as const] : []),
    ...(expanded ? [] : ['collapsed' as const]),
  ];
  return rim + second + name + signs(shape, paint, more);
};

/** Width of the strip that bears the name of a pool or lane. */
const STRIP = 30;

const swimlane =
  (isPool: boolean): Draw =>
  (shape, paint) => {
    const { box, horizontal, figure } = shape;
    const { width, height } = box;
    const outer = frame(box, paint, { 'stroke-width': 1.5 });
    // A pool without a process is a black box: its name stands in the middle.
    const isClosed = isPool && figure.attributes.processRef === undefined;
    if (isClosed)
      return outer + label(nameOf(shape), { ...box, x: 0, y: 0 }, { colour: paint.stroke }) + signs(shape, paint);
    const strip = horizontal ? { x: 0, y: 0, width: STRIP, height } : { x: 0, y: 0, width, height: STRIP };
    const d = horizontal ? `M${STRIP} 0V${height}` : `M0 ${STRIP}H${width}`;
    const rule = isPool ? element('path', { d, stroke: paint.stroke, 'stroke-width': 1.5 }) : '';
    return (
      outer + rule + label(nameOf(shape), strip, { upright: horizontal, colour: paint.stroke }) + signs(shape, paint)
    );
  };

/** Between the frame of an annotation and its text. */
const MARGIN = 7;

const annotation: Draw = ({ box, figure }, { stroke }) =>
  element('path', { d: `M10 0H0V${box.height}H10`, fill: 'none', stroke, 'stroke-width': 1.5 }) +
  label(figure.text, inside(box, MARGIN), { align: 'start', place: 'top', colour: stroke });

/** The place that a shape takes: the text of an annotation runs over its lower edge. */
export function reachOf({ box, figure }: Shape): Box {
  if (figure.kind !== 'textAnnotation') return box;
  const text = heightOf(figure.text ?? '', inside(box, MARGIN).width);
  return { ...box, height: Math.max(box.height, MARGIN + text) };
}

const FOLD = 10;

const page: Draw = ({ box: { width, height }, figure }, { stroke, fill }) => {
  const d = `M0 0H${width - FOLD}L${width} ${FOLD}V${height}H0ZM${width - FOLD} 0V${FOLD}H${width}`;
  const arrow = { dataInput: false, dataOutput: true }[figure.kind];
  const sign =
    arrow === undefined
      ? ''
      : at(
          { x: 3, y: 3 },
          scaled({ x: 0, y: 0, width: 18, height: 18 }, 36, icon(events.link!, { stroke, fill, filled: arrow })),
        );
  const many =
    figure.attributes.isCollection === 'true'
      ? at({ x: width / 2 - 7, y: height - 15 }, icon(markers.parallel, { stroke, fill }))
      : '';
  return element('path', { d, fill, stroke, 'stroke-width': 1.5, 'stroke-linejoin': 'round' }) + sign + many;
};

const store: Draw = ({ box: { width, height } }, { stroke, fill }) => {
  const [rx, ry] = [width / 2, Math.min(8, height / 5)];
  const arc = (y: number) => `M0 ${y}A${rx} ${ry} 0 0 0 ${width} ${y}`;
  const body = `M0 ${ry}A${rx} ${ry} 0 0 1 ${width} ${ry}V${height - ry}A${rx} ${ry} 0 0 1 0 ${height - ry}Z`;
  const rims = [ry, ry * 1.7, ry * 2.4].map(arc).join('');
  return (
    element('path', { d: body, fill, stroke, 'stroke-width': 1.5 }) +
    element('path', { d: rims, fill: 'none', stroke, 'stroke-width': 1.5 })
  );
};

const group: Draw = ({ box }, { stroke }) =>
  frame(box, { stroke, fill: 'none' }, { rx: 10, 'stroke-width': 1.5, 'stroke-dasharray': '8 4 1 4' });

const every = (kinds: string[], draw: Draw) => Object.fromEntries(kinds.map(kind => [kind, draw]));

const draws: Record<string, Draw> = {
  ...every(Object.keys(rims), event),
  ...every([...Object.keys(gateways), 'eventBasedGateway'], gateway),
  ...every(['subProcess', 'adHocSubProcess', 'transaction'], subProcess),
  ...every(['dataObject', 'dataObjectReference', 'dataInput', 'dataOutput'], page),
  // the process that it calls is drawn elsewhere
  callActivity: activity(4.5, ['collapsed']),
  participant: swimlane(true),
  lane: swimlane(false),
  textAnnotation: annotation,
  dataStore: store,
  dataStoreReference: store,
  group,
};

/** Kinds whose name stands outside of them. */
export const namedOutside: ReadonlySet<string> = new Set([
  ...Object.keys(rims),
  ...Object.keys(gateways),
  'eventBasedGateway',
  'dataObject',
  'dataObjectReference',
  'dataInput',
  'dataOutput',
  'dataStore',
  'dataStoreReference',
  'group',
]);

/** Draws a shape at its place; what has no line of its own looks like a task. */
export function drawShape(shape: Shape): string {
  const paint: Paint = { stroke: shape.stroke ?? ink, fill: shape.fill ?? ground };
  const draw = Object.hasOwn(draws, shape.figure.kind) ? draws[shape.figure.kind]! : activity(1.8);
  return element(
    'g',
    { 'data-element-id': shape.figure.id, transform: `translate(${shape.box.x} ${shape.box.y})` },
    draw(shape, paint),
  );
}
