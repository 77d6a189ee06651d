/** Instructions of a modification, as clients send them and as the engine takes them. */

import { z } from 'zod';
import type { Instruction, Placement } from '../../engine/core/language.js';
import type { TypeHints } from '../../engine/core/types.js';
import { Id } from '../schemas.js';
import { engineError, invalid } from './errors.js';
import type { Whole } from './executions.js';
import { numbered, uuidIn } from './ids.js';
import { members } from './schemas.js';
import { type ReadingTools, readVariables, TypedVariablesIn } from './variables.js';

export const InstructionIn = members({
  type: z.enum(['cancel', 'startBeforeActivity', 'startAfterActivity', 'startTransition']),
  activityId: Id.optional(),
  transitionId: Id.optional(),
  activityInstanceId: Id.optional(),
  transitionInstanceId: Id.optional(),
  ancestorActivityInstanceId: Id.optional(),
  cancelCurrentActiveActivityInstances: z.boolean().optional(),
  variables: TypedVariablesIn.optional(),
});
type InstructionIn = z.output<typeof InstructionIn>;

/** In the engine's words; `whole` is absent where the instance is only about to begin. Throws 400, 500. */
export async function readInstructions(
  input: InstructionIn[],
  tools: ReadingTools,
  whole?: Whole,
): Promise<{ instructions: Instruction[]; types: TypeHints }> {
  const types: TypeHints = {};
  const instructions: Instruction[] = [];
  for (const one of input) {
    const placement = await placementOf(one, tools, types, whole);
    instructions.push(kinds[one.type](one, placement, whole));
  }
  return { instructions, types };
}

async function placementOf(
  { variables = {}, ancestorActivityInstanceId }: InstructionIn,
  tools: ReadingTools,
  types: TypeHints,
  whole: Whole | undefined,
): Promise<Placement> {
  const entries = Object.entries(variables);
  const read = (local: boolean) =>
    readVariables(Object.fromEntries(entries.filter(([, value]) => (value.local === true) === local)), tools);
  const [around, own] = await Promise.all([read(false), read(true)]);
  Object.assign(types, around.types, own.types);
  return {
    ...(Object.keys(around.variables).length > 0 && { variables: around.variables }),
    ...(Object.keys(own.variables).length > 0 && { local: own.variables }),
    ...(ancestorActivityInstanceId !== undefined && inside(ancestorActivityInstanceId, whole)),
  };
}

function inside(id: string, whole: Whole | undefined): Pick<Placement, 'inside' | 'chunk'> {
  const { activation, chunk } = openAt(id, whole);
  return { inside: activation, ...(chunk !== undefined && { chunk }) };
}

/** The activation that the id of an activity instance or transition instance names. */
function openAt(id: string, whole: Whole | undefined): { activation: number; chunk?: string } {
  const wanted = uuidIn(id);
  const found =
    whole &&
    Object.values(whole.activations).find(one =>
      one.id === 1 ? wanted === whole.instance.id : numbered(whole.instance.id, one.id) === wanted,
    );
  if (!found) throw engineError(`Cannot perform instruction: activity instance '${id}' does not exist`);
  return { activation: found.id, ...(found.chunk !== undefined && { chunk: found.chunk }) };
}

const named = (id: string | undefined, member: string): string => {
  if (id === undefined) throw invalid(`For instruction type: '${member}' must be set`);
  return id;
};

const kinds: Record<InstructionIn['type'], (input: InstructionIn, placement: Placement, whole?: Whole) => Instruction> =
  {
    startBeforeActivity: ({ activityId }, placement) => ({
      do: 'startBefore',
      element: named(activityId, 'activityId'),
      ...placement,
    }),
    startAfterActivity: ({ activityId }, placement) => ({
      do: 'startAfter',
      element: named(activityId, 'activityId'),
      ...placement,
    }),
    startTransition: ({ transitionId }, placement) => ({
      do: 'startOn',
      flow: named(transitionId, 'transitionId'),
      ...placement,
    }),
    cancel({ activityId, activityInstanceId, transitionInstanceId }, _placement, whole) {
      const given = [activityId, activityInstanceId, transitionInstanceId].filter(id => id !== undefined);
      if (given.length !== 1)
        throw invalid(
          "For instruction type 'cancel': exactly one, 'activityId', 'activityInstanceId', or 'transitionInstanceId', is required",
        );
      if (activityId !== undefined) return { do: 'cancelAll', element: activityId };
      return { do: 'cancel', ...openAt(given[0]!, whole) };
    },
  };
