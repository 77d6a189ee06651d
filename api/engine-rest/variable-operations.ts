/** The operations on variables that tasks, executions and instances have in common: all, one, and its bytes. */

import { z } from 'zod';
import type { Json, TypeHint, TypeHints, Variables } from '../../engine/core/types.js';
import type { MultipartForm } from '../multipart.js';
import type { Services } from '../services.js';
import { invalid, RestError } from './errors.js';
import { type Asked, download, type Operation, operation, Reply } from './operation.js';
import { FlagOfQuery, FormParts, members, VariableName } from './schemas.js';
import {
  fileValue,
  hintIn,
  isFile,
  readVariables,
  TypedValueIn,
  TypedVariablesIn,
  typedValue,
  typedVariables,
  typeOf,
} from './variables.js';

/** What changes of some variables. */
export interface VariableWrites {
  set: Variables;
  remove: string[];
  types: TypeHints;
}

/** Where variables are: what can be read there, and how it is changed. */
export interface VariableScope {
  tenant: string;
  variables: Variables;
  types?: TypeHints | undefined;
  write(writes: VariableWrites): Promise<unknown>;
}

export interface VariablePlace {
  /** Such as `/task/{id}/localVariables`. */
  path: string;
  /** What refusals call it: `task`, `execution`, `process instance`. */
  of: string;
  /** Finds the scope that a request names, as far as the asker may. */
  scope(asked: Pick<Asked<unknown, unknown>, 'params' | 'person'>, wanted: 'read' | 'update'): Promise<VariableScope>;
}

const Modifications = members({
  modifications: TypedVariablesIn.optional(),
  deletions: z.array(VariableName).max(10_000).optional(),
});

/** All of them, below one path. */
export function variableOperations(services: Services, { path, of, scope }: VariablePlace): Operation[] {
  const { store, settings } = services;
  const one = `${path}/{varName}`;
  const toolsOf = ({ tenant }: VariableScope) => ({ store, tenant, settings });

  function named({ variables, types }: VariableScope, name: string): { value: Json; hint?: TypeHint } {
    if (Object.hasOwn(variables, name)) return { value: variables[name]!, hint: hintIn(types, name) };
    throw new RestError(404, 'InvalidRequestException', `${of} variable with name ${name} does not exist`);
  }

  return [
    operation(
      { method: 'get', path, query: z.object({ deserializeValues: FlagOfQuery.optional() }) },
      async ({ query, ...asked }) => {
        const { variables, types } = await scope(asked, 'read');
        return typedVariables(variables, { types, deserialize: query.deserializeValues });
      },
    ),
    operation({ method: 'post', path, body: Modifications }, async ({ body, ...asked }) => {
      const found = await scope(asked, 'update');
      const { variables, types } = await readVariables(body.modifications, toolsOf(found));
      await found.write({ set: variables, remove: body.deletions ?? [], types });
    }),
    operation(
      { method: 'get', path: one, query: z.object({ deserializeValue: FlagOfQuery.optional() }) },
      async ({ query, ...asked }) => {
        const { value, hint } = named(await scope(asked, 'read'), asked.params.varName!);
        return typedValue(value, { hint, deserialize: query.deserializeValue });
      },
    ),
    operation({ method: 'put', path: one, body: TypedValueIn }, async ({ body, ...asked }) => {
      const found = await scope(asked, 'update');
      const name = nameIn(asked.params);
      const { variables, types } = await readVariables({ [name]: body }, toolsOf(found));
      await found.write({ set: variables, remove: [], types });
    }),
    operation({ method: 'delete', path: one }, async asked => {
      const found = await scope(asked, 'update');
      await found.write({ set: {}, remove: [nameIn(asked.params)], types: {} });
    }),
    operation({ method: 'get', path: `${one}/data` }, async asked => {
      const found = await scope(asked, 'read');
      const name = asked.params.varName!;
      const { value, hint } = named(found, name);
      return bytesOf(services, found.tenant, name, value, hint);
    }),
    operation(
      { method: 'post', path: `${one}/data`, accepts: 'multipart', body: FormParts },
      async ({ body, ...asked }) => {
        const found = await scope(asked, 'update');
        const name = nameIn(asked.params);
        const { value, hint } = await sentBytes(services, found.tenant, body);
        await found.write({ set: { [name]: value }, remove: [], types: { [name]: hint ?? null } });
      },
    ),
  ];
}

/** Names that could not be variables would reach a prototype. */
function nameIn({ varName }: Record<string, string>): string {
  const name = VariableName.safeParse(varName);
  if (name.success) return name.data;
  throw invalid(`'${varName}' ${name.error.issues[0]!.message}`);
}

/** The bytes of a File or Bytes variable. Throws 400 for one of another type. */
export async function bytesOf(
  { store }: Pick<Services, 'store'>,
  tenant: string,
  name: string,
  value: Json,
  hint?: TypeHint,
): Promise<Reply> {
  if (isFile(value)) {
    const bytes = (await store.getBlob(tenant, value.blob)) ?? new Uint8Array();
    const type = value.mimeType ?? 'application/octet-stream';
    return download(bytes, value.file, value.encoding === undefined ? type : `${type}; encoding=${value.encoding}`);
  }
  if (typeOf(value, hint) === 'Bytes' && typeof value === 'string')
    return new Reply({ type: 'application/octet-stream', body: Buffer.from(value, 'base64') });
  throw invalid(`Value of variable with name ${name} is not a binary value.`);
}

/** A variable out of a form: a file, bytes, or (with a `type`) the JSON of an object. */
async function sentBytes(
  { store, settings }: Services,
  tenant: string,
  { fields, files }: MultipartForm,
): Promise<{ value: Json; hint?: TypeHint }> {
  const file = files.find(({ part }) => part === 'data');
  const bytes = file?.bytes ?? (fields.data === undefined ? undefined : Buffer.from(fields.data));
  if (!bytes) throw invalid("No 'data' part was sent");
  if (bytes.byteLength > settings.variableLimit)
    throw invalid(`the data is larger than the ${settings.variableLimit} bytes allowed`);
  const valueType = (fields.valueType ?? (fields.type === undefined ? 'Bytes' : 'Object')).toLowerCase();
  if (valueType === 'file') {
    if (!file) throw invalid("The 'data' part of a File needs a file name");
    const blob = await store.putBlob(tenant, bytes);
    return { value: fileValue(blob, bytes.byteLength, { filename: file.name, mimeType: file.type }) };
  }
  if (valueType === 'bytes') return { value: Buffer.from(bytes).toString('base64'), hint: { type: 'Bytes' } };
  const valueInfo: Record<string, Json> = fields.type === undefined ? {} : { objectTypeName: fields.type };
  const sent = { data: { value: Buffer.from(bytes).toString(), type: fields.valueType ?? 'Object', valueInfo } };
  const { variables, types } = await readVariables(sent, { store, tenant, settings });
  return { value: variables.data!, ...(types.data && { hint: types.data }) };
}
