/** Plays a sample from its start to its end: workers work, people answer, the outside sends its messages. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Random, Sample } from './sample.js';
import type { Stage } from './stage.js';

export interface PlayOptions {
  sample: Sample;
  stage: Stage;
  random: Random;
  /** Which instance of the sample: its number is in the business key. */
  number: number;
  /** Hears of every step. */
  say(sentence: string): void;
  /** Leaves the tasks to people in the tasklist. */
  leaveTasks?: boolean;
}

/** Answers the id of the instance, when it has ended. Throws when an incident stops it. */
export async function play({ sample, stage, random, number, say, leaveTasks = false }: PlayOptions): Promise<string> {
  await stage.deploy(sample);
  for (const [topic, handler] of Object.entries(sample.workers)) stage.work(topic, handler);
  const input = sample.start(number, random);
  const instance = await stage.start(sample.key, input);
  say(`${sample.title} ${input.businessKey} ${stage.name}: ${JSON.stringify(input.variables)}`);

  const told: string[] = [];
  async function tellNews(): Promise<void> {
    const visits = (await stage.visits(instance)).slice(1);
    for (const visit of visits.slice(told.length)) say(`  → ${visit.replaceAll('\n', ' ')}`);
    told.push(...visits.slice(told.length));
  }

  async function answerTasks(): Promise<void> {
    const [task] = await stage.tasks(instance);
    const answer = task && sample.answers[task.element];
    if (!task || !answer) return;
    const variables = answer(random, await stage.variables(instance));
    say(`    ${task.assignee ?? 'somebody'} completes "${task.name}": ${JSON.stringify(variables)}`);
    await stage.complete(task.id, variables);
  }

  async function sendMessages(): Promise<void> {
    for (const [name, variablesOf] of Object.entries(sample.messages ?? {})) {
      const variables = variablesOf(random, await stage.variables(instance));
      say(`    message "${name}": ${JSON.stringify(variables)}`);
      await stage.publish({ name, businessKey: input.businessKey, variables });
    }
  }

  for (;;) {
    const { ended, waitsForMessage, incidents } = await stage.look(instance);
    await tellNews();
    if (ended) return instance;
    if (incidents.length > 0) throw new Error(`the instance stopped: ${incidents.join('; ')}`);
    if (waitsForMessage) await sendMessages();
    else if (!leaveTasks) await answerTasks();
    await sleep(50);
  }
}
