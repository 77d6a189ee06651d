/** A storm of two minutes on MongoDB with two nodes; `npm run test:chaos -- --minutes 60 --seed 7` makes a long one. */
import { chaosTest } from './storm.js';

chaosTest('mongodb');
