/** A chip that counts down to a due time. */

import { useMemo } from 'preact/hooks';
import { countdown, exactly } from '../../api/web/format.js';

export function Due({ due, createdAt }: { due: string; createdAt?: string }) {
  const state = useMemo(() => countdown(due, createdAt), [due, createdAt]);
  const [urgency, label] = state.value.split('|');
  return (
    <time class={`chip ${urgency}`} dateTime={due} title={exactly(due)}>
      {label}
    </time>
  );
}
