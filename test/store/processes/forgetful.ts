/** A program that forgets to close its store. */
import { createSqliteStore } from '../../../engine/store/sqlite.js';

const store = createSqliteStore({ folder: process.argv[2]! });
await store.open();
await store.insert('users', { id: 'ann', tenant: '', format: 1 });
