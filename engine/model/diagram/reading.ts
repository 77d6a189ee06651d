/** Reads the drawing of a BPMN file in one pass over its text; the file was checked when it was deployed. */

import { SaxesParser, type SaxesTagNS } from 'saxes';
import { BPMN, drawings } from '../namespaces.js';
import type { Box, Colours, Drawing, Edge, Figure, Plane, Point, Shape } from './drawing.js';

/** An element that is open, and what it is in the drawing, if anything. */
interface Open {
  name: string;
  figure?: Figure;
}

/** A shape or edge while it is read: its element may stand further down in the file. */
interface Drawn extends Colours {
  element: string;
  box?: Box;
  points: Point[];
  label?: Box;
  attributes: Record<string, string>;
}

/** What the children of an element say about it. */
const details: Record<string, (about: Figure, attributes: Record<string, string>) => void> = {
  multiInstanceLoopCharacteristics(about, { isSequential }) {
    about.loop = isSequential === 'true' ? 'sequential' : 'parallel';
  },
  standardLoopCharacteristics(about) {
    about.loop = 'standard';
  },
  participantMultiplicity(about, { maximum = '1' }) {
    if (Number(maximum) > 1) about.loop = 'parallel';
  },
  conditionExpression(about) {
    about.conditional = true;
  },
};

const eventDefinition = /^(\w+)EventDefinition$/;

/**
 * The drawing of a file. Throws where the text is no XML.
 *
 * @example readDrawing('<definitions …').planes.length // 1
 */
export function readDrawing(text: string): Drawing {
  const parser = new SaxesParser({ xmlns: true });
  const figures = new Map<string, Figure>();
  const planes: { shows: string; drawn: Drawn[] }[] = [];
  const open: Open[] = [];
  let drawn: Drawn | undefined;
  let unnamed = 0;

  function openModel(tag: SaxesTagNS): Figure | undefined {
    const around = open.findLast(({ figure }) => figure)?.figure;
    const attributes = attributesOf(tag);
    const kind = tag.local;
    const event = eventDefinition.exec(kind)?.[1];
    if (around && event !== undefined) around.events.push(event);
    if (around && Object.hasOwn(details, kind)) details[kind]!(around, attributes);
    const { id } = attributes;
    if (id === undefined) return undefined;
    const figure: Figure = { id, kind, attributes, events: [], ...(around && { parent: around }) };
    figures.set(id, figure);
    return figure;
  }

  function openDrawing(tag: SaxesTagNS): void {
    const attributes = attributesOf(tag);
    const plane = planes.at(-1);
    const labelled = open.some(({ name }) => name === 'BPMNLabel');
    if (tag.local === 'BPMNPlane') planes.push({ shows: idIn(attributes.bpmnElement), drawn: [] });
    else if (plane && (tag.local === 'BPMNShape' || tag.local === 'BPMNEdge')) {
      // What a shape stands for may be missing; it is drawn all the same where its kind says enough.
      drawn = { element: idIn(attributes.bpmnElement) || `?${unnamed++}`, points: [], attributes, ...coloursOf(tag) };
      plane.drawn.push(drawn);
    } else if (drawn && tag.local === 'waypoint') drawn.points.push(pointOf(attributes));
    else if (drawn && tag.local === 'Bounds') drawn[labelled ? 'label' : 'box'] = boxOf(attributes);
  }

  parser.on('opentag', tag => {
    const figure = tag.uri === BPMN ? openModel(tag) : undefined;
    if (drawings.has(tag.uri)) openDrawing(tag);
    open.push({ name: tag.local, ...(figure && { figure }) });
  });
  parser.on('closetag', tag => {
    open.pop();
    if (tag.local === 'BPMNShape' || tag.local === 'BPMNEdge') drawn = undefined;
  });
  const characters = (value: string) => {
    if (open.at(-1)?.name !== 'text') return;
    const annotation = open.findLast(({ figure }) => figure)?.figure;
    if (annotation?.kind === 'textAnnotation') annotation.text = (annotation.text ?? '') + value;
  };
  parser.on('text', characters);
  parser.on('cdata', characters);
  parser.on('error', error => {
    throw error;
  });
  parser.write(text).close();
  return { figures, planes: planes.map(({ shows, drawn: all }) => planeOf(shows, all, figures)) };
}

function planeOf(shows: string, drawn: Drawn[], figures: ReadonlyMap<string, Figure>): Plane {
  const plane: Plane = { shows, shapes: [], edges: [] };
  for (const one of drawn) {
    const figure = figures.get(one.element);
    if (!figure) continue;
    const common = { figure, ...(one.label && { label: one.label }), ...pick(one) };
    if (one.points.length > 1) plane.edges.push({ ...common, points: one.points } satisfies Edge);
    else if (one.box) plane.shapes.push({ ...common, box: one.box, ...looksOf(one.attributes) } satisfies Shape);
  }
  return plane;
}

const looksOf = ({ isHorizontal, isExpanded, isMarkerVisible }: Record<string, string>) => ({
  horizontal: isHorizontal !== 'false',
  ...(isExpanded !== undefined && { expanded: isExpanded === 'true' }),
  marked: isMarkerVisible === 'true',
});

const pick = ({ fill, stroke }: Colours): Colours => ({ ...(fill && { fill }), ...(stroke && { stroke }) });

/** Those of BPMN itself: without a prefix. */
const attributesOf = (tag: SaxesTagNS): Record<string, string> =>
  Object.fromEntries(
    Object.values(tag.attributes)
      .filter(({ prefix }) => prefix === '')
      .map(({ local, value }) => [local, value]),
  );

/** A reference is a QName: what stands behind the colon is the id. */
export const idIn = (reference = ''): string => reference.trim().replace(/^.*:/, '');

/** As BPMN in Color and bpmn.io write them down; what is no plain colour is left out. */
function coloursOf(tag: SaxesTagNS): Colours {
  const named = (...names: string[]) =>
    Object.values(tag.attributes).find(
      ({ prefix, local, value }) => prefix !== '' && names.includes(local) && plainColour.test(value),
    )?.value;
  return pick({ fill: named('background-color', 'fill'), stroke: named('border-color', 'stroke') });
}

const plainColour = /^(#[0-9a-f]{3,8}|[a-z]{3,30}|rgba?\([\d\s.,%]{5,40}\))$/i;

/** No drawing is larger; beyond, sums of what stands in it would have no end. */
const FARTHEST = 1e6;

const number = (text: string | undefined) => (Math.abs(Number(text)) <= FARTHEST ? Number(text) : 0);

const pointOf = ({ x, y }: Record<string, string>): Point => ({ x: number(x), y: number(y) });

const boxOf = ({ width, height, ...at }: Record<string, string>): Box => ({
  ...pointOf(at),
  width: Math.max(0, number(width)),
  height: Math.max(0, number(height)),
});
