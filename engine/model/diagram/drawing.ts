/** What a file draws (BPMN 2.0.2, clause 12): the elements that the diagram names, and where their shapes and edges lie. */

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

/** One element of the model, as far as a drawing shows it. */
export interface Figure {
  id: string;
  /** BPMN element name in lower camel case. */
  kind: string;
  /** Its attributes without namespace, as the file has them. */
  attributes: Readonly<Record<string, string>>;
  /** Element that it lies in. */
  parent?: Figure;
  /** Kinds of its event definitions: `timer`, `message` … */
  events: string[];
  /** It is done several times. */
  loop?: 'standard' | 'parallel' | 'sequential';
  /** A flow with a condition. */
  conditional?: true;
  /** The text of an annotation. */
  text?: string;
}

/** How a modeler coloured it; absent: black on white. */
export interface Colours {
  fill?: string;
  stroke?: string;
}

export interface Shape extends Colours {
  figure: Figure;
  box: Box;
  label?: Box;
  /** Of pools and lanes: absent or true, the name stands on the left. */
  horizontal: boolean;
  /** Of sub-processes: what is inside is shown; absent: the file does not say. */
  expanded?: boolean;
  /** Of exclusive gateways: with the cross. */
  marked: boolean;
}

export interface Edge extends Colours {
  figure: Figure;
  points: Point[];
  label?: Box;
}

/** One diagram of the file: what it shows of a process or a collaboration. */
export interface Plane {
  /** Id of that process or collaboration. */
  shows: string;
  shapes: Shape[];
  edges: Edge[];
}

export interface Drawing {
  figures: ReadonlyMap<string, Figure>;
  planes: Plane[];
}
