/** moddle's tree → flat Definition tables: every executable process of a file. */

import type { Flow, Json, Listener, Node } from '../core/types.js';
import { type Compilation, compact, refuse, warn } from './compilation.js';
import { conditionOf } from './conditions.js';
import { COMPILED_FORMAT, type CompiledProcess } from './contract.js';
import { dataOf } from './data.js';
import { flowNodes } from './dialects/kinds.js';
import { embeddedForms } from './dialects/zeebe.js';
import {
  child,
  children,
  documentationOf,
  type Element,
  enclosing,
  extensionsOf,
  flagOf,
  idOf,
  kindOf,
  lineOf,
  nameOf,
  placeOf,
  within,
} from './element.js';
import { eventOf, messageOf } from './events.js';
import { formOf, taskOf } from './people.js';
import { refuseUnsupported } from './refusals.js';
import { callOf, loopOf, scriptOf, workOf } from './work.js';

type Forms = ReadonlyMap<string, Json | undefined>;

/** What a kind says beside what all flow nodes have. */
const parts: Record<string, (element: Element, forms: Forms, cx: Compilation) => Partial<Node>> = {
  userTask: (element, forms, cx) => ({ task: taskOf(element, forms, cx) }),
  serviceTask: (element, _forms, cx) => workOf(element, cx),
  sendTask: (element, _forms, cx) => workOf(element, cx),
  businessRuleTask: (element, _forms, cx) => workOf(element, cx),
  scriptTask: (element, _forms, cx) => scriptOf(element, cx),
  receiveTask: (element, _forms, cx) => ({ event: messageOf(element, cx) }),
  callActivity: (element, _forms, cx) => callOf(element, cx),
  startEvent: (element, forms, cx) => ({
    event: eventOf(element, cx),
    interrupting: element.$parent?.triggeredByEvent === true ? element.isInterrupting !== false : undefined,
    initiator: cx.properties(element).initiator,
    form: formOf(element, forms, cx),
  }),
  boundaryEvent: (element, _forms, cx) => ({
    event: eventOf(element, cx),
    interrupting: element.cancelActivity !== false,
  }),
  intermediateCatchEvent: (element, _forms, cx) => ({ event: eventOf(element, cx) }),
  intermediateThrowEvent: (element, _forms, cx) => ({ event: eventOf(element, cx) }),
  endEvent: (element, _forms, cx) => ({ event: eventOf(element, cx) }),
};

/** Compiles one process. */
export function compileProcess(process: Element, cx: Compilation): CompiledProcess {
  const properties = cx.properties(process);
  const forms = embeddedForms(extensionsOf(process));
  // Also what no part asks for: an attribute in the wrong place is reported, never silently dropped.
  for (const element of within(process)) cx.properties(element);
  if (children(process, 'correlationSubscriptions').length > 0)
    warn(cx, process, 'its correlation keys are ignored; messages find it by business key or variables');
  const { nodes, flows } = tablesOf(process, forms, cx);
  return compact({
    format: COMPILED_FORMAT,
    key: idOf(process),
    name: nameOf(process),
    versionTag: properties.versionTag,
    dialect: cx.dialect.name,
    traits: Object.keys(cx.dialect.traits).length > 0 ? cx.dialect.traits : undefined,
    historyTimeToLive: properties.historyTimeToLive,
    candidateStarterUsers: properties.candidateStarterUsers,
    candidateStarterGroups: properties.candidateStarterGroups,
    startableInTasklist: properties.startableInTasklist,
    documentation: documentationOf(process),
    category: categoryOf(process),
    nodes,
    flows,
  });
}

const categoryOf = ({ $parent }: Element): string | undefined =>
  typeof $parent?.targetNamespace === 'string' ? $parent.targetNamespace : undefined;

