/** What the server refuses or warns about; each line selects its element on the diagram. */

import type { DeploymentProblem } from '../../../api/web/model.js';
import { may } from '../../../api/web/session.js';
import { check, checking, editing, problems } from './state.js';
import { text } from './text.js';

function Line({ problem }: { problem: DeploymentProblem }) {
  const { level, element, line, message } = problem;
  const words = (
    <>
      <span class={`chip ${level === 'error' ? 'bad' : 'soon'}`}>{text.levels[level]}</span>
      <span class="message">{message}</span>
      {line !== undefined && <span class="muted">{text.line(line)}</span>}
    </>
  );
  return (
    <li>
      {element ? (
        <button type="button" class="quiet" onClick={() => editing()?.show(element)}>
          {words}
        </button>
      ) : (
        <p>{words}</p>
      )}
    </li>
  );
}

function state(): string {
  if (!may('deploy')) return text.mayNotDeploy;
  if (checking.value) return text.checking;
  if (!problems.value) return text.unchecked;
  return problems.value.length === 0 ? text.noProblems : '';
}

export function Problems() {
  const found = problems.value ?? [];
  return (
    <section class="problems" aria-label={text.problems}>
      <h2>
        {text.problems} {found.length > 0 && <span class="chip">{found.length}</span>}
        <span class="muted" role="status">
          {state()}
        </span>
        {may('deploy') && (
          <button type="button" class="quiet small" disabled={checking.value} onClick={check}>
            {text.check}
          </button>
        )}
      </h2>
      <ul>
        {found.map(problem => (
          <Line key={`${problem.element} ${problem.line} ${problem.message}`} problem={problem} />
        ))}
      </ul>
    </section>
  );
}
