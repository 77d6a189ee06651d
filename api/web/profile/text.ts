/** The words of the profile, one typed catalogue per language. */

import { inLanguage } from '../language.js';

const en = {
  title: 'Profile',
  name: 'Name',
  email: 'E-mail',
  saved: 'Saved.',
  password: {
    title: 'Password',
    now: 'Present password',
    next: 'New password',
    help: '8 characters or more. You sign in again afterwards, everywhere.',
    change: 'Change the password',
  },
  tokens: {
    title: 'API tokens',
    help: 'For programs that act on your behalf.',
    create: 'New token',
    name: 'Name',
    scopes: 'For what',
    scopesHelp: 'None: for everything that you may do.',
    expires: 'Until',
    used: 'Used',
    everything: 'everything',
    never: 'without an end',
    once: 'The token',
    onceHelp: 'It is shown this once: keep it where the program finds it.',
    remove: 'Make void',
    removeHelp: 'Programs that use it are refused from now on.',
    none: 'You have no token.',
    scope: {
      read: 'Read whatever you may read',
      tasks: 'Look at tasks and work on them',
      start: 'Start processes',
      work: 'Fetch and answer jobs, publish messages and signals',
      deploy: 'Deploy processes',
      operate: 'Look into instances and repair them',
      administer: 'Administer users, groups, tenants and authorizations',
    },
  },
};

const de: typeof en = {
  title: 'Profil',
  name: 'Name',
  email: 'E-Mail',
  saved: 'Gespeichert.',
  password: {
    title: 'Passwort',
    now: 'Jetziges Passwort',
    next: 'Neues Passwort',
    help: '8 Zeichen oder mehr. Danach melden Sie sich überall neu an.',
    change: 'Das Passwort ändern',
  },
  tokens: {
    title: 'API-Token',
    help: 'Für Programme, die in Ihrem Namen handeln.',
    create: 'Neues Token',
    name: 'Name',
    scopes: 'Wofür',
    scopesHelp: 'Keines: für alles, was Sie dürfen.',
    expires: 'Bis',
    used: 'Benutzt',
    everything: 'alles',
    never: 'ohne Ende',
    once: 'Das Token',
    onceHelp: 'Es wird nur jetzt gezeigt: Bewahren Sie es dort auf, wo das Programm es findet.',
    remove: 'Ungültig machen',
    removeHelp: 'Programme, die es benutzen, werden ab jetzt abgewiesen.',
    none: 'Sie haben kein Token.',
    scope: {
      read: 'Lesen, was Sie lesen dürfen',
      tasks: 'Aufgaben ansehen und bearbeiten',
      start: 'Prozesse starten',
      work: 'Jobs holen und beantworten, Nachrichten und Signale senden',
      deploy: 'Prozesse bereitstellen',
      operate: 'In Vorgänge sehen und sie reparieren',
      administer: 'Personen, Gruppen, Mandanten und Berechtigungen verwalten',
    },
  },
};

export const text = inLanguage({ en, de });
