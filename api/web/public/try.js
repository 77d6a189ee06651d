/** Lets the reader of the API's documentation try its operations, as who he is signed in. The page works without it. */

const make = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

const field = (label, input) => make('label', {}, make('span', { textContent: label }), input);

/** The address with its parts filled in; relative, so that it works under whatever path a proxy puts it. */
function addressOf(path, form) {
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(form.elements[`path ${name}`].value));
  const query = form.elements.query?.value.trim();
  return `.${place}${query ? `?${query}` : ''}`;
}

/** A stream is shown as it comes, until the page is left. */
async function follow(response, answer) {
  answer.textContent = `${response.status} ${response.statusText}\n\n`;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) answer.append(piece.value);
}

async function send({ method, path }, form, answer) {
  answer.textContent = '…';
  const body = form.elements.body?.value.trim();
  try {
    const response = await fetch(addressOf(path, form), {
      method,
      headers: body ? { 'content-type': 'application/json' } : {},
      ...(body ? { body } : {}),
    });
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('text/event-stream')) return await follow(response, answer);
    const text = await response.text();
    const isJson = type.includes('json');
    answer.textContent = `${response.status} ${response.statusText}\n\n${isJson ? JSON.stringify(JSON.parse(text), null, 2) : text}`;
  } catch (error) {
    answer.textContent = String(error);
  }
}

function formOf({ method, path, query, example }) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const answer = make('pre', { className: 'answer', ariaLive: 'polite', tabIndex: 0 });
  const form = make(
    'form',
    { className: 'try' },
    ...names.map(name => field(name, make('input', { name: `path ${name}`, required: true }))),
    ...(query ? [field('Query', make('input', { name: 'query', placeholder: query }))] : []),
    ...(example ? [field('Body', make('textarea', { name: 'body', rows: 8, value: example, spellcheck: false }))] : []),
    make('button', { textContent: `Send ${method}` }),
    answer,
  );
  form.addEventListener('submit', event => {
    event.preventDefault();
    send({ method, path }, form, answer);
  });
  return form;
}

for (const entry of document.querySelectorAll('details[data-path]')) {
  const place = entry.querySelector('div');
  const open = make('button', { type: 'button', textContent: 'Try it' });
  open.addEventListener('click', () => open.replaceWith(formOf(entry.dataset)));
  place.prepend(open);
}
