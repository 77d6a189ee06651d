/** `execution`, as Camunda 7 and Flowable offer it: variables, and the facts about where the token stands. */

import { known } from '../names.js';
import { allowed, JuelError } from './syntax.js';
import { type Callable, type Evaluation, Thing, takes, toJson, toText, type Value } from './values.js';

const methods: Record<string, Callable<Thing>> = {
  getVariable: takes(1, 1, (_self, [name], { scope }) => scope.read(toText(name!)) ?? null),
  hasVariable: takes(1, 1, (_self, [name], { scope }) => scope.has(toText(name!))),
  getVariables: takes(0, 0, (_self, _args, { scope }) => variables(scope)),
  getVariableNames: takes(0, 0, (_self, _args, { scope }) => scope.names()),
  setVariable: takes(2, 2, (_self, [name, value], { scope }) => write(scope, name!, value!, false)),
  setVariableLocal: takes(2, 2, (_self, [name, value], { scope }) => write(scope, name!, value!, true)),
  removeVariable: takes(1, 1, (_self, [name], { scope }) => {
    scope.write(toText(name!), undefined);
    return null;
  }),
};

/** The object that `execution` names in this scope. */
export function executionOf({ scope }: Evaluation): Thing {
  const { execution } = scope;
  return new Thing(
    'the execution',
    {
      id: () => execution.id,
      processInstanceId: () => execution.processInstanceId,
      processDefinitionId: () => execution.processDefinitionId,
      processDefinitionKey: () => execution.processDefinitionKey,
      processBusinessKey: () => execution.processBusinessKey,
      businessKey: () => execution.processBusinessKey,
      currentActivityId: () => execution.currentActivityId,
      currentActivityName: () => execution.currentActivityName,
      tenantId: () => execution.tenantId,
      variables: () => variables(scope),
    },
    methods,
    () => {
      throw new JuelError('the execution is no value; name one of its properties');
    },
  );
}

/** The variable, or an error that says which there are. */
export function variable({ scope }: Evaluation, name: string): Value {
  const value = scope.read(name);
  if (value !== undefined) return value;
  throw new JuelError(`there is no variable '${name}'; ${known(name, scope.names())}`);
}

const variables = (scope: Evaluation['scope']): Value =>
  Object.fromEntries(scope.names().map(name => [name, scope.read(name) ?? null]));

function write(scope: Evaluation['scope'], name: Value, value: Value, local: boolean): null {
  scope.write(allowed(toText(name)), toJson(value), local);
  return null;
}
