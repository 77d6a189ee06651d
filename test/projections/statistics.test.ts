/** Histograms of durations: which bucket, and what a quantile says. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { bucketOf, quantile } from '../../engine/projections/statistics.js';

test('a duration lies below the power of two that names its bucket', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 1023, 1024].map(bucketOf), ['1', '2', '4', '4', '8', '1024', '2048']);
});

test('quantiles are interpolated within a bucket', () => {
  assert.equal(quantile({ '1024': 9, '2048': 1 }, 0.5), 796);
  assert.equal(quantile({ '1024': 9, '2048': 1 }, 0.95), 1536);
});

test('nothing measured has no quantile', () => {
  assert.equal(quantile({}, 0.5), undefined);
});
