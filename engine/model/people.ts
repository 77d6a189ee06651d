/** User tasks and forms: who may do it, until when, and with which form. */

import type { Expression, FormSpec, Json, TaskSpec } from '../core/types.js';
import { type Compilation, compact, expressionOf, refuse } from './compilation.js';
import { peopleOf } from './dialects/readers.js';
import { child, children, documentationOf, type Element, kindOf, lineOf, nameOf, textOf } from './element.js';
import { toExpression } from './expressions.js';

/** The task of a user task. `forms` are those that lie in the process itself. */
export function taskOf(task: Element, forms: ReadonlyMap<string, Json | undefined>, cx: Compilation): TaskSpec {
  const properties = cx.properties(task);
  const roles = rolesOf(task, cx);
  return compact({
    assignee: properties.assignee ?? roles.assignee,
    candidateUsers: properties.candidateUsers ?? roles.users,
    candidateGroups: properties.candidateGroups ?? roles.groups,
    due: properties.due,
    followUp: properties.followUp,
    priority: properties.priority,
    name: expressionOf(cx, nameOf(task), task),
    description: expressionOf(cx, documentationOf(task), task),
    form: formOf(task, forms, cx),
    listeners: properties.taskListeners,
  });
}

/** Resource roles of the standard (BPMN 10.3.1): `humanPerformer` is the assignee, `potentialOwner` the candidates. */
function rolesOf(task: Element, cx: Compilation) {
  const texts = (kind: string) =>
    children(task, 'resources')
      .filter(role => kindOf(role) === kind)
      .map(role => ({ role, expression: child(child(role, 'resourceAssignmentExpression') ?? role, 'expression') }))
      .flatMap(({ role, expression }) => {
        const text = expression && textOf(expression, 'body');
        return text ? [{ text, line: lineOf(role) }] : [];
      });
  const toExpressions = (names: string[], line: number) =>
    names.map(name => toExpression(name, line, cx.dialect.notation));
  const owners = texts('potentialOwner').map(({ text, line }) => ({ ...peopleOf(text), line }));
  const performer = texts('humanPerformer')[0];
  return {
    assignee: performer && toExpression(performer.text, performer.line, cx.dialect.notation),
    users: some(owners.flatMap(({ users, line }) => toExpressions(users, line))),
    groups: some(owners.flatMap(({ groups, line }) => toExpressions(groups, line))),
  };
}

const some = (list: Expression[]) => (list.length > 0 ? list : undefined);

/** `camunda-forms:bpmn:<id>` is a form in the process itself. */
const embedded = /^camunda-forms:bpmn:(.+)$/;

/** The form of a user task or start event; undefined when nothing is said. */
export function formOf(
  element: Element,
  forms: ReadonlyMap<string, Json | undefined>,
  cx: Compilation,
): FormSpec | undefined {
  const properties = cx.properties(element);
  const id = embedded.exec(properties.formKey?.source ?? '')?.[1];
  const schema = id === undefined ? undefined : forms.get(id);
  if (id !== undefined && schema === undefined)
    refuse(cx, element, `its form '${id}' ${forms.has(id) ? 'is not valid JSON' : 'is not in the process'}`);
  const form: FormSpec = compact({
    key: properties.formKey,
    ref: properties.formRef,
    binding: bindings[properties.formBinding ?? ''],
    version: properties.formVersion === undefined ? undefined : Number(properties.formVersion),
    schema,
    fields: properties.formFields,
    businessKey: properties.formBusinessKey,
  });
  return Object.keys(form).length > 0 ? form : undefined;
}

const bindings: Record<string, FormSpec['binding']> = {
  latest: 'latest',
  deployment: 'deployment',
  version: 'version',
};
