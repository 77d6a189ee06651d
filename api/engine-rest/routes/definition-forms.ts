/** Start forms: where they are, what fills them, and their files. */

import { z } from 'zod';
import type { FormField, FormSpec } from '../../../engine/core/types.js';
import type { DefinitionHead } from '../../../engine/store/documents.js';
import type { Services } from '../../services.js';
import { RestError } from '../errors.js';
import { deployedForm, formDto, renderedForm } from '../forms.js';
import type { Operation } from '../operation.js';
import { FlagOfQuery, TextsOfQuery } from '../schemas.js';
import { typedVariables } from '../variables.js';
import { ofDefinition } from './definitions.js';

export function definitionFormOperations(services: Services): Operation[] {
  const { engine, forms } = services;

  /** What the model says of the form of the start event, and its key. */
  async function formOf({ id }: DefinitionHead): Promise<{ spec?: FormSpec; key?: string }> {
    const { nodes } = await engine.definition(id);
    const spec = nodes.find(node => node.type === 'startEvent' && node.parent === 0 && !node.event)?.form;
    const key = spec?.key?.language === 'literal' ? spec.key.source : undefined;
    return { ...(spec && { spec }), ...(key !== undefined && { key }) };
  }

  async function fieldsOf(definition: DefinitionHead): Promise<FormField[]> {
    return (await formOf(definition)).spec?.fields ?? [];
  }

  return [
    ...ofDefinition(services, { method: 'get', path: '/startForm' }, async definition => {
      const { spec, key } = await formOf(definition);
      return formDto(spec, key, `/process-definition/${definition.id}/rendered-form`);
    }),
    ...ofDefinition(services, { method: 'get', path: '/deployed-start-form' }, async definition => {
      const { spec, key } = await formOf(definition);
      return deployedForm(services, definition, spec, key);
    }),
    ...ofDefinition(services, { method: 'get', path: '/rendered-form' }, async definition => {
      const fields = await fieldsOf(definition);
      if (fields.length > 0) return renderedForm(fields);
      const message = `No matching rendered start form for process definition with the id ${definition.id} found.`;
      throw new RestError(404, 'InvalidRequestException', message);
    }),
    ...ofDefinition(
      services,
      {
        method: 'get',
        path: '/form-variables',
        query: z.object({ variableNames: TextsOfQuery.optional(), deserializeValues: FlagOfQuery.optional() }),
      },
      async (definition, { query }) => {
        const form = await forms.start(await engine.definition(definition.id));
        const isDeclared = (await fieldsOf(definition)).length > 0 && form.kind === 'form-js';
        const filled = isDeclared
          ? form.schema.components.flatMap(({ key, defaultValue }) =>
              key === undefined ? [] : [[key, defaultValue ?? null] as const],
            )
          : [];
        const named = filled.filter(([name]) => query.variableNames?.includes(name) ?? true);
        return typedVariables(Object.fromEntries(named), { deserialize: query.deserializeValues });
      },
    ),
  ];
}
