/** The SQLite store passes the contract of every store. */
import { storeContract } from '../suites/store.js';
import { openFolder, temporaryFolder } from './folders.js';

storeContract('sqlite', t => openFolder(temporaryFolder(t)));
