/** Variables: where they are read and written on the tree of activations, and how expressions see them. */

import { Failure, shortened, ThrownInScript } from './errors.js';
import type { ExecutionView, LiveScope, ScopeView, Steps, Write } from './language.js';
import type { Activation, Expression, Json, Node, Value, Variables } from './types.js';
import { activationOf, nodeOf, place, record, type World } from './world.js';

/** The counters that a multi-instance body shows to its items (BPMN 2.0.2, table 10.31). */
const loopCounters: Record<string, (activation: Activation) => Json> = {
  nrOfInstances: ({ loop }) => loop!.total,
  nrOfActiveInstances: ({ loop }) => loop!.opened - loop!.completed,
  nrOfCompletedInstances: ({ loop }) => loop!.completed,
};

/** The activation itself, then its enclosing ones, outwards. */
export function* outwards(world: World, activation: Activation | undefined): Generator<Activation> {
  for (let scope = activation; scope; scope = activationOf(world, scope.parent)) yield scope;
}

/** The innermost visible value of a name. */
export function readVariable(world: World, activation: Activation, name: string): Json | undefined {
  for (const scope of outwards(world, activation)) {
    if (scope.variables && Object.hasOwn(scope.variables, name)) return scope.variables[name];
    if (scope.loop && Object.hasOwn(loopCounters, name)) return loopCounters[name]!(scope);
  }
  return undefined;
}

/** All visible variables, the inner ones hiding the outer ones. */
export function visibleVariables(world: World, activation: Activation): Variables {
  const scopes = [...outwards(world, activation)].reverse();
  const visible: Variables = {};
  for (const scope of scopes) {
    if (scope.loop) for (const [name, count] of Object.entries(loopCounters)) visible[name] = count(scope);
    Object.assign(visible, scope.variables);
  }
  return visible;
}

/** Sets variables where they are defined, else on the process; `local`: on the activation itself. */
export function setVariables(world: World, activation: Activation, variables: Variables, local = false): void {
  const byOwner = new Map<number, Variables>();
  for (const [name, value] of Object.entries(variables)) {
    const owner = local ? activation.id : (ownerOf(world, activation, name)?.id ?? 1);
    byOwner.set(owner, { ...byOwner.get(owner), [name]: value });
  }
  for (const [owner, values] of byOwner) {
    record(world, { type: 'set', activation: owner, variables: values });
    world.size += JSON.stringify(values).length;
  }
}

function ownerOf(world: World, activation: Activation, name: string): Activation | undefined {
  for (const scope of outwards(world, activation)) {
    if (scope.variables && Object.hasOwn(scope.variables, name)) return scope;
  }
  return undefined;
}

function write(world: World, activation: Activation, { name, value, local }: Write): void {
  if (value !== undefined) {
    setVariables(world, activation, { [name]: value }, local);
    return;
  }
  removeVariable(world, activation, name, local);
}

/** Takes a variable away where it is defined; `local`: from the activation itself only. */
export function removeVariable(world: World, activation: Activation, name: string, local = false): void {
  const owner = local ? activation : ownerOf(world, activation, name);
  if (!owner?.variables || !Object.hasOwn(owner.variables, name)) return;
  record(world, { type: 'unset', activation: owner.id, names: [name] });
}

function executionView(world: World, activation: Activation, node: Node): ExecutionView {
  const { instance } = world.state;
  return {
    id: `${instance.id}:${activation.id}`,
    processInstanceId: instance.id,
    processDefinitionId: instance.definition,
    processDefinitionKey: instance.key,
    processBusinessKey: instance.businessKey ?? null,
    currentActivityId: node.id,
    currentActivityName: node.name ?? null,
    tenantId: instance.tenant || null,
    by: world.command.by ?? null,
    at: world.command.at,
  };
}

/** Evaluates an expression, list or map in the scope of an activation, for a node that it stands at or listens for. */
export function* evaluate(
  world: World,
  activation: Activation,
  value: Value,
  node = nodeOf(world, activation),
): Steps<Json> {
  if ('list' in value) {
    const items: Json[] = [];
    for (const item of value.list) items.push(yield* evaluate(world, activation, item, node));
    return items;
  }
  if ('map' in value) {
    const entries: Record<string, Json> = {};
    for (const entry of value.map) entries[entry.key] = yield* evaluate(world, activation, entry.value, node);
    return entries;
  }
  const current = () => activationOf(world, activation.id) ?? activation;
  return yield* evaluateExpression(world, activation, node, value, {
    read: name => readVariable(world, current(), name),
    names: () => Object.keys(visibleVariables(world, current())),
    all: () => visibleVariables(world, current()),
  });
}

/** Evaluates on these variables instead of the activation's; writes still go to the activation. */
export function evaluateOn(
  world: World,
  activation: Activation,
  value: Value,
  variables: Variables,
  node: Node,
): Steps<Json> {
  if ('list' in value || 'map' in value) return evaluate(world, activation, value, node);
  return evaluateExpression(world, activation, node, value, {
    read: name => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    names: () => Object.keys(variables),
    all: () => variables,
  });
}

interface Source {
  read(name: string): Json | undefined;
  names(): string[];
  all(): Variables;
}

function* evaluateExpression(
  world: World,
  activation: Activation,
  node: Node,
  expression: Expression,
  source: Source,
): Steps<Json> {
  const inPlace = world.vocabulary.inPlace[expression.language];
  if (inPlace) {
    const scope: LiveScope = {
      read: source.read,
      has: name => source.read(name) !== undefined,
      names: source.names,
      write: (name, value, local) => write(world, activation, { name, value, local }),
      execution: executionView(world, activation, node),
    };
    try {
      return inPlace(expression, scope);
    } catch (error) {
      // It names its text and line itself.
      if (error instanceof Failure) throw new Failure(error.type, `${place(node)}: ${error.message}`, node.index);
      throw failed(node, expression, error instanceof Error ? error.message : String(error));
    }
  }
  const view: ScopeView = {
    variables: source.all(),
    local: Object.keys(activation.variables ?? {}),
    execution: executionView(world, activation, node),
  };
  const answer = yield { need: 'value', expression, scope: view };
  if ('failure' in answer) throw failed(node, expression, answer.failure);
  const writes = 'writes' in answer ? answer.writes : undefined;
  for (const written of writes ?? []) write(world, activationOf(world, activation.id) ?? activation, written);
  if ('thrown' in answer) throw new ThrownInScript(answer.thrown);
  if (!('value' in answer)) throw failed(node, expression, 'no value was answered');
  return answer.value;
}

function failed(node: Node, expression: Expression, reason: string): Failure {
  const text = `${shortened(expression.source)} failed (line ${expression.line})`;
  return new Failure('expression', `${place(node)}: ${text}: ${reason}`, node.index);
}
