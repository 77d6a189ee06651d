/** A storm of two minutes on SQLite; `npm run test:chaos -- --minutes 60 --seed 7` makes a long one. */
import { chaosTest } from './storm.js';

chaosTest('sqlite');
