/** Random block-structured processes: whatever is answered in whatever order, each of them can reach its end. */

import type { Variables } from '../../engine/core/types.js';
import { arrows, on, xml } from '../diagram.js';
import type { Chance } from './chance.js';

export interface RandomProcess {
  xml: string;
  /** Variables to start with. */
  variables: Variables;
  /** Variables whose absence is an incident; setting them all lets every retry succeed. */
  missing: Variables;
  /** Names of waits at which an error or escalation is caught. */
  throwers: Set<string>;
}

/** A piece of a sequence: elements and flows in XML, entered at one node and left at another. */
interface Block {
  xml: string;
  first: string;
  last: string;
}

interface Surroundings {
  depth: number;
  /** Somebody around catches the error `NO`. */
  errorsAreCaught: boolean;
}

const maxDepth = 3;

export function randomProcess(chance: Chance): RandomProcess {
  const process: RandomProcess = { xml: '', variables: {}, missing: {}, throwers: new Set() };
  let count = 0;
  const id = (kind: string) => `${kind}${++count}`;

  /** A variable that the model reads; now and then it is not there at first. */
  function variable(kind: string, value: Variables[string]): string {
    const name = id(kind);
    if (chance.is(0.1)) process.missing[name] = value;
    else process.variables[name] = value;
    return name;
  }

  const continuation = () =>
    `${chance.is(0.1) ? ' camunda:asyncBefore="true"' : ''}${chance.is(0.1) ? ' camunda:asyncAfter="true"' : ''}`;

  const sequence = (around: Surroundings): Block =>
    chain(Array.from({ length: 1 + chance.below(3) }, () => block(around)));

  function chain(blocks: Block[]): Block {
    const flows = blocks.slice(1).map((next, i) => arrows(`${blocks[i]!.last} -> ${next.first}`));
    const elements = blocks.map(({ xml: text }) => text);
    return { xml: [...elements, ...flows].join('\n'), first: blocks[0]!.first, last: blocks.at(-1)!.last };
  }

  function block(around: Surroundings): Block {
    const kinds = around.depth < maxDepth ? [...simple, ...nesting] : simple;
    return chance.pick(kinds)(around);
  }

  const single = (name: string, text: string): Block => ({ xml: text, first: name, last: name });

  /** Mappings and listeners, that may fail at first; the outputs of a multi-instance would be refused. */
  function extensions(inside = ''): string {
    const parts = [
      () => {
        const parameter = (kind: string) =>
          `<camunda:${kind}Parameter name="${id('local')}">\${${variable('value', 1)}}</camunda:${kind}Parameter>`;
        return `<camunda:inputOutput>${parameter('input')}${inside ? '' : parameter('output')}</camunda:inputOutput>`;
      },
      () =>
        `<camunda:executionListener event="${chance.pick(['start', 'end'])}" expression="\${${variable('value', 1)}}"/>`,
    ];
    return `<extensionElements>${parts.map(part => (chance.is(0.15) ? part() : '')).join('')}</extensionElements>`;
  }

  // ---- waits and work

  function activity(around: Surroundings): Block {
    const name = id('work');
    if (around.errorsAreCaught) process.throwers.add(name);
    const inside = chance.is(0.2) ? loop() : '';
    const tag = chance.pick(['userTask', 'serviceTask', 'callActivity']);
    const attributes = {
      userTask: '',
      serviceTask: 'camunda:type="external" camunda:topic="t"',
      callActivity: 'calledElement="child"',
    };
    const text = `<${tag} id="${name}" ${attributes[tag as keyof typeof attributes]}${continuation()}>${extensions(inside)}${inside}</${tag}>`;
    return withBoundaries(single(name, text), name, around);
  }

  function loop(): string {
    const attributes = chance.is(0.4) ? 'isSequential="true"' : '';
    const condition = chance.is(0.3)
      ? `<completionCondition>\${nrOfCompletedInstances >= ${1 + chance.below(3)}}</completionCondition>`
      : '';
    return `<multiInstanceLoopCharacteristics ${attributes}><loopCardinality>\${${variable('items', chance.below(6))}}</loopCardinality>${condition}</multiInstanceLoopCharacteristics>`;
  }

  function expression(): Block {
    const name = id('expression');
    return single(
      name,
      `<serviceTask id="${name}" camunda:expression="\${${variable('value', 1)}}" camunda:resultVariable="result"${continuation()}/>`,
    );
  }

  function script(): Block {
    const name = id('script');
    return single(
      name,
      `<scriptTask id="${name}" scriptFormat="javascript" camunda:resultVariable="result"${continuation()}><script>${variable('known', true)}</script></scriptTask>`,
    );
  }

  function catchEvent(): Block {
    const name = id('catch');
    return single(name, `<intermediateCatchEvent id="${name}"${continuation()}>${trigger()}</intermediateCatchEvent>`);
  }

  function receive(): Block {
    const name = id('receive');
    return single(name, `<receiveTask id="${name}" messageRef="hello"${continuation()}/>`);
  }

  function trigger(): string {
    const condition = `condition${count + 1}`;
    return chance.pick([
      () => on.timer(),
      () => on.message(),
      () => on.signal(),
      () => {
        count++;
        process.variables[condition] = false;
        return on
          .condition(`\${${condition}}`)
          .replace('Definition>', `Definition camunda:variableName="${condition}">`);
      },
    ])();
  }

  function throwing(): Block {
    const name = id('throw');
    const definition = chance.pick([on.message(), on.signal(), on.escalation()]);
    return single(name, `<intermediateThrowEvent id="${name}">${definition}</intermediateThrowEvent>`);
  }

  // ---- gateways

  function exclusive(around: Surroundings): Block {
    const [split, merge] = [id('xor'), id('merge')];
    const chosen = variable('choice', chance.below(3));
    const branches = Array.from({ length: 3 }, () => sequence(deeper(around)));
    const flows = branches.map(({ first, last }, i) =>
      arrows(i === 0 ? `${split} -> ${first}` : `${split} -> ${first} if \${${chosen} == ${i}}`, `${last} -> ${merge}`),
    );
    const gateways = `<exclusiveGateway id="${split}" default="${split}-${branches[0]!.first}"${continuation()}/><exclusiveGateway id="${merge}"/>`;
    return { xml: [gateways, ...branches.map(b => b.xml), ...flows].join('\n'), first: split, last: merge };
  }

  const fork =
    (kind: string, condition: (branch: number) => string) =>
    (around: Surroundings): Block => {
      const [split, join] = [id('fork'), id('join')];
      const branches = Array.from({ length: 2 + chance.below(2) }, () => sequence(deeper(around)));
      const flows = branches.map(({ first, last }, i) =>
        arrows(`${split} -> ${first}${condition(i)}`, `${last} -> ${join}`),
      );
      const gateways = `<${kind} id="${split}"${continuation()}/><${kind} id="${join}"${continuation()}/>`;
      return { xml: [gateways, ...branches.map(b => b.xml), ...flows].join('\n'), first: split, last: join };
    };
  const parallel = fork('parallelGateway', () => '');
  const inclusive = fork(
    'inclusiveGateway',
    branch => ` if \${${branch === 0 ? 'true' : variable('take', chance.is(0.5))}}`,
  );

  function race(around: Surroundings): Block {
    const [split, merge] = [id('race'), id('merge')];
    const branches = Array.from({ length: 2 }, () =>
      chain([chance.pick([catchEvent, receive])(), sequence(deeper(around))]),
    );
    const flows = branches.map(({ first, last }) => arrows(`${split} -> ${first}`, `${last} -> ${merge}`));
    const gateways = `<eventBasedGateway id="${split}"/><exclusiveGateway id="${merge}"/>`;
    return { xml: [gateways, ...branches.map(b => b.xml), ...flows].join('\n'), first: split, last: merge };
  }

  function again(around: Surroundings): Block {
    const [merge, split, countDown] = [id('merge'), id('xor'), id('count')];
    const rounds = variable('rounds', chance.below(3));
    const body = sequence(deeper(around));
    return {
      xml: `<exclusiveGateway id="${merge}"/><exclusiveGateway id="${split}" default="${split}-out${split}"/><task id="out${split}"/>
        <serviceTask id="${countDown}" camunda:expression="\${${rounds} - 1}" camunda:resultVariable="${rounds}"/>${body.xml}
        ${arrows(`${merge} -> ${body.first}`, `${body.last} -> ${countDown} -> ${split} -> out${split}`, `${split} -> ${merge} if \${${rounds} > 0}`)}`,
      first: merge,
      last: `out${split}`,
    };
  }

  // ---- scopes

  function subProcess(around: Surroundings): Block {
    const [name, start] = [id('sub'), id('start')];
    const catchesErrors = chance.is(0.4);
    const inside = { ...deeper(around), errorsAreCaught: around.errorsAreCaught || catchesErrors };
    const body = sequence(inside);
    const items = chance.is(0.25) ? loop() : '';
    const text = `<subProcess id="${name}"${continuation()}>${extensions(items)}${items}<startEvent id="${start}"/>
      ${body.xml}${arrows(`${start} -> ${body.first}`)}${ending(body.last, inside)}${chance.is(0.4) ? eventSubProcess(inside) : ''}</subProcess>`;
    return withBoundaries(single(name, text), name, around, catchesErrors);
  }

  /** How a scope ends: of itself, by terminating, or by an error that somebody catches. */
  function ending(last: string, around: Surroundings): string {
    const name = id('end');
    const definition = chance.is(0.2) ? on.terminate : around.errorsAreCaught && chance.is(0.3) ? on.error() : '';
    return `<endEvent id="${name}">${definition}</endEvent>${arrows(`${last} -> ${name}`)}`;
  }

  function eventSubProcess(around: Surroundings): string {
    const [name, start] = [id('event'), id('start')];
    const isInterrupting = chance.is(0.4);
    const body = sequence({ depth: maxDepth, errorsAreCaught: around.errorsAreCaught });
    return `<subProcess id="${name}" triggeredByEvent="true"><startEvent id="${start}" isInterrupting="${isInterrupting}">${trigger()}</startEvent>
      ${body.xml}${arrows(`${start} -> ${body.first}`)}</subProcess>`;
  }

  /** Boundary events that interrupt come together again behind the activity; the others come to an end of their own. */
  function withBoundaries(host: Block, name: string, around: Surroundings, catchesErrors = chance.is(0.2)): Block {
    const merge = id('merge');
    const parts: string[] = [];
    if (catchesErrors) {
      process.throwers.add(name);
      const boundary = id('caught');
      parts.push(
        `<boundaryEvent id="${boundary}" attachedToRef="${name}">${on.error()}</boundaryEvent>${arrows(`${boundary} -> ${merge}`)}`,
      );
    }
    if (chance.is(0.25)) {
      const boundary = id('boundary');
      const isInterrupting = chance.is(0.5);
      const body = sequence({ ...around, depth: maxDepth });
      parts.push(
        `<boundaryEvent id="${boundary}" attachedToRef="${name}" cancelActivity="${isInterrupting}"${continuation()}>${chance.is(0.3) ? on.escalation() : trigger()}</boundaryEvent>
         ${body.xml}${arrows(`${boundary} -> ${body.first}`, ...(isInterrupting ? [`${body.last} -> ${merge}`] : []))}`,
      );
    }
    if (parts.length === 0) return host;
    return {
      xml: `${host.xml}<exclusiveGateway id="${merge}"/>${parts.join('\n')}${arrows(`${host.last} -> ${merge}`)}`,
      first: host.first,
      last: merge,
    };
  }

  const deeper = (around: Surroundings): Surroundings => ({ ...around, depth: around.depth + 1 });
  const simple = [activity, activity, activity, expression, script, catchEvent, receive, throwing];
  const nesting = [exclusive, parallel, parallel, inclusive, inclusive, race, again, subProcess, subProcess];

  const around = { depth: 0, errorsAreCaught: false };
  const body = sequence(around);
  process.xml = xml(
    'random',
    `<startEvent id="start"/>${body.xml}${chance.is(0.4) ? eventSubProcess(around) : ''}`,
    [`start -> ${body.first}`, `${body.last} -> end`],
    declarations,
  ).replace('</process>', '<endEvent id="end"/></process>');
  return process;
}

const declarations =
  '<message id="hello" name="hello"/><signal id="alarm" name="alarm"/><error id="no" errorCode="NO"/><escalation id="up" escalationCode="UP"/>';
