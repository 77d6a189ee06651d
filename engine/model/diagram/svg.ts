/** The diagram of a process as an SVG: what the file draws of it, without a browser and without a script in it. */

import type { Box, Drawing, Edge, Figure, Plane, Shape } from './drawing.js';
import { drawEdge, middleOf } from './edges.js';
import { outerLabel } from './labels.js';
import { element, rounded, text } from './markup.js';
import { idIn, readDrawing } from './reading.js';
import { drawShape, ground, ink, namedOutside, reachOf } from './shapes.js';

const PADDING = 12;

/** What lies below what: pools, lanes, sub-processes, then flows, then the rest, then what hangs on activities. */
const layers: Record<string, number> = {
  participant: 0,
  lane: 1,
  subProcess: 2,
  adHocSubProcess: 2,
  transaction: 2,
  boundaryEvent: 5,
};
/** What can be closed, with others in it. */
const scopes = new Set(['subProcess', 'adHocSubProcess', 'transaction']);
const FLOWS = 3;
const REST = 4;

/**
 * Draws the process of a BPMN file, with the collaboration around it; undefined where the file draws nothing of it.
 *
 * @example svgOf('<definitions …', 'order') // '<svg xmlns="http://www.w3.org/2000/svg" …'
 */
export function svgOf(file: string, process: string): string | undefined {
  const drawing = readDrawing(file);
  const plane = planeFor(drawing, process);
  return plane && composed(visible(plane), drawing.figures, process);
}

/** The diagram of the process itself, else of a collaboration that it takes part in. */
function planeFor({ planes, figures }: Drawing, process: string): Plane | undefined {
  const drawn = planes.filter(({ shapes }) => shapes.length > 0);
  const takesPart = ({ shows }: Plane) =>
    [...figures.values()].some(
      ({ kind, attributes, parent }) =>
        kind === 'participant' && parent?.id === shows && idIn(attributes.processRef) === process,
    );
  const holds = ({ shapes }: Plane) => shapes.some(({ figure }) => processOf(figure) === process);
  return drawn.find(({ shows }) => shows === process) ?? drawn.find(takesPart) ?? drawn.find(holds);
}

const processOf = (figure: Figure): string | undefined =>
  figure.kind === 'process' ? figure.id : figure.parent && processOf(figure.parent);

/** Without what lies in a sub-process that is shown closed. */
function visible({ shows, shapes, edges }: Plane): Plane {
  const filled = new Set(shapes.flatMap(({ figure }) => (figure.parent ? [figure.parent.id] : [])));
  const opened = shapes.map(shape => ({
    ...shape,
    expanded: shape.expanded ?? (scopes.has(shape.figure.kind) && filled.has(shape.figure.id)),
  }));
  const closed = new Set(
    opened.filter(({ figure, expanded }) => !expanded && scopes.has(figure.kind)).map(({ figure }) => figure.id),
  );
  const isHidden = ({ parent }: Figure): boolean => parent !== undefined && (closed.has(parent.id) || isHidden(parent));
  return {
    shows,
    shapes: opened.filter(({ figure }) => !isHidden(figure)),
    edges: edges.filter(({ figure }) => !isHidden(figure)),
  };
}

function composed({ shapes, edges }: Plane, figures: ReadonlyMap<string, Figure>, process: string): string {
  const labels = [...shapes.map(shape => labelOfShape(shape, figures)), ...edges.map(labelOfEdge)].filter(
    label => label !== undefined,
  );
  const drawn = [
    ...shapes.map(shape => ({ layer: layerOf(shape), markup: drawShape(shape) })),
    ...edges.map(edge => ({ layer: FLOWS, markup: drawEdge(edge, figures) })),
  ].sort((one, other) => one.layer - other.layer);
  const box = boxAround([
    ...shapes.map(reachOf),
    ...edges.flatMap(({ points }) => points.map(point => ({ ...point, width: 0, height: 0 }))),
    ...labels.map(label => label.box),
  ]);
  const { x, y, width, height } = box;
  const name = figures.get(process)?.attributes.name ?? process;
  return element(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', width, height, role: 'img' },
      viewBox: [x, y, width, height].map(rounded).join(' '),
      'font-family': 'Arial, Helvetica, sans-serif',
    },
    [
      element('title', {}, text(name)),
      element('rect', { x, y, width, height, fill: ground }),
      ...drawn.map(({ markup }) => markup),
      ...labels.map(({ markup }) => markup),
    ].join('\n'),
  );
}

/** What shows its inside lies below that. */
const layerOf = ({ figure: { kind }, expanded }: Shape): number =>
  layers[kind] ?? (expanded ? layers.subProcess! : REST);

function labelOfShape({ figure, box, label, stroke = ink }: Shape, figures: ReadonlyMap<string, Figure>) {
  if (!namedOutside.has(figure.kind)) return undefined;
  const below = { x: box.x + box.width / 2, y: box.y + box.height + 4 };
  const above = { x: below.x, y: box.y + 5 };
  return outerLabel(nameOf(figure, figures), label, figure.kind === 'group' ? above : below, stroke);
}

const labelOfEdge = ({ figure, points, label, stroke = ink }: Edge) => {
  const { x, y } = middleOf(points);
  return outerLabel(figure.attributes.name, label, { x, y: y + 4 }, stroke);
};

/** A group is called as the category that it stands for. */
function nameOf({ attributes, kind }: Figure, figures: ReadonlyMap<string, Figure>): string | undefined {
  if (kind === 'group') return figures.get(idIn(attributes.categoryValueRef))?.attributes.value;
  return attributes.name;
}

function boxAround(boxes: Box[]): Box {
  const edge = (side: (box: Box) => number, choose: (a: number, b: number) => number) =>
    boxes.map(side).reduce((one, other) => choose(one, other));
  const left = edge(({ x }) => x, Math.min) - PADDING;
  const top = edge(({ y }) => y, Math.min) - PADDING;
  const right = edge(({ x, width }) => x + width, Math.max) + PADDING;
  const bottom = edge(({ y, height }) => y + height, Math.max) + PADDING;
  return { x: left, y: top, width: right - left, height: bottom - top };
}