function tablesOf(process: Element, forms: Forms, cx: Compilation): { nodes: Node[]; flows: Flow[] } {
  const nodes: Node[] = [];
  const flows: Flow[] = [];
  const indexes = new Map<Element, number>();
  const elements: Element[] = [];
  const flowElements: Element[] = [];
  const others: Element[] = [];

  const add = (element: Element, parent: number) => {
    indexes.set(element, nodes.length);
    elements.push(element);
    nodes.push(nodeOf(element, nodes.length, parent, forms, cx));
  };
  add(process, -1);
  // Nodes are appended while their scopes are walked, so no model is too deep.
  for (let index = 0; index < elements.length; index++) {
    for (const inner of children(elements[index]!, 'flowElements')) {
      const kind = kindOf(inner);
      if (kind === 'sequenceFlow') flowElements.push(inner);
      else if (known.has(kind)) add(inner, index);
      else others.push(inner);
    }
  }
  refuseUnsupported([...elements, ...others], cx);
  for (const element of elements) refuseNameless(element, cx);
  const flowIndexes = new Map<Element, number>();
  for (const element of flowElements) {
    const from = indexes.get(child(element, 'sourceRef')!);
    const to = indexes.get(child(element, 'targetRef')!);
    if (from === undefined) refuseEnd(element, 'sourceRef', cx);
    if (to === undefined) refuseEnd(element, 'targetRef', cx);
    if (from === undefined || to === undefined) continue;
    flowIndexes.set(element, flows.length);
    nodes[from]!.outgoing.push(flows.length);
    nodes[to]!.incoming.push(flows.length);
    flows.push(flowOf(element, flows.length, from, to, cx));
  }
  for (const [index, element] of elements.entries()) {
    const node = nodes[index]!;
    const byDefault = child(element, 'default');
    if (byDefault) node.defaultFlow = flowIndexes.get(byDefault);
    attach(node, element, nodes, indexes);
    compact(node);
  }
  if (cx.dialect.bareFlowsAreTrue)
    for (const [element, index] of flowIndexes) openBareFlow(element, flows[index]!, nodes, cx);
  for (const node of nodes) hearStart(node, nodes);
  startByTimer(nodes);
  if (cx.dialect.startsByItsOnlyEvent) startByOnlyEvent(nodes);
  return { nodes, flows };
}

const known: ReadonlySet<string> = new Set(flowNodes);

function nodeOf(element: Element, index: number, parent: number, forms: Forms, cx: Compilation): Node {
  const properties = cx.properties(element);
  const kind = kindOf(element);
  const data = dataOf(element, cx);
  const inputs = [...data.inputs, ...(properties.inputs ?? [])];
  const outputs = [...data.outputs, ...(properties.outputs ?? [])];
  const node: Node = {
    index,
    id: idOf(element),
    name: nameOf(element),
    line: lineOf(element),
    type: kind,
    parent,
    incoming: [],
    outgoing: [],
    attached: [],
    starts: [],
    loop: loopOf(element, cx),
    inputs: inputs.length > 0 ? inputs : undefined,
    outputs: outputs.length > 0 ? outputs : undefined,
    localResults: (cx.dialect.localResults && outputs.length > 0) || undefined,
    listeners: properties.listeners,
    asyncBefore: properties.asyncBefore || undefined,
    asyncAfter: properties.asyncAfter || undefined,
    retryCycle: properties.retryCycle ?? loopRetries(element, cx),
    jobPriority: properties.jobPriority ?? cx.properties(enclosing(element, 'process')!).jobPriority,
    documentation: kind === 'process' ? undefined : documentationOf(element),
    properties: properties.metadata,
  };
  return Object.assign(node, parts[kind]?.(element, forms, cx));
}

const loopRetries = (element: Element, cx: Compilation) => {
  const loop = child(element, 'loopCharacteristics');
  return loop && cx.properties(loop).retryCycle;
};

