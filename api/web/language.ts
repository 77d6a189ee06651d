/** The reader's language, guarded: some systems name one that Intl refuses. */

import { remembered } from './storage.js';

const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

function usable(locale: string): boolean {
  try {
    return Boolean(new Intl.Locale(locale));
  } catch {
    return false;
  }
}

/** The locale for dates and numbers. */
export const locale = [remembered('language'), navigator.language].find(name => name && usable(name)) ?? 'en';

export const language: Language = languages.find(name => locale.startsWith(name)) ?? 'en';

/** Picks the reader's catalogue: `export const text = inLanguage({ en, de })`. */
export const inLanguage = <T>(catalogues: Record<Language, T>): T => catalogues[language];
