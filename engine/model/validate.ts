/** Looks at a compiled process for what cannot run: one sentence each, with element and line. */

import type { Flow, Node } from '../core/types.js';
import type { CompiledProcess } from './contract.js';
import { gateways } from './dialects/kinds.js';
import type { Reporter } from './problems.js';
import { type Checks, checkTexts } from './texts.js';

/** One process under inspection. */
export interface Inspection {
  process: CompiledProcess;
  checks: Checks;
  /** The nodes that lie in each scope, by its index. */
  inside: Map<number, Node[]>;
  /** Link events of one type and name in one scope. */
  links: Map<string, Node[]>;
  error(of: Node | Flow, sentence: string): void;
  warn(of: Node | Flow, sentence: string): void;
}

/** Reports what cannot run, and warns of what never will. */
export async function validate(process: CompiledProcess, report: Reporter, checks: Checks = {}): Promise<void> {
  // What was refused while it was read needs no second sentence that follows from the first.
  const refused = new Set(report.problems.flatMap(({ level, element }) => (level === 'error' ? [element] : [])));
  const say = (level: 'error' | 'warn') => (of: Node | Flow, sentence: string) => {
    if (of.id && refused.has(of.id)) return;
    report[level](`${title(of)}${sentence.startsWith(' ') ? '' : ': '}${sentence}`, {
      element: of.id || undefined,
      name: of.name,
      line: of.line,
    });
  };
  const cx: Inspection = {
    process,
    checks,
    inside: grouped(process.nodes, ({ parent }) => parent),
    links: grouped(
      process.nodes.filter(({ event }) => event?.type === 'link'),
      node => linkOf(node, node.type),
    ),
    error: say('error'),
    warn: say('warn'),
  };
  for (const node of process.nodes) for (const rule of nodeRules) rule(node, cx);
  for (const flow of process.flows) checkFlow(flow, cx);
  // A flow that was refused leads nowhere: what lies behind it is not lost.
  if (refused.size === 0) unreachable(cx);
  await checkTexts(cx);
}

const title = (of: Node | Flow) =>
  `${'type' in of ? of.type : 'flow'} '${of.name || of.id || 'without id'}' (line ${of.line})`;

type Rule = (node: Node, cx: Inspection) => void;
type Position = 'start' | 'embeddedStart' | 'eventSubProcess' | 'catch' | 'boundary' | 'throw' | 'end';

/** Where an event definition may stand (BPMN 10.5.5, tables 10.86 to 10.93); `none` is an event without one. */
const positions: Record<Position, readonly string[]> = {
  start: ['none', 'timer', 'message', 'signal', 'conditional'],
  embeddedStart: ['none'],
  eventSubProcess: ['timer', 'message', 'signal', 'conditional', 'error', 'escalation'],
  catch: ['timer', 'message', 'signal', 'conditional', 'link'],
  boundary: ['timer', 'message', 'signal', 'conditional', 'error', 'escalation'],
  throw: ['none', 'message', 'signal', 'escalation', 'link'],
  end: ['none', 'message', 'signal', 'error', 'escalation', 'terminate'],
};

const named: Record<Position, string> = {
  start: 'a start event of a process',
  embeddedStart: 'the start event of a sub-process',
  eventSubProcess: 'the start event of an event sub-process',
  catch: 'an intermediate catch event',
  boundary: 'a boundary event',
  throw: 'an intermediate throw event',
  end: 'an end event',
};

export const isEventSubProcess = (node: Node) => node.type === 'subProcess' && node.attachedTo !== undefined;

function positionOf(node: Node, { process }: Inspection): Position | undefined {
  const byType: Record<string, Position> = {
    intermediateCatchEvent: 'catch',
    boundaryEvent: 'boundary',
    intermediateThrowEvent: 'throw',
    endEvent: 'end',
  };
  if (node.type !== 'startEvent') return byType[node.type];
  if (node.parent === 0) return 'start';
  return isEventSubProcess(process.nodes[node.parent]!) ? 'eventSubProcess' : 'embeddedStart';
}

