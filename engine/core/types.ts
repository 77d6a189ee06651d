/** The plain data that the core works on, in one place to import from. JSON throughout, never a class. */

export type * from './definition.js';
export type * from './effects.js';
export type * from './events.js';
export type * from './instance.js';
export type * from './values.js';
