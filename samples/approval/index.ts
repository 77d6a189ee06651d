/** Sample: an invoice is approved by a clerk, or, when nobody decides in time, by a lead. */

import { oneOf, type Sample } from '../sample.js';

const creditors = ['Papertrail Ltd', 'Northwind Energy', 'Cloud & Sons', 'Great Pizza for Everyone', 'Rail & Road'];

export const approval: Sample = {
  name: 'approval',
  title: 'Invoice approval',
  paragraph:
    'An invoice comes in and a clerk approves or rejects it. Nobody decides within three days: the deadline takes the task ' +
    'away from the clerks and a lead decides. A rejected invoice is clarified with the creditor and checked again, or refused.',
  files: ['invoice-approval.bpmn', 'check-invoice.form'],
  key: 'invoice-approval',
  start: (n, random) => {
    const businessKey = `INV-${2026_000 + n}`;
    const amount = Math.round(random() * 400_000 + 2_000) / 100;
    const category = oneOf(random, ['travel', 'software', 'misc']);
    return {
      businessKey,
      variables: { invoiceNumber: businessKey, creditor: oneOf(random, creditors), amount, category },
    };
  },
  workers: {},
  answers: {
    check: random => ({ approved: random() < 0.75, comment: 'Compared with the purchase order.' }),
    decide: random => ({ approved: random() < 0.9, comment: 'Decided by the lead.' }),
    clarify: random => ({ clearedUp: random() < 0.7 }),
  },
};