/** What the event of a node lacks, by its type. */
const lacks: Record<string, (node: Node, position: Position | undefined, cx: Inspection) => string | undefined> = {
  timer: ({ event }) => (event?.timer ? undefined : 'the timer has no time; give it a date, duration or cycle'),
  message: ({ event }) => (event?.name || event?.job ? undefined : 'the message has no name; name it (messageRef)'),
  signal: ({ event }) => (event?.name ? undefined : 'the signal has no name; name it (signalRef)'),
  conditional: ({ event }) => (event?.condition ? undefined : 'the condition is missing'),
  link: linkLacks,
  error: ({ event }, position) =>
    position === 'end' && event?.code === undefined ? 'it throws no error; name one (errorRef)' : undefined,
  escalation: ({ event }, position) =>
    (position === 'end' || position === 'throw') && event?.code === undefined
      ? 'it throws no escalation; name one (escalationRef)'
      : undefined,
};

function linkLacks(node: Node, position: Position | undefined, { links }: Inspection): string | undefined {
  const name = node.event?.name?.source;
  if (name === undefined) return 'the link has no name';
  const targets = links.get(linkOf(node, 'intermediateCatchEvent')) ?? [];
  if (position === 'throw' && targets.length === 0) return `no link catch event in the same scope is named "${name}"`;
  if (position === 'catch' && targets[0] !== node) return `two link catch events are named "${name}"`;
  return undefined;
}

/** What link events of this type have in common with the node, if they belong to it. */
const linkOf = ({ parent, event }: Node, type: string) => JSON.stringify([type, parent, event?.name?.source]);

function grouped<Key>(nodes: Node[], keyOf: (node: Node) => Key): Map<Key, Node[]> {
  const groups = new Map<Key, Node[]>();
  for (const node of nodes) {
    const group = groups.get(keyOf(node));
    if (group) group.push(node);
    else groups.set(keyOf(node), [node]);
  }
  return groups;
}

const nodeRules: Rule[] = [
  function startsSomewhere(node, cx) {
    const scope = node.type === 'process' || node.type === 'subProcess';
    if (!scope) return;
    const starts = (cx.inside.get(node.index) ?? []).filter(({ type }) => type === 'startEvent');
    const without = starts.filter(({ event }) => !event);
    if (starts.length === 0) cx.error(node, ' has no start event; draw one');
    else if (isEventSubProcess(node) && starts.length > 1) cx.error(node, ' has several start events; keep one');
    else if (without.length > 1)
      cx.error(node, ` has ${without.length} start events without a trigger; keep one, or give the others a trigger`);
  },
  function standsWhereItMay(node, cx) {
    const position = positionOf(node, cx);
    if (!position) return;
    const type = node.event?.type ?? 'none';
    if (!positions[position].includes(type))
      cx.error(
        node,
        `${named[position]} cannot be ${type === 'none' ? 'without an event definition' : `of type ${type}`}; it can be ${positions[position].filter(name => name !== 'none').join(', ') || 'without a trigger only'}`,
      );
  },
  function eventIsComplete(node, cx) {
    if (!node.event || isEventSubProcess(node)) return;
    const lack = lacks[node.event.type]?.(node, positionOf(node, cx), cx);
    if (lack) cx.error(node, lack);
  },
  function errorInterrupts(node, cx) {
    if (node.event?.type === 'error' && node.interrupting === false && !isEventSubProcess(node))
      cx.error(node, 'an error always interrupts; make it interrupting');
  },
  function startsByItsOwn(node, cx) {
    if (node.type !== 'process') return;
    const first = new Map<string, Node>();
    for (const start of (cx.inside.get(node.index) ?? []).filter(({ type }) => type === 'startEvent')) {
      const { type, name } = start.event ?? {};
      if ((type !== 'message' && type !== 'signal') || !name) continue;
      const before = first.get(`${type} ${name.source}`);
      if (before)
        cx.error(
          start,
          `startEvent '${before.id}' starts the process by ${type} "${name.source}" already; name another one`,
        );
      else first.set(`${type} ${name.source}`, start);
    }
  },
  function receivesSomething(node, cx) {
    if (node.type !== 'receiveTask' || node.event?.name) return;
    if (!cx.process.traits?.receivesTriggers) cx.error(node, 'it waits for no message; name one (messageRef)');
  },
  function hangsOnAnActivity(node, cx) {
    if (node.type !== 'boundaryEvent') return;
    const host = cx.process.nodes[node.attachedTo ?? -1];
    if (!host) cx.error(node, ' is attached to no activity (attachedToRef)');
    else if (host.parent !== node.parent)
      cx.error(node, `it is attached to '${host.id}', which lies in another sub-process`);
    else if (!isActivity(host)) cx.error(node, `it is attached to '${host.id}', which is no activity (${host.type})`);
  },
  function decides(node, cx) {
    if (node.type !== 'exclusiveGateway' && node.type !== 'inclusiveGateway') return;
    if (node.outgoing.length < 2) return;
    // Camunda 7 takes such a flow of an inclusive gateway always.
    if (node.type === 'inclusiveGateway' && cx.process.traits?.takesBareFlows) return;
    for (const index of node.outgoing) {
      const flow = cx.process.flows[index]!;
      if (!flow.condition && index !== node.defaultFlow)
        cx.error(
          flow,
          `it leaves ${node.type} '${node.id}' and has no condition; give it one, or make it the default flow`,
        );
    }
  },
  function mapsOnce(node, cx) {
    if (node.loop && node.outputs && cx.process.traits?.refusesOutputsOfItems)
      cx.error(node, 'output parameters are not allowed on a multi-instance; every item would overwrite them');
  },
  function defaultIsItsOwn(node, cx) {
    const flow = cx.process.flows[node.defaultFlow ?? -1];
    if (!flow) return;
    if (flow.from !== node.index) cx.error(node, `its default flow '${flow.id}' does not leave it`);
    else if (flow.condition) cx.warn(flow, 'its condition is ignored, as it is the default flow');
  },
  function waitsForEvents(node, cx) {
    if (node.type !== 'eventBasedGateway') return;
    if (node.outgoing.length === 0) cx.error(node, ' leads to no event; draw one behind it');
    for (const index of node.outgoing) {
      const target = cx.process.nodes[cx.process.flows[index]!.to]!;
      const waits =
        (target.type === 'receiveTask' && target.event) ||
        (target.type === 'intermediateCatchEvent' && target.event?.type !== 'link');
      if (!waits)
        cx.error(
          node,
          `'${target.id}' (${target.type}) cannot stand behind it; only catch events and receive tasks with a message can follow`,
        );
    }
  },
];

