/** Timer (BPMN 2.0.2, 10.5.5): a date, a duration from now, or a cycle. */

import type { Trigger } from '../core/language.js';

export const timer: Trigger = {
  *listen(cx) {
    const { kind, value } = cx.node.event!.timer!;
    const { due, repeats } = yield* cx.time(kind, value);
    cx.wait({ kind: 'timer', due, repeats }, { retryCycle: yield* cx.text(cx.node.retryCycle) });
  },
  *again(cx, fired) {
    const { kind, value } = cx.node.event!.timer!;
    if (kind !== 'cycle' || fired.repeats === 0) return;
    const { due } = yield* cx.time(kind, value, fired.due);
    const repeats = fired.repeats! < 0 ? -1 : fired.repeats! - 1;
    cx.wait({ kind: 'timer', due, repeats }, { retryCycle: yield* cx.text(cx.node.retryCycle) });
  },
};
