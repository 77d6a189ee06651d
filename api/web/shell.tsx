/** The frame of every page: navigation, search, live state, identity; and the one way to start a page. */

import { signal } from '@preact/signals';
import { type ComponentType, render } from 'preact';
import './base.css';
import './shell.css';
import { pageName } from './client.js';
import { Icon } from './icons.js';
import { useKeys } from './keys.js';
import { language } from './language.js';
import { connected, startLive } from './live.js';
import type { Palette } from './palette.js';
import { initials, signedIn, signOut, user } from './session.js';
import { remember, remembered } from './storage.js';
import { text } from './text.js';
import { attempt, Toasts } from './toast.js';

const pages = [
  { href: 'tasklist.html', name: text.tasks },
  { href: 'modeler.html', name: text.model },
  { href: 'cockpit.html', name: text.operate },
];

/** For those who may use it. */
const administration = { href: 'admin.html', name: text.administration };

const themes = ['auto', 'light', 'dark'] as const;
/** The search; it is loaded when the page stands, so that it opens at once and loses no key. */
const search = signal<typeof Palette>();
const searching = signal(false);

const loadSearch = async () => {
  search.value ??= (await import('./palette.js')).Palette;
};

const openSearch = () => {
  searching.value = true;
  attempt(loadSearch);
};

const closeSearch = () => {
  searching.value = false;
};

function chooseTheme(theme: string) {
  const chosen = theme === 'auto' ? undefined : theme;
  remember('theme', chosen);
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
}

function chooseLanguage(chosen: string) {
  remember('language', chosen);
  location.reload();
}

function Identity() {
  const person = user.value;
  if (!person) return null;
  return (
    <details class="menu">
      <summary>
        <span class="avatar">{initials(person.name)}</span>
        <span class="hidden">
          {text.you} {person.name}
        </span>
      </summary>
      <div>
        <strong>{person.name}</strong>
        <span class="muted">
          {person.groups.length ? `${text.groups}: ${person.groups.join(', ')}` : text.noGroups}
        </span>
        <label class="field">
          {text.theme}
          <select value={remembered('theme') ?? 'auto'} onChange={event => chooseTheme(event.currentTarget.value)}>
            {themes.map(theme => (
              <option key={theme} value={theme}>
                {text.themes[theme]}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          {text.language}
          <select value={language} onChange={event => chooseLanguage(event.currentTarget.value)}>
            <option value="en">English</option>
            <option value="de">Deutsch</option>
          </select>
        </label>
        <a class="button" href="profile.html">
          {text.profile}
        </a>
        <button type="button" onClick={() => attempt(signOut)}>
          {text.signOut}
        </button>
      </div>
    </details>
  );
}

function Header() {
  useKeys({
    'Ctrl+k': openSearch,
  });
  return (
    <header class="top">
      <a class="skip" href="#main">
        {text.skip}
      </a>
      <a class="brand" href="tasklist.html" aria-label="Weft">
        <img src="weft.svg" alt="" />
        <span>Weft</span>
      </a>
      <nav aria-label={text.pages}>
        {[...pages, ...(user.value?.administrator ? [administration] : [])].map(({ href, name }) => (
          <a key={href} href={href} aria-current={pageName() === href ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <span class="space" />
      <span class={connected.value ? 'live' : 'live lost'} title={connected.value ? text.liveHelp : text.lostHelp}>
        {connected.value ? text.live : text.lost}
      </span>
      <button type="button" class="go" onClick={openSearch}>
        <Icon name="search" />
        <span>{text.go}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <Identity />
    </header>
  );
}

function Frame({ Page }: { Page?: ComponentType }) {
  const Search = searching.value ? search.value : undefined;
  return (
    <>
      <Header />
      <main id="main" tabIndex={-1}>
        {Page && <Page />}
      </main>
      {Search && <Search onClose={closeSearch} />}
      <Toasts />
    </>
  );
}

/** Draws a page inside the frame, once somebody is signed in. */
export async function startPage(Page: ComponentType) {
  document.documentElement.lang = language;
  const ready = await attempt(signedIn);
  if (ready === false) return;
  if (user.value) startLive(user.value.id);
  render(<Frame Page={ready ? Page : undefined} />, document.getElementById('page')!);
  // Where that fails, opening it tries again and says so.
  loadSearch().catch(() => undefined);
}