const isActivity = ({ type }: Node) => /Task$|^task$|^subProcess$|^callActivity$/.test(type);

function checkFlow(flow: Flow, cx: Inspection): void {
  const from = cx.process.nodes[flow.from]!;
  const to = cx.process.nodes[flow.to]!;
  if (from.parent !== to.parent)
    cx.error(flow, `it leads from '${from.id}' to '${to.id}' in another sub-process; use an event for that`);
  if (to.type === 'startEvent' || to.type === 'boundaryEvent')
    cx.error(flow, `it leads into ${to.type} '${to.id}', which nothing can`);
  if (from.type === 'endEvent') cx.error(flow, `it leaves endEvent '${from.id}', which nothing can`);
  if (isEventSubProcess(from) || isEventSubProcess(to))
    cx.error(flow, 'an event sub-process has no flows; it starts by its event');
  if (to.event?.type === 'link' && to.type === 'intermediateCatchEvent')
    cx.error(flow, `it leads into link catch event '${to.id}', which only its link can`);
  if (flow.condition && ['parallelGateway', 'eventBasedGateway'].includes(from.type))
    cx.warn(flow, `its condition is ignored, as it leaves a ${from.type}`);
}

/** Nodes that no token ever reaches. */
function unreachable(cx: Inspection): void {
  const { nodes, flows } = cx.process;
  const reached = new Set<number>();
  const next = nodes
    .filter(
      node =>
        node.type === 'startEvent' ||
        isEventSubProcess(node) ||
        (node.event?.type === 'link' && node.type === 'intermediateCatchEvent'),
    )
    .map(({ index }) => index);
  for (let index = next.pop(); index !== undefined; index = next.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    const node = nodes[index]!;
    next.push(...node.outgoing.map(flow => flows[flow]!.to), ...node.attached);
  }
  for (const node of nodes.slice(1)) {
    // What lies in a scope that is reported already needs no sentence of its own.
    if (!reached.has(node.index) && node.type !== 'boundaryEvent')
      cx.warn(
        node,
        `nothing leads to it, so ${gateways.includes(node.type as never) ? 'it decides nothing' : 'it never runs'}`,
      );
  }
}
