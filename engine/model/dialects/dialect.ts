/** What a dialect is: tables that say, for each attribute and element of a namespace, what it means here. */

import type { Expression, Traits } from '../../core/types.js';
import { type Element, type Extension, kindOf, placeOf, titleOf } from '../element.js';
import { type Notation, splitList, toExpression, toExpressions, toVariable } from '../expressions.js';
import type { Reporter } from '../problems.js';
import type { Properties } from '../properties.js';
import type { Scripts } from '../scripts.js';

/** What all readings of one element share. */
export interface ReadingTools {
  /** What is read goes there. */
  readonly properties: Properties;
  readonly report: Reporter;
  /** Texts of files that are deployed with the model. */
  readonly scripts: Scripts;
}

/** What a reader of an attribute or element is given. */
export interface Reading extends ReadingTools {
  readonly element: Element;
  readonly dialect: Dialect;
  /** Line of the attribute or element that is read. */
  readonly line: number;
  expression(text: string): Expression;
  /** Reports an error about the element; the sentence goes on behind its title. */
  refuse(sentence: string): void;
  /** As refuse, but the deployment goes on. */
  warn(sentence: string): void;
}

/** BPMN kinds that an attribute may stand on. */
export type Kinds = readonly string[];

/** The properties that hold a value of this type. */
type PropertyOf<Value> = {
  [Name in keyof Properties]-?: NonNullable<Properties[Name]> extends Value
    ? Value extends NonNullable<Properties[Name]>
      ? Name
      : never
    : never;
}[keyof Properties];

/**
 * What becomes of an attribute. `to` names the property, `as` how its text is read. `ignored` is harmless: '' says
 * nothing, a sentence is a warning. `refused` decides what runs and is not done here: the sentence says what to do instead.
 */
export type AttributeRule = { on?: Kinds } & (
  | { to: PropertyOf<Expression>; as: 'expression' | 'variable' }
  | { to: PropertyOf<Expression[]>; as: 'expressions' }
  | { to: PropertyOf<string>; as: 'text' }
  | { to: PropertyOf<string[]>; as: 'words' }
  | { to: PropertyOf<boolean>; as: 'flag' }
  | { read(value: string, reading: Reading): void }
  | { ignored: string }
  | { refused: string }
);

/** What becomes of an extension element; `attributes` are those it may have, for "did you mean". */
export type ElementRule = { on?: Kinds; attributes?: Kinds } & (
  | { read(extension: Extension, reading: Reading): void }
  | { ignored: string }
  | { refused: string }
);

export interface Dialect {
  name: string;
  /** Prefixes of its namespaces in `namespaces.ts`. */
  prefixes: readonly string[];
  notation: Notation;
  /** A process without `isExecutable` runs. */
  runsByDefault: boolean;
  /** A reference to an error, signal or escalation that is not declared is its code or name. */
  namesByReference: boolean;
  /** With output mappings the results of a task or call stay local, and only the mapped ones leave. */
  localResults: boolean;
  /** Where its engine does otherwise than the standard. */
  traits: Traits;
  /** A process with one start event can be started by hand, whatever its trigger. */
  startsByItsOnlyEvent: boolean;
  /** How its modeler says what a task runs, for the sentence that asks for it. */
  howToWork: string;
  /** A flow without condition behind a deciding gateway is always true; elsewhere it is refused. */
  bareFlowsAreTrue: boolean;
  attributes: Record<string, AttributeRule>;
  elements: Record<string, ElementRule>;
}

/** Does what the table says with one attribute. */
export function readAttribute(rule: AttributeRule, name: string, value: string, reading: Reading): void {
  if (!counts(rule, name, reading) || 'refused' in rule || 'ignored' in rule) return;
  if ('read' in rule) rule.read(value, reading);
  else if (value.trim() !== '') assign(rule, value, reading);
}

/** Does what the table says with one extension element. */
export function readElement(rule: ElementRule, name: string, extension: Extension, reading: Reading): void {
  if (counts(rule, name, reading) && 'read' in rule) rule.read(extension, reading);
}

/** Reports what is refused, ignored or in the wrong place; false: nothing is left to read. */
function counts(rule: AttributeRule | ElementRule, name: string, reading: Reading): boolean {
  const kind = kindOf(reading.element);
  if (rule.on && !rule.on.includes(kind)) reading.warn(`${name} has no meaning on a ${kind} and is ignored`);
  else if ('refused' in rule) reading.refuse(`${name}: ${rule.refused}`);
  else if (!('ignored' in rule)) return true;
  else if (rule.ignored) reading.warn(`${name} is ignored: ${rule.ignored}`);
  return false;
}

/** Sets a property as the table says; what an earlier dialect has said counts. */
function assign(rule: Extract<AttributeRule, { to: unknown }>, value: string, reading: Reading): void {
  const { properties, line } = reading;
  const { notation } = reading.dialect;
  switch (rule.as) {
    case 'expression':
      properties[rule.to] ??= toExpression(value, line, notation);
      return;
    case 'variable':
      properties[rule.to] ??= toVariable(value, line, notation);
      return;
    case 'expressions':
      properties[rule.to] ??= toExpressions(value, line, notation);
      return;
    case 'text':
      properties[rule.to] ??= value.trim();
      return;
    case 'words':
      properties[rule.to] ??= splitList(value);
      return;
    case 'flag':
      properties[rule.to] ??= value.trim() === 'true';
  }
}

/** The reading of one attribute or element of an element. */
export function readingOf(element: Element, dialect: Dialect, tools: ReadingTools, line: number): Reading {
  const { report } = tools;
  const place = { ...placeOf(element), line };
  return {
    element,
    dialect,
    ...tools,
    line,
    expression: text => toExpression(text, line, dialect.notation),
    refuse: sentence => report.error(`${titleOf(element)}: ${sentence}`, place),
    warn: sentence => report.warn(`${titleOf(element)}: ${sentence}`, place),
  };
}
