/** The cockpit page: an overview, one process (`?p=`), one instance (`?i=`), or the webhooks (`?webhooks=all`). */

import { param } from '../../../api/web/address.js';
import { later } from '../../../api/web/later.js';
import { startPage } from '../../../api/web/shell.js';
import './cockpit.css';
import { InstancePage } from './instance.js';
import { Overview } from './overview.js';
import { ProcessPage } from './process.js';

const WebhooksPage = later(async () => (await import('./webhooks.js')).WebhooksPage);

function Cockpit() {
  if (param('webhooks')) return <WebhooksPage />;
  const instance = param('i');
  const process = param('p');
  if (instance) return <InstancePage key={instance} id={instance} />;
  if (process) return <ProcessPage key={process} process={process} />;
  return <Overview />;
}

startPage(Cockpit);
