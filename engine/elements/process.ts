/** Process (BPMN 2.0.2, 13.1): begins at its start events and has ended when every token inside has come to its end. */

import type { Behaviour } from '../core/language.js';

export const process: Behaviour = {
  *enter(cx) {
    const { command, node } = cx;
    const fired = command.do === 'start' ? command.startEvent : undefined;
    cx.open(fired === undefined ? node.starts : [fired]);
  },
  *childLeft(cx) {
    if (cx.activation.live === 0) cx.leave();
  },
};
