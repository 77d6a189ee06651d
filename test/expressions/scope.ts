/** A scope over plain variables, as the core would offer it. */
import type { ExecutionView, LiveScope, ScopeView } from '../../engine/core/language.js';
import type { Json, Variables } from '../../engine/core/types.js';

export const execution: ExecutionView = {
  id: 'instance-1~2',
  processInstanceId: 'instance-1',
  processDefinitionId: 'order:3',
  processDefinitionKey: 'order',
  processBusinessKey: 'A-17',
  currentActivityId: 'check',
  currentActivityName: 'Check the order',
  tenantId: null,
  by: 'mary',
  at: Date.parse('2026-03-28T12:00:00Z'),
};

/** Reads and writes go to `variables`; what was written locally is listed in `local`. */
export function liveScope(variables: Variables = {}): LiveScope & { variables: Variables; local: string[] } {
  const local: string[] = [];
  return {
    variables,
    local,
    execution,
    read: name => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    has: name => Object.hasOwn(variables, name),
    names: () => Object.keys(variables),
    write(name: string, value: Json | undefined, isLocal?: boolean) {
      if (value === undefined) delete variables[name];
      else variables[name] = value;
      if (isLocal) local.push(name);
    },
  };
}

/** The same for an evaluator in another thread. */
export const scopeView = (variables: Variables = {}, local: string[] = []): ScopeView => ({
  variables,
  local,
  execution,
});
