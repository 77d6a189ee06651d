/** Which blobs nobody refers to any more: everything that refers to one is looked through. */

import type { AttachmentDocument, DeploymentDocument } from './documents.js';
import type { CollectionName, Document, Filter, Store } from './port.js';
import { cursorOf } from './queries.js';
import { holding, leaving, type Parted } from './values.js';

const PAGE = 500;

/** Who refers to blobs: where, and by which hashes. */
interface Referrer {
  collection: CollectionName;
  filter: Filter;
  sort: Record<string, 1>;
  hashes(document: Document): string | string[];
}

const referrers: Referrer[] = [
  ...[...holding].map(collection => ({
    collection,
    filter: { 'blobs.0': { $exists: true } },
    sort: { 'blobs.0': 1 } as const,
    hashes: (document: Document) => (document as Parted).blobs ?? [],
  })),
  {
    collection: 'deployments',
    filter: {},
    sort: { id: 1 },
    hashes: document => (document as DeploymentDocument).resources.map(({ blob }) => blob),
  },
  {
    // Tasks without a process hold their variables themselves.
    collection: 'tasks',
    filter: { instance: '' },
    sort: { id: 1 },
    hashes: document => leaving(document).files,
  },
  {
    collection: 'attachments',
    filter: {},
    sort: { id: 1 },
    hashes: document => (document as AttachmentDocument).blob ?? [],
  },
];

/** Blobs that nobody has put since then, and nobody refers to. */
export async function unreferred(
  store: Pick<Store, 'blobs' | 'find'>,
  before: number,
): Promise<{ tenant: string; hash: string }[]> {
  const old = await store.blobs(before);
  if (old.length === 0) return [];
  const referred = new Set<string>();
  for (const referrer of referrers) {
    for await (const { tenant, hash } of references(store, referrer)) referred.add(`${tenant} ${hash}`);
  }
  return old.filter(({ tenant, hash }) => !referred.has(`${tenant} ${hash}`));
}

async function* references(store: Pick<Store, 'blobs' | 'find'>, { collection, filter, sort, hashes }: Referrer) {
  for (let last: Document | undefined; ; ) {
    const page: Document[] = await store.find(collection, {
      filter,
      sort,
      limit: PAGE,
      ...(last && { after: cursorOf(last, sort) }),
    });
    for (const document of page) for (const hash of [hashes(document)].flat()) yield { tenant: document.tenant, hash };
    if (page.length < PAGE) return;
    last = page.at(-1);
  }
}
