/** Puts the elements of a diagram in the order in which a reader follows the flow. */

import type { OutlineItem } from './outline.js';

/** What of a BPMN element the order needs (bpmn-moddle's business objects). */
export interface FlowElement {
  id: string;
  $type: string;
  name?: string;
  $parent?: FlowElement;
  outgoing?: { targetRef?: FlowElement }[];
  incoming?: unknown[];
  attachedToRef?: FlowElement;
  flowElements?: FlowElement[];
}

const typeOf = ({ $type }: FlowElement): string => $type.charAt(5).toLowerCase() + $type.slice(6);

const isNode = ({ $type }: FlowElement): boolean =>
  !/SequenceFlow|DataObject|DataStore/.test($type) && $type.startsWith('bpmn:');

/** Nodes of one scope along the flow: begin where nothing comes in, then what follows, boundary events after their host. */
function inOrder(nodes: FlowElement[]): FlowElement[] {
  const seen = new Set<FlowElement>();
  const attached = (host: FlowElement) => nodes.filter(({ attachedToRef }) => attachedToRef === host);
  const roots = nodes.filter(({ incoming, attachedToRef }) => !incoming?.length && !attachedToRef);
  const waiting = [...nodes].reverse().concat(roots.reverse());
  while (waiting.length) {
    const node = waiting.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    const next = (node.outgoing ?? []).flatMap(({ targetRef }) => targetRef ?? []);
    waiting.push(...next.reverse(), ...attached(node).reverse());
  }
  return [...seen];
}

/** All elements of a scope and of the sub-processes in it. */
export function outlineOf({ flowElements = [] }: FlowElement, depth = 0): OutlineItem[] {
  return inOrder(flowElements.filter(isNode)).flatMap(node => [
    { id: node.id, name: node.name?.replace(/\s+/g, ' '), type: typeOf(node), depth },
    ...outlineOf(node, depth + 1),
  ]);
}
