/** The contract of blobs: bytes by tenant and content. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { Contract } from '../store.js';

export function blobContract(contract: Contract): void {
  contract('bytes of every size come back, named by their SHA-256', async store => {
    for (const size of [0, 1, 255 * 1024, 255 * 1024 + 1, 2_000_000]) {
      const bytes = new Uint8Array(randomBytes(size));

      const hash = await store.putBlob('', bytes);

      assert.equal(hash, createHash('sha256').update(bytes).digest('hex'));
      assert.ok(Buffer.from(bytes).equals((await store.getBlob('', hash))!), `${size} bytes`);
    }
  });

  contract('the same bytes may be put again, and at once', async store => {
    const bytes = new TextEncoder().encode('<definitions/>');

    const hashes = await Promise.all(Array.from({ length: 5 }, () => store.putBlob('', bytes)));

    assert.equal(new Set(hashes).size, 1);
    assert.deepEqual(await store.getBlob('', hashes[0]!), bytes);
  });

  contract('all that are stored are listed', async store => {
    const hash = await store.putBlob('', new Uint8Array([1]));
    await store.putBlob('a tenant', new Uint8Array([1]));

    const all = await store.blobs();
    assert.deepEqual(all.map(blob => `${blob.hash} ${blob.tenant}`).sort(), [`${hash} `, `${hash} a tenant`]);
  });

  contract('a tenant does not see the bytes of another', async store => {
    const hash = await store.putBlob('acme', new Uint8Array([1, 2, 3]));

    assert.equal(await store.getBlob('', hash), undefined);
    assert.deepEqual(await store.getBlob('acme', hash), new Uint8Array([1, 2, 3]));
  });
}
