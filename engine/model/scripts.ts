/** Scripts in files of their own: `deployment://approve.js` names one that is deployed together with the model. */

/** Name of a file → its text. */
export type Scripts = ReadonlyMap<string, string>;

const scheme = 'deployment://';

interface File {
  name: string;
  bytes: Uint8Array;
}

/** The files of a deployment that a model names as scripts. */
export const scriptsOf = <F extends File>(model: Uint8Array, files: readonly F[]): F[] => {
  const text = Buffer.from(model.buffer, model.byteOffset, model.byteLength);
  return text.includes(scheme) ? files.filter(({ name }) => text.includes(scheme + name)) : [];
};

/** The same as texts. */
export const scriptTexts = (model: Uint8Array, files: readonly File[]): Scripts =>
  new Map(scriptsOf(model, files).map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]));

/**
 * The text of a script, or the sentence that refuses it.
 *
 * @example scriptFrom('deployment://approve.js', scripts) // { source: 'approved = amount < 100' }
 */
export function scriptFrom(reference: string, scripts: Scripts): { source: string } | { refused: string } {
  const name = reference.trim();
  if (!name.startsWith(scheme))
    return {
      refused: `the script "${name}" lies outside of the deployment; deploy its file too, and name it ${scheme}${fileOf(name)}`,
    };
  const source = scripts.get(name.slice(scheme.length));
  if (source !== undefined) return { source };
  return { refused: `the deployment has no file "${name.slice(scheme.length)}"; deploy it together with the model` };
}

const fileOf = (name: string) => name.replace(/^.*\//, '');
