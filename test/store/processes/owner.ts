/** A process that owns a data folder until it is killed. */
import { createSqliteStore } from '../../../engine/store/sqlite.js';

const store = createSqliteStore({ folder: process.argv[2]! });
await store.open();
process.send!('open');
