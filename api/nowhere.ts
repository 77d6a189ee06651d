/** The answer to an address where nothing is: a small page with a way home for people, a problem for programs. */

import type { RequestHandler } from 'express';
import { Problem } from './problems.js';

const languages = {
  en: {
    title: 'There is no such page',
    help: 'The address may be mistyped, or what was here is gone.',
    home: 'Go to the tasks',
  },
  de: {
    title: 'Diese Seite gibt es nicht',
    help: 'Vielleicht ist die Adresse vertippt, oder was hier war, ist fort.',
    home: 'Zu den Aufgaben',
  },
};

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { background: light-dark(#fff, #14181f); color: light-dark(#14181f, #e8ebf0); }
main { max-width: 40ch; margin: 20vh auto; padding: 0 16px; }
a { color: light-dark(#0b55c4, #8ab8ff); }`;

const page = (language: keyof typeof languages, home: string) => {
  const words = languages[language];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title} · Weft</title>
<style>${style}</style>
</head>
<body><main><h1>${words.title}</h1><p>${words.help}</p><p><a href="${home}">${words.home}</a></p></main></body>
</html>
`;
};

/**
 * The last handler: 404 for everything; `path` is where browsers see the pages, such as `/weft`, `programs` are the
 * folders that only programs ask. Throws Problem 404 where a page is not what was asked for.
 */
export const nowhere =
  ({ path, programs }: { path: string; programs: string[] }): RequestHandler =>
  (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const asksForPage = isRead && request.accepts(['json', 'html']) === 'html';
    if (!asksForPage || programs.some(folder => request.path.startsWith(folder)))
      throw new Problem(404, 'no-such-page', `there is nothing at ${request.path}`);
    const language = request.acceptsLanguages('en', 'de') === 'de' ? 'de' : 'en';
    response
      .status(404)
      .vary('Accept')
      .vary('Accept-Language')
      .type('html')
      .send(page(language, `${path}/`));
  };
