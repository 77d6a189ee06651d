/** Chooses the state of what a list shows; the address of the page keeps it. */

import { go, param } from '../../../api/web/address.js';

interface StateSelectProps {
  label: string;
  /** What shows all of them is called. */
  any: string;
  /** State → its name. */
  states: Record<string, string>;
}

export const StateSelect = ({ label, any, states }: StateSelectProps) => (
  <select
    aria-label={label}
    value={param('state') ?? ''}
    onChange={event => go({ state: event.currentTarget.value || undefined }, 'replace')}
  >
    <option value="">{any}</option>
    {Object.entries(states).map(([state, name]) => (
      <option key={state} value={state}>
        {name}
      </option>
    ))}
  </select>
);
