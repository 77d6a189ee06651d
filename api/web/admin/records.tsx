/** A list of records with what one can do with each: the body of every tab of the administration. */

import type { ComponentChildren } from 'preact';
import type { Resource } from '../resource.js';
import { text as shell } from '../text.js';
import { attempt, explain } from '../toast.js';

/** Items that the API sends at once, at most. */
export const longestPage = 500;

export interface Column<T> {
  label: string;
  show: (item: T) => ComponentChildren;
}

export interface Action<T> {
  label: string;
  run: (item: T) => void;
  danger?: boolean;
  /** Default: for all. */
  fits?: (item: T) => boolean;
}

interface CreateProps {
  label: string;
  onClick: () => void;
  /** Beside it. */
  children?: ComponentChildren;
}

/** The bar above the records, with the button that makes a new one. */
export const Create = ({ label, onClick, children }: CreateProps) => (
  <div class="bar">
    <button type="button" class="primary" onClick={onClick}>
      {label}
    </button>
    {children}
  </div>
);

interface PartProps {
  title: string;
  /** What the records are. */
  help: string;
  /** What one does with all of them, or to make one; absent: there is nothing to do. */
  button?: { label: string; disabled?: boolean; onClick: () => void } | undefined;
  children: ComponentChildren;
}

/** A part of a page with records of its own: heading, bar, records. */
export const Part = ({ title, help, button, children }: PartProps) => (
  <section>
    <h2>{title}</h2>
    <div class="bar">
      {button && (
        <button type="button" disabled={button.disabled} onClick={button.onClick}>
          {button.label}
        </button>
      )}
      <p class="muted">{help}</p>
    </div>
    {children}
  </section>
);

interface RecordsProps<T> {
  list: Resource<{ items: T[]; next?: string }>;
  columns: Column<T>[];
  actions?: Action<T>[];
  nameOf: (item: T) => string;
  keyOf: (item: T) => string;
  none: string;
}

export function Records<T>({ list, columns, actions = [], nameOf, keyOf, none }: RecordsProps<T>) {
  const error = list.error.value;
  const { items, next } = list.data.value ?? {};
  if (error) return <p role="alert">{explain(error)}</p>;
  if (!items) return <p class="muted">{shell.loading}</p>;
  if (items.length === 0) return <p class="muted">{none}</p>;
  return (
    <>
      <div class="card scrolling">
        <table class="stacked">
          <thead>
            <tr>
              {columns.map(({ label }) => (
                <th key={label}>{label}</th>
              ))}
              {actions.length > 0 && (
                <th>
                  <span class="hidden">{shell.actions}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {items.map(item => (
              <tr key={keyOf(item)}>
                {columns.map(({ label, show }) => (
                  <td key={label} data-label={label}>
                    {show(item)}
                  </td>
                ))}
                {actions.length > 0 && (
                  <td class="actions">
                    {actions
                      .filter(({ fits }) => fits?.(item) ?? true)
                      .map(({ label, run, danger }) => (
                        <button
                          key={label}
                          type="button"
                          class={danger ? 'small danger' : 'small'}
                          aria-label={`${label}: ${nameOf(item)}`}
                          onClick={() => run(item)}
                        >
                          {label}
                        </button>
                      ))}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {next !== undefined && (
        <button type="button" class="quiet" onClick={() => attempt(list.more)}>
          {shell.more}
        </button>
      )}
    </>
  );
}

/** Names as chips. */
export const Chips = ({ names }: { names: string[] }) => (
  <>
    {names.map(name => (
      <span key={name} class="chip">
        {name}
      </span>
    ))}
  </>
);
