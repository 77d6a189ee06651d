/** Sample: several adjusters review an insurance claim at the same time, and the majority decides. */

import { oneOf, type Sample } from '../sample.js';

const claimants = ['Greta Holm', 'Hakan Demir', 'Ines Costa', 'Jonas Berg', 'Kira Novak'];
const stories = ['Burst pipe in the cellar', 'Hail on the roof', 'Stolen bicycle', 'Broken shop window'];
const adjusters = ['clara', 'lena', 'sam'];

export const claim: Sample = {
  name: 'claim',
  title: 'Insurance claim',
  paragraph:
    'A lead appoints adjusters, and each of them gets a review of his own at the same time (a multi-instance). As soon as a ' +
    'majority agrees, the reviews that are still open are cancelled; then the damage is paid, or a clerk explains why not.',
  files: ['insurance-claim.bpmn', 'appoint-adjusters.form', 'review-claim.form'],
  key: 'insurance-claim',
  start: (n, random) => {
    const businessKey = `CLM-${500 + n}`;
    const damage = Math.round(random() * 9_000 + 200);
    const [claimant, description] = [oneOf(random, claimants), oneOf(random, stories)];
    return { businessKey, variables: { claimNumber: businessKey, claimant, damage, description } };
  },
  workers: { 'pay-damage': ({ variables: { claimant, damage } }) => ({ payment: `${damage} € to ${claimant}` }) },
  answers: {
    appoint: () => ({ adjusters }),
    review: random => ({ covered: random() < 0.7, opinion: 'Reviewed the photos and the policy.' }),
    explain: (_random, { claimant }) => ({ letter: `Dear ${claimant}, your policy does not cover this damage.` }),
  },
};
