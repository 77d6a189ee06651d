/** Link (BPMN 2.0.2, 10.5.5): the token goes on at the catch event of the same name, as if a flow led there. */

import type { Trigger } from '../core/language.js';

export const link: Trigger = {
  *throw(cx) {
    const name = cx.node.event!.name?.source;
    const target = cx.definition.nodes.find(
      ({ type, parent, event }) =>
        type === 'intermediateCatchEvent' &&
        parent === cx.node.parent &&
        event?.type === 'link' &&
        event.name?.source === name,
    );
    if (!target) throw cx.failure('no-flow', `no link catch event in the same scope is named '${name}'`);
    cx.moveTo(target.index);
    return false;
  },
};
