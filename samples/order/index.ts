/** Sample: an order that external workers carry out, that waits for a payment, and that may find the shelf empty. */

import { BpmnError } from '../../engine/jobs/index.js';
import { oneOf, type Sample } from '../sample.js';

const customers = ['Ada Lindt', 'Boris Amari', 'Chiara Monti', 'Dilan Yildiz', 'Emil Sand'];
const items = ['Desk lamp', 'Teapot', 'Garden chair', 'Bicycle bell', 'Grand piano'];
/** There is one thing that never is in stock. */
const soldOut = 'Grand piano';

export const order: Sample = {
  name: 'order',
  title: 'Customer order',
  paragraph:
    'Workers, programs outside of the engine, reserve and ship the goods. In between the order waits for the message that ' +
    'the customer has paid; after seven days without it the goods are released. Something out of stock is a BPMN error, ' +
    'which leads to an apology.',
  files: ['customer-order.bpmn'],
  key: 'customer-order',
  start: (n, random) => {
    const businessKey = `ORD-${1000 + n}`;
    const quantity = 1 + Math.floor(random() * 3);
    const [customer, item] = [oneOf(random, customers), oneOf(random, items)];
    return { businessKey, variables: { orderNumber: businessKey, customer, item, quantity } };
  },
  workers: {
    'reserve-goods': ({ variables: { item, quantity } }) => {
      if (item === undefined || quantity === undefined)
        throw new BpmnError('out-of-stock', 'your order names no item and quantity');
      if (item === soldOut) throw new BpmnError('out-of-stock', `no ${item} is left`);
      return { reservation: `${quantity} × ${item}` };
    },
    'tell-customer': ({ variables: { customer, shortage } }) => ({
      mail: `Dear ${customer ?? 'customer'}, we are sorry: ${shortage}.`,
    }),
    'ship-parcel': ({ businessKey }) => ({ parcel: `PARCEL-${businessKey}` }),
    'release-goods': () => ({ reservation: null }),
  },
  messages: { 'payment-received': () => ({ paid: true }) },
  answers: { pack: random => ({ weight: Math.round(random() * 90 + 5) / 10 }) },
};
