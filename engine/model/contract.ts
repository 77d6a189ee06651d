/** What the model reader promises: bytes of a file in, compiled processes and problems out. */

import type { Problem } from '../contract.js';
import type { Definition } from '../core/types.js';
import type { Scripts } from './scripts.js';

/** Number of the compiled form; raised when an old one must be compiled again. */
export const COMPILED_FORMAT = 3;

/** A compiled process before it has a version: the deployment fills in the rest. */
export type CompiledProcess = Omit<Definition, 'id' | 'version' | 'tenant' | 'deployment'>;

export interface ReadResult {
  /** The executable processes of the file. */
  processes: CompiledProcess[];
  /** Ids of processes that are drawings only, with the reason in `problems`. */
  drawings: string[];
  problems: Problem[];
}

/** A process as a picture, or one sentence that says why there is none. */
export type Picture = { svg: string } | { failure: string };

export interface ModelReader {
  /**
   * Reads a BPMN file in the parsing worker, with limits and a deadline; bad input is a problem, never an exception.
   * `scripts`: texts of files that are deployed with it.
   */
  read(file: { name: string; bytes: Uint8Array }, scripts?: Scripts): Promise<ReadResult>;
  /** Draws a process of a file as the file itself arranges it, as SVG. */
  draw(file: { name: string; bytes: Uint8Array }, process: string): Promise<Picture>;
  close(): Promise<void>;
}
