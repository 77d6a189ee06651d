/** The media type of a file that was deployed, by the end of its name, as Camunda 7 tells it. */

const types: Record<string, string[]> = {
  'application/json': ['json'],
  'application/xml': ['bpmn', 'cmmn', 'dmn', 'xml'],
  'image/gif': ['gif'],
  'image/jpeg': ['jpg', 'jpeg', 'jpe'],
  'image/png': ['png'],
  'image/svg+xml': ['svg'],
  'image/tiff': ['tif', 'tiff'],
  'text/html': ['html'],
  'text/plain': ['groovy', 'java', 'js', 'php', 'py', 'rb', 'txt'],
};

const byEnding = new Map(Object.entries(types).flatMap(([type, endings]) => endings.map(ending => [ending, type])));

/**
 * Undefined: nothing but bytes.
 *
 * @example mediaTypeOf('orders/order.bpmn') // 'application/xml'
 */
export const mediaTypeOf = (name: string): string | undefined =>
  byEnding.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
