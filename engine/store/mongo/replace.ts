/** The commit point: the guarded replace of an instance, or its insert; alone, or in one command with those of other instances. */

import type { AnyClientBulkWriteModel, Collection, MongoClient } from 'mongodb';
import type { Instance } from '../../core/types.js';
import { type CommitResult, TooLarge } from '../port.js';
import { isDuplicate, writeErrorsOf } from './bulk.js';
import type { Stored } from './documents.js';
import { inGroups } from './groups.js';

/** An instance as it is to be stored; `expects`: the version that must be there, 0: none. */
export interface Replacement {
  instance: Instance;
  expects: number;
  document: Stored;
}

export type Replace = (replacement: Replacement) => Promise<CommitResult>;

/** One command for each: every server. */
export function replaceSingly(instances: Collection<Stored>): Replace {
  return async ({ instance, expects, document }) => {
    try {
      if (expects > 0) {
        const { matchedCount } = await instances.replaceOne({ _id: instance.id, version: expects }, document);
        return matchedCount === 1 ? 'committed' : 'conflict';
      }
      await instances.insertOne(document);
      return 'committed';
    } catch (error) {
      if (isDuplicate(error)) return 'duplicate';
      throw isTooLarge(error) ? tooLarge(instance) : error;
    }
  };
}

interface Results {
  updateResults?: ReadonlyMap<number, { matchedCount: number }>;
}

/** One command for all that are ready together: servers since 8.0. Each has a result of its own. */
export function replaceTogether(client: MongoClient, instances: Collection<Stored>): Replace {
  const singly = replaceSingly(instances);
  const { namespace, writeConcern } = instances;

  const model = ({ instance: { id }, expects, document }: Replacement): AnyClientBulkWriteModel<Stored> =>
    expects > 0
      ? { namespace, name: 'replaceOne', filter: { _id: id, version: expects }, replacement: document }
      : { namespace, name: 'insertOne', document };

  const resultOf = ({ expects }: Replacement, index: number, { updateResults }: Results): CommitResult =>
    expects === 0 || updateResults?.get(index)?.matchedCount === 1 ? 'committed' : 'conflict';

  return inGroups<Replacement, CommitResult>(async group => {
    if (group.length === 1) return [singly(group[0]!)];
    try {
      const options = { ordered: false, verboseResults: true, writeConcern: writeConcern! };
      const results = await client.bulkWrite<Record<string, Stored>>(group.map(model), options);
      return group.map((one, index) => resultOf(one, index, results));
    } catch (error) {
      // what is too large for one command is tried alone
      if (isTooLarge(error)) return group.map(singly);
      const errors = writeErrorsOf(error);
      if (!errors) throw error;
      const { partialResult = {} } = error as { partialResult?: Results };
      return group.map((one, index) => (errors.has(index) ? singly(one) : resultOf(one, index, partialResult)));
    }
  });
}

/** Of the server, and of the driver, which has room for a little more. */
const TOO_LARGE = new Set([10_334, 'ERR_OUT_OF_RANGE']);
const isTooLarge = (error: unknown): boolean =>
  TOO_LARGE.has((error as { code: number | string }).code) || /too large|larger than/i.test((error as Error).message);

/** All that grows with what is active lies apart by then; what waits to be delivered does not. */
const tooLarge = ({ id, outbox }: Instance) =>
  new TooLarge(
    `instance ${id} would exceed the 16 MB that MongoDB keeps in one document, with ${outbox.length} effects that wait to be delivered: let those who should hear them take some first`,
  );
