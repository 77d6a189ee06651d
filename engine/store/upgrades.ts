/** Formats of the data: one pure function per step from each to the next. */

import { FORMAT } from './documents.js';
import { type CollectionName, type Document, StoreError } from './port.js';

/** One step: from format `to - 1` to `to`. */
export interface Upgrade {
  to: number;
  /** What changes, in a few words. */
  what: string;
  /**
   * Answers the document in the new format; must not change the one it gets. A field that is changed in place (`patch`)
   * keeps its name and meaning.
   */
  document(collection: CollectionName, document: Document): Document;
  /** The way back, for as long as nodes of an older program run on the same data; absent: they read the new one, too. */
  back?(collection: CollectionName, document: Document): Document;
}

/** Every step since format 1, in order. */
export const upgrades: Upgrade[] = [];

/** The format that a program with these steps writes. */
export const formatOf = (steps: Upgrade[]): number => steps.at(-1)?.to ?? FORMAT;

/**
 * The steps that lead from a stored format to the one of this program.
 * @throws StoreError when the data are of a newer program.
 */
export function stepsFrom(format: number, steps: Upgrade[], where: string): Upgrade[] {
  const newest = formatOf(steps);
  if (format > newest) {
    throw new StoreError(
      `${where} has format ${format}, written by a newer Weft; this one reads up to format ${newest}: use the newer program, or another data folder`,
    );
  }
  return steps.filter(step => step.to > format);
}

/** A document carried through the steps that it has not seen yet. */
export function upgraded<T extends Document>(steps: Upgrade[], collection: CollectionName, document: T): T {
  return steps
    .filter(step => step.to > document.format)
    .reduce((older, step) => ({ ...step.document(collection, older), format: step.to }), document as Document) as T;
}

/** A document of this program as a program of an older format reads it; it says that format. */
export function downgraded<T extends Document>(
  steps: Upgrade[],
  collection: CollectionName,
  document: T,
  to: number,
): T {
  const back = steps
    .filter(step => step.to > to)
    .reduceRight((newer, step) => step.back?.(collection, newer) ?? newer, document as Document);
  return { ...back, format: to } as T;
}