function flowOf(element: Element, index: number, from: number, to: number, cx: Compilation): Flow {
  return compact({
    index,
    // The standard lets a flow have no id (8.3.1); its ends name it well enough, also after the next edit.
    id: idOf(element) || `${idOf(child(element, 'sourceRef')!)}->${idOf(child(element, 'targetRef')!)}`,
    name: nameOf(element),
    line: lineOf(element),
    from,
    to,
    condition: conditionOf(element, child(element, 'conditionExpression'), cx),
    listeners: cx.properties(element).listeners as Listener[] | undefined,
  });
}

/** Flowable and Activiti take a flow without condition when it is its turn; the default flow waits for the others. */
function openBareFlow(element: Element, flow: Flow, nodes: Node[], cx: Compilation): void {
  const { type, outgoing, defaultFlow, id } = nodes[flow.from]!;
  const decides = type === 'exclusiveGateway' || type === 'inclusiveGateway';
  if (!decides || outgoing.length < 2 || defaultFlow === flow.index || child(element, 'conditionExpression')) return;
  flow.condition = { language: 'juel', source: '${true}', line: flow.line };
  warn(cx, element, `it leaves ${type} '${id}' without a condition, so it is taken whenever no flow before it was`);
}

/** Instances, tasks and history find an element by its id; one that we made up would be another after the next edit. */
function refuseNameless(element: Element, cx: Compilation): void {
  if (idOf(element) !== '') return;
  const kind = kindOf(element);
  const name = nameOf(element);
  const called = name === undefined ? kind : `${kind} '${name}'`;
  cx.report.error(`line ${lineOf(element)}: the ${called} has no id; give it one`, placeOf(element));
}

/** A flow that begins or ends nowhere in its process; an id that does not exist was reported when it was resolved. */
function refuseEnd(flow: Element, property: 'sourceRef' | 'targetRef', cx: Compilation): void {
  const end = child(flow, property);
  if (end) refuse(cx, flow, `${property} '${idOf(end)}' is no element of this process that a flow can join`);
  else if (cx.unresolved(flow, `bpmn:${property}`) === undefined) refuse(cx, flow, ` has no ${property}`);
}

/** Boundary events hang on their activity, event sub-processes on their scope. */
function attach(node: Node, element: Element, nodes: Node[], indexes: Map<Element, number>): void {
  const host =
    node.type === 'boundaryEvent'
      ? indexes.get(child(element, 'attachedToRef')!)
      : flagOf(element, 'triggeredByEvent')
        ? node.parent
        : undefined;
  if (host === undefined) return;
  node.attachedTo = host;
  nodes[host]!.attached.push(node.index);
}

/** A scope starts at its start events without trigger; an event sub-process listens as its start event does. */
function hearStart(node: Node, nodes: Node[]): void {
  if (node.type !== 'startEvent') return;
  const scope = nodes[node.parent]!;
  const eventSubProcess = scope.attachedTo !== undefined && scope.type === 'subProcess';
  if (eventSubProcess) {
    scope.starts = [node.index];
    if (node.event) scope.event = node.event;
    if (node.interrupting !== undefined) scope.interrupting = node.interrupting;
  } else if (!node.event) {
    scope.starts.push(node.index);
  }
}

/** As in Camunda 7, a process that starts by timers only can be started by hand, too. */
function startByTimer(nodes: Node[]): void {
  const process = nodes[0]!;
  if (process.starts.length > 0) return;
  process.starts = nodes
    .filter(({ type, parent, event }) => type === 'startEvent' && parent === 0 && event?.type === 'timer')
    .map(({ index }) => index);
}

/** As in Camunda 7, whoever starts a process by hand whose only start event has a trigger stands in for it. */
function startByOnlyEvent(nodes: Node[]): void {
  const process = nodes[0]!;
  const events = nodes.filter(({ type, parent }) => type === 'startEvent' && parent === 0);
  if (process.starts.length === 0 && events.length === 1) process.starts = [events[0]!.index];
}
