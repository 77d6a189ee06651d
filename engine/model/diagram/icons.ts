/** What stands inside events, tasks and gateways, drawn by ourselves, as paths in a square of the size that each table names. */

import { element } from './markup.js';

/** `shape`: has an inside, which a throwing event fills; `line`: has none; `solid`: is always filled. */
interface Part {
  paint: 'shape' | 'line' | 'solid';
  d: string;
}

const shape = (d: string): Part => ({ paint: 'shape', d });
const line = (d: string): Part => ({ paint: 'line', d });
const solid = (d: string): Part => ({ paint: 'solid', d });

/** A circle as a path. */
const circle = (x: number, y: number, r: number) =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;

/** Places on circles around a middle, one after the other: `[turn, radius]`, where a whole turn is 1 and 0 is above. */
const around = (x: number, y: number, places: [turn: number, radius: number][]) =>
  places
    .map(([turn, radius]) => {
      const angle = turn * 2 * Math.PI;
      return `${(x + radius * Math.sin(angle)).toFixed(2)} ${(y - radius * Math.cos(angle)).toFixed(2)}`;
    })
    .map((place, index) => `${index === 0 ? 'M' : 'L'}${place}`)
    .join('');

const hours = Array.from({ length: 12 }, (_, hour) => hour / 12);
const pentagon = (radius: number) =>
  `${around(
    18,
    18,
    [0, 0.2, 0.4, 0.6, 0.8].map(turn => [turn, radius] as [number, number]),
  )}Z`;
const teeth = Array.from({ length: 8 }, (_, tooth) => tooth / 8);

/** Kind of an event definition → what is drawn in the event; 36 × 36. */
export const events: Record<string, Part[]> = {
  message: [shape('M9 12H27V25H9Z'), line('M9 12L18 19.5L27 12')],
  timer: [
    shape(circle(18, 18, 11)),
    line(
      hours
        .map(turn =>
          around(18, 18, [
            [turn, 11],
            [turn, 9],
          ]),
        )
        .join(''),
    ),
    line('M18.8 10.5L18 18L22.5 19.5'),
  ],
  signal: [shape('M18 9L27 24.5H9Z')],
  error: [shape('M9.5 26.5L14 11.5L19.7 20.5L26 9.5L21.6 25L15.6 16.5Z')],
  escalation: [shape('M18 8.5L25.5 26L18 19.5L10.5 26Z')],
  compensate: [shape('M17 11V25L8 18ZM26.5 11V25L17.5 18Z')],
  conditional: [shape('M11 9H25V27H11Z'), line('M13.5 13H22.5M13.5 16.3H22.5M13.5 19.7H22.5M13.5 23H22.5')],
  link: [shape('M8.5 14.5H19V10L27.5 18L19 26V21.5H8.5Z')],
  cancel: [shape('M11 13.5L13.5 11L18 15.5L22.5 11L25 13.5L20.5 18L25 22.5L22.5 25L18 20.5L13.5 25L11 22.5L15.5 18Z')],
  terminate: [solid(circle(18, 18, 10))],
  multiple: [shape(pentagon(9.5))],
  parallelMultiple: [shape('M15.5 9H20.5V15.5H27V20.5H20.5V27H15.5V20.5H9V15.5H15.5Z')],
};

const envelope = 'M1.5 3.5H16.5V14.5H1.5Z';

/** Kind of a task → what stands in its upper left corner; 18 × 18. */
export const tasks: Record<string, Part[]> = {
  userTask: [shape('M1.5 17V14.8C1.5 11.8 4.5 10 9 10S16.5 11.8 16.5 14.8V17Z'), shape(circle(9, 5, 3.9))],
  serviceTask: [
    shape(
      `${around(
        9,
        9,
        teeth.flatMap(turn => [
          [turn - 0.025, 8.2],
          [turn + 0.025, 8.2],
          [turn + 0.04, 6],
          [turn + 0.085, 6],
        ]),
      )}Z`,
    ),
    shape(circle(9, 9, 2.7)),
  ],
  scriptTask: [
    shape(
      'M5.5 1.5H15.8C12.4 4.4 12.6 6.4 14 9C15.4 11.7 15.2 13.7 12.2 16.5H2C5 13.7 5.2 11.7 3.8 9C2.4 6.4 2.6 4.4 5.5 1.5Z',
    ),
    line('M5.5 4.8H11M5.7 7.6H11.2M6.8 10.4H12.2M6.6 13.2H12'),
  ],
  sendTask: [solid(envelope), { paint: 'line', d: 'M1.5 3.5L9 9.5L16.5 3.5' }],
  receiveTask: [shape(envelope), line('M1.5 3.5L9 9.5L16.5 3.5')],
  manualTask: [
    shape(
      'M1.5 8.5C2.8 5.6 4.6 3.9 6.8 3.2H10.4C11.9 3.4 11.9 5.2 10.4 5.4H16C17.3 5.6 17.3 7.4 16 7.6C17.4 7.8 17.4 9.6 16 9.8C17 10 17 11.7 15.8 11.9C16.4 12.3 16.2 14 15 14.1H7.5C4.8 14.1 2.8 13.5 1.5 11.8Z',
    ),
    line('M10.4 5.4H7.6M10.5 7.6H16M10.5 9.8H16M10.8 11.9H15.8'),
  ],
  businessRuleTask: [shape('M1.5 3H16.5V15H1.5Z'), solid('M1.5 3H16.5V6.4H1.5Z'), line('M1.5 10.7H16.5M6 6.4V15')],
};

/** Kind of a gateway → its sign, in lines; 50 × 50. */
export const gateways: Record<string, string> = {
  exclusiveGateway: 'M17.5 16L32.5 34M32.5 16L17.5 34',
  parallelGateway: 'M25 12.5V37.5M12.5 25H37.5',
  inclusiveGateway: circle(25, 25, 12),
  complexGateway: 'M25 12.5V37.5M12.5 25H37.5M16.5 16.5L33.5 33.5M33.5 16.5L16.5 33.5',
};

/** What stands at the lower edge of an activity; 14 × 14. */
export const markers = {
  standard: [line('M5 12.2A5.4 5.4 0 1 1 9.2 12.2M5 12.2L1.6 12.4M5 12.2L4.6 8.8')],
  parallel: [line('M3 1.5V12.5M7 1.5V12.5M11 1.5V12.5')],
  sequential: [line('M1.5 3H12.5M1.5 7H12.5M1.5 11H12.5')],
  collapsed: [line('M0.5 0.5H13.5V13.5H0.5ZM7 3V11M3 7H11')],
  adHoc: [line('M1 8.5C3 4.5 5 4.5 7 7S11 9.5 13 5.5')],
  compensation: [shape('M7 2.5V11.5L0.8 7ZM13.2 2.5V11.5L7 7Z')],
} satisfies Record<string, Part[]>;

export type Marker = keyof typeof markers;

export interface Paint {
  stroke: string;
  fill: string;
  /** It is filled: of what throws. */
  filled?: boolean;
  width?: number;
}

/** An icon as markup, in its own square. */
export const icon = (parts: Part[], { stroke, fill, filled = false, width = 1.2 }: Paint): string =>
  parts
    .map(({ paint, d }) => {
      const inside = { shape: filled ? stroke : fill, solid: stroke, line: 'none' }[paint];
      // On a filled shape, lines show in the colour of the ground.
      const onFilled = paint === 'line' && (filled || parts[0]!.paint === 'solid');
      return element('path', { d, fill: inside, stroke: onFilled ? fill : stroke, 'stroke-width': width });
    })
    .join('');
