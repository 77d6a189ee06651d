/** Files of other people's modelers: each deploys, or is refused for the reasons that this table lists. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { createModelReader } from '../../engine/model/reader.js';
import { fixtures } from '../diagram.js';

const notExecutable = /is not executable: set isExecutable="true"/;
const decisions = /decisions are not run yet/;
const xpath = /XPath is not run here/;

/** Folder → file → the processes it yields, or what every one of its errors says (each pattern at least once). */
const expectations: Record<string, Record<string, string[] | RegExp[]>> = {
  'interchange/camunda7': {
    'invoice.v1.bpmn': [decisions, /a taskListener for the event "assignment" does not run/],
    'invoice.v2.bpmn': [decisions, /a taskListener for the event "assignment" does not run/],
    'invoiceApproval.bpmn': ['camundaFormsQuickstart'],
    'job-announcement.bpmn': ['camunda-testing-job-announcement'],
    'loan-granting.bpmn': ['loan_process'],
    'order-handling.bpmn': ['Order_Process'],
    'retry-example.bpmn': ['process'],
    'reviewInvoice.bpmn': ['ReviewInvoice'],
  },
  'interchange/flowable': {
    'Table_Reservation_v1.bpmn20.xml': ['P001-tableReservation'],
    'Table_Reservation_v2.bpmn20.xml': ['P001-tableReservation'],
    'Table_Reservation_v3.bpmn20.xml': [/serviceTask 'Confirmation Email' \(line 306\): type="mail" is not run here/],
    'Table_Reservation_v4.bpmn20.xml': [/serviceTask 'Confirmation Email' \(line 173\): type="mail" is not run here/],
    'Vacation_request.bpmn20.xml': ['vacationRequest'],
    'loan.bpmn': ['loan'],
  },
  'interchange/miwg': {
    'A.1.0.bpmn': [notExecutable],
    'A.2.0.bpmn': [notExecutable],
    'A.2.1.bpmn': [notExecutable],
    'A.3.0.bpmn': [notExecutable],
    'A.4.0.bpmn': [notExecutable],
    'A.4.1.bpmn': [notExecutable],
    'B.1.0.bpmn': [notExecutable],
    'B.2.0.bpmn': [notExecutable],
    'C.1.0.bpmn': ['bpmn-miwg-test-case-c.1.0'],
    'C.1.1.bpmn': [xpath],
    'C.2.0.bpmn': [notExecutable],
    'C.3.0.bpmn': [
      xpath,
      /startQuantity and completionQuantity other than 1 do not run yet/,
      /has no condition; give it one, or make it the default flow/,
      /subProcess 'Perform emergency repair' \(line 244\) has no start event/,
    ],
    'C.4.0.bpmn': [notExecutable],
    'C.5.0.bpmn': [notExecutable],
    'C.6.0.bpmn': [notExecutable],
    'C.7.0.bpmn': [notExecutable],
    'C.8.0.bpmn': [notExecutable],
    'C.8.1.bpmn': ['VacationRequestProcess'],
    'C.9.0.bpmn': [decisions],
    'C.9.1.bpmn': ['requestDocument_en'],
    'C.9.2.bpmn': ['ManualCheck'],
  },
  models: {
    'large-10.bpmn': ['large_10'],
    'large-30.bpmn': ['large_30'],
    'large-100.bpmn': ['large_100'],
    'large-300.bpmn': ['large_300'],
    'large-1000.bpmn': ['large_1000'],
    'largewait-10.bpmn': ['largewait_10'],
    'largewait-100.bpmn': ['largewait_100'],
    'largewait-1000.bpmn': ['largewait_1000'],
    'w1-seq5.bpmn': ['w1_seq5'],
    'w1-seq5-script.bpmn': ['w1_seq5_script'],
    'w2-xor-par4.bpmn': ['w2_xor_par4'],
    'w3-approval.bpmn': ['w3_approval'],
    'w4-mi10.bpmn': ['w4_mi10'],
    'w4-mi-user.bpmn': ['w4_mi_user'],
    'w5-timer.bpmn': ['w5_timer'],
    'w6-message.bpmn': ['w6_message'],
    'w7-call-error.bpmn': ['w7_call_error', 'w7_child'],
    'w8-external.bpmn': ['w8_external'],
  },
};

const reader = createModelReader();
test.after(() => reader.close());

for (const [folder, files] of Object.entries(expectations)) {
  test(`the table knows every model in ${folder}`, () => {
    const found = readdirSync(new URL(`${folder}/`, fixtures)).filter(name => /\.bpmn/.test(name));
    assert.deepEqual(found.sort(), Object.keys(files).sort());
  });

  for (const [name, expected] of Object.entries(files)) {
    const keys = expected.filter(each => typeof each === 'string');
    const reasons = expected.filter(each => typeof each !== 'string');
    test(`${folder}/${name} ${keys.length > 0 ? `yields ${keys.join(' and ')}` : 'is refused with a reason'}`, async () => {
      // when
      const { processes, problems } = await reader.read({
        name,
        bytes: readFileSync(new URL(`${folder}/${name}`, fixtures)),
      });

      // then
      const errors = problems.filter(({ level }) => level === 'error');
      if (keys.length > 0) {
        assert.deepEqual(errors, []);
        assert.deepEqual(
          processes.map(({ key }) => key),
          keys,
        );
      }
      for (const { message, line, element } of errors) {
        assert.ok(
          reasons.some(reason => reason.test(message)),
          `unexpected: ${message}`,
        );
        assert.ok(line && element, `without place: ${message}`);
      }
      for (const reason of reasons)
        assert.ok(
          errors.some(({ message }) => reason.test(message)),
          `missing: ${reason}`,
        );
    });
  }
}

test('what Camunda 7 wrote becomes neutral words: a topic, a cycle, a condition', async () => {
  // when
  const { processes } = await reader.read({
    name: 'order-handling.bpmn',
    bytes: readFileSync(new URL('interchange/camunda7/order-handling.bpmn', fixtures)),
  });

  // then
  const named = (id: string) => processes[0]!.nodes.find(node => node.id === id)!;
  assert.deepEqual(named('Task_1yjkccw').job, { topic: { language: 'literal', source: 'invoiceArchiver', line: 42 } });
  assert.equal(named('StartEvent_1').event?.timer?.value.source, '0/5 0/1 * 1/1 * ?');
  assert.deepEqual(named('BoundaryEvent_1y1bvad').event, {
    type: 'conditional',
    condition: { language: 'juel', source: '${invoiceId != null}', line: 39 },
  });
  assert.equal(named('BoundaryEvent_1y1bvad').attachedTo, named('Task_1nbdup3').index);
});
