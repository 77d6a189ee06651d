/** The cockpit page: an overview, one process (`?p=`), or one instance (`?i=`). */

import { param } from '../../../api/web/address.js';
import { startPage } from '../../../api/web/shell.js';
import './cockpit.css';
import { InstancePage } from './instance.js';
import { Overview } from './overview.js';
import { ProcessPage } from './process.js';

function Cockpit() {
  const instance = param('i');
  const process = param('p');
  if (instance) return <InstancePage key={instance} id={instance} />;
  if (process) return <ProcessPage key={process} process={process} />;
  return <Overview />;
}

startPage(Cockpit);
