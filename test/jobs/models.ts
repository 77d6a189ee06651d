/** Processes that several tests of jobs use. */

import { xml } from '../diagram.js';

/** Waits for so long, then ends. */
export const waits = (duration: string) =>
  xml(
    'waits',
    `<startEvent id="start"/><intermediateCatchEvent id="Wait"><timerEventDefinition>
     <timeDuration>${duration}</timeDuration></timerEventDefinition></intermediateCatchEvent><endEvent id="end"/>`,
    ['start -> Wait -> end'],
  );
