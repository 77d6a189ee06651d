/** The limits of a model file: settings, with defaults that no honest model reaches. */

/** What one file may take. */
export interface Limits {
  /** Size of the file in bytes. */
  bytes: number;
  elements: number;
  /** Elements inside each other. */
  depth: number;
  /** Attributes per element. */
  attributes: number;
  /** Characters of one attribute. */
  attributeLength: number;
}

export const defaultLimits: Limits = {
  bytes: 5 * 1024 * 1024,
  elements: 100_000,
  depth: 500,
  attributes: 100,
  attributeLength: 64 * 1024,
};
