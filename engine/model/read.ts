/** One file, from text to compiled processes, in the calling thread: pre-scan, moddle, compile, validate. */

import { BpmnModdle, type Warning } from 'bpmn-moddle';
import { type Compilation, refuse, warn } from './compilation.js';
import { compileProcess } from './compile.js';
import type { ReadResult } from './contract.js';
import { dialectOf, propertyReader } from './dialects/index.js';
import { children, type Element, enclosing, idOf, kindOf, placeOf, textOf, titleOf } from './element.js';
import { defaultLimits, type Limits } from './limits.js';
import { prefixes, unreadDialects } from './namespaces.js';
import { originalId } from './normalise.js';
import { prescan } from './prescan.js';
import { didYouMean, type Reporter, reporter } from './problems.js';
import type { Scripts } from './scripts.js';
import type { Checks } from './texts.js';
import { validate } from './validate.js';

export interface ReadOptions extends Checks {
  limits?: Limits;
  /** Texts of files that are deployed with it. */
  scripts?: Scripts | undefined;
}

/**
 * Compiles the text of a BPMN file in the calling thread. Bad input is a problem, never an exception.
 *
 * @example
 * const { processes, problems } = await compileXml('<definitions …', 'order.bpmn');
 */
export async function compileXml(
  text: string,
  file: string,
  { limits = defaultLimits, scripts = new Map(), ...checks }: ReadOptions = {},
): Promise<ReadResult> {
  const report = reporter(file);
  const scanned = prescan(text, report, limits);
  const result: ReadResult = { processes: [], drawings: [], problems: report.problems };
  if (!scanned) return result;
  const { rootElement, warnings } = await new BpmnModdle().fromXML(scanned.text);
  const definitions = rootElement as Element;
  const used = new Set([...scanned.used].map(uri => prefixes[uri] ?? ''));
  const dialect = dialectOf(definitions, used);
  reportNamespaces(scanned.used, report);
  const unresolved = unresolvedOf(warnings);
  const cx: Compilation = {
    dialect,
    report,
    scripts,
    properties: propertyReader(dialect, report, scripts),
    expressionLanguage: languageOf(definitions),
    unresolved: (element, property) => unresolved.get(element)?.get(property),
  };
  const runs = (process: Element) =>
    process.isExecutable === true || (process.isExecutable === undefined && dialect.runsByDefault);
  reportWarnings(warnings, runs, cx);
  for (const element of children(definitions, 'rootElements')) if (named.has(kindOf(element))) cx.properties(element);
  for (const process of children(definitions, 'rootElements').filter(element => kindOf(element) === 'process')) {
    if (runs(process)) result.processes.push(compileProcess(process, cx));
    else result.drawings.push(idOf(process));
  }
  for (const process of result.processes) await validate(process, report, checks);
  reportDrawings(result, definitions, report);
  result.problems.sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
  return result;
}

/** Extensions of others are kept in the stored bytes; those of an engine that we do not read would be lost in silence. */
function reportNamespaces(used: ReadonlySet<string>, report: Reporter): void {
  for (const uri of used) {
    const engine = unreadDialects[uri];
    if (engine)
      report.error(`extensions of ${engine} (${uri}) are not read yet, and they decide what runs; remove them`);
    else if (!Object.hasOwn(prefixes, uri) && uri !== '')
      report.warn(`extensions of ${uri} are kept, but have no effect here`);
  }
}

/** Only what the file says itself: moddle fills in XPath, the standard's default, which hardly anybody means. */
const languageOf = (definitions: Element) =>
  Object.hasOwn(definitions, 'expressionLanguage') ? textOf(definitions, 'expressionLanguage') : undefined;

function unresolvedOf(warnings: Warning[]): Map<object, Map<string, string>> {
  const found = new Map<object, Map<string, string>>();
  for (const { message, element, property, value } of warnings) {
    if (!message.startsWith('unresolved reference') || !element || !property || value === undefined) continue;
    const of = found.get(element) ?? new Map<string, string>();
    found.set(element, of.set(property, originalId(value)));
  }
  return found;
}

/** Root elements whose extensions count. */
const named = new Set(['message', 'signal', 'error', 'escalation']);

/** References without which a model does not run; others only mean the drawing or types of data. */
const vital = new Set([
  'sourceRef',
  'targetRef',
  'attachedToRef',
  'default',
  'messageRef',
  'signalRef',
  'errorRef',
  'escalationRef',
]);
/** References that dialects and people use as the name itself. */
const names = new Set(['messageRef', 'signalRef', 'errorRef', 'escalationRef']);
const byName = new Set(['loopDataInputRef', 'loopDataOutputRef']);

function reportWarnings(warnings: Warning[], runs: (process: Element) => boolean, cx: Compilation): void {
  for (const { message, element: owner, property, value } of warnings) {
    const element = owner as Element | undefined;
    const name = property?.replace(/^bpmn:/, '') ?? '';
    if (!element?.$type) cx.report.error(message.split('\n')[0]!);
    else if (message.startsWith('unresolved reference')) {
      if (byName.has(name) || (names.has(name) && cx.dialect.namesByReference)) continue;
      // Camunda 7 takes the reference of an error that is declared nowhere for its code.
      if (name === 'errorRef' && cx.dialect.namesByReference) continue;
      const process = enclosing(element, 'process');
      const say = process && runs(process) ? refuse : warn;
      if (vital.has(name)) say(cx, nearest(element), `${name} '${originalId(value ?? '')}' does not exist`);
    } else if (message.startsWith('unknown attribute')) {
      if (name !== 'language' && !name.includes(':'))
        cx.report.warn(
          `${titleOf(element)}: BPMN has no attribute ${name} here; it is ignored${didYouMean(name, attributesOf(element))}`,
          placeOf(element),
        );
    } else cx.report.error(`${titleOf(element)}: ${message.split('\n')[0]}`, placeOf(element));
  }
}

/** Event definitions mostly have no id; then their event is named. */
const nearest = (element: Element): Element => (idOf(element) || !element.$parent ? element : nearest(element.$parent));

const attributesOf = (element: Element): string[] =>
  (element.$descriptor as { properties: { name: string; isAttr?: boolean }[] }).properties
    .filter(({ isAttr }) => isAttr)
    .map(({ name }) => name.replace(/^bpmn:/, ''));

/** A file that yields nothing executable is never silently empty. */
function reportDrawings(result: ReadResult, definitions: Element, report: Reporter): void {
  const processes = children(definitions, 'rootElements').filter(element => kindOf(element) === 'process');
  if (processes.length === 0) report.error('the file holds no process; draw one, and set isExecutable="true"');
  for (const process of processes.filter(element => result.drawings.includes(idOf(element)))) {
    const message = `process '${idOf(process)}' is not executable: set isExecutable="true"`;
    if (result.processes.length === 0) report.error(message, placeOf(process));
    else report.warn(`${message} to run it, too`, placeOf(process));
  }
}
