/** The administration page: people, groups, tenants, authorizations, and the audit. */

import { go, param } from '../address.js';
import { user } from '../session.js';
import { startPage } from '../shell.js';
import { Tabs } from '../tabs.js';
import './admin.css';
import { AuditTab } from './audit.js';
import { authorizations, groups, tenants } from './kinds.js';
import { Simple } from './simple.js';
import { text } from './text.js';
import { Users } from './users.js';

const tabs = [
  { id: 'users', label: text.tabs.users, show: () => <Users /> },
  { id: 'groups', label: text.tabs.groups, show: () => <Simple key="groups" kind={groups} /> },
  { id: 'tenants', label: text.tabs.tenants, show: () => <Simple key="tenants" kind={tenants} /> },
  {
    id: 'authorizations',
    label: text.tabs.authorizations,
    show: () => <Simple key="authorizations" kind={authorizations} />,
  },
  { id: 'audit', label: text.tabs.audit, show: () => <AuditTab /> },
] as const;

function Administration() {
  const selected = tabs.find(({ id }) => id === param('tab')) ?? tabs[0];
  if (!user.value?.administrator)
    return (
      <div class="administration">
        <h1>{text.title}</h1>
        <p>{text.notForYou}</p>
      </div>
    );
  return (
    <div class="administration">
      <h1>{text.title}</h1>
      <Tabs
        label={text.title}
        tabs={tabs.map(({ id, label }) => ({ id, label }))}
        selected={selected.id}
        onSelect={id => go({ tab: id, tokens: undefined })}
      >
        {selected.show()}
      </Tabs>
    </div>
  );
}

startPage(Administration);
