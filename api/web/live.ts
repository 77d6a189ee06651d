/** The server's events: one EventSource per browser, held by a leader tab and told to the others. */

import { signal } from '@preact/signals';
import type { LiveEvent } from './model.js';
import { signedIn } from './session.js';

const topics = ['task', 'instance', 'incident', 'deployment'] as const;
const listeners = new Set<(event: LiveEvent) => void>();
let channel: BroadcastChannel | undefined;

type Message = { event: LiveEvent } | { connected: boolean };

/** False while nothing arrives: what is shown may be out of date. */
export const connected = signal(true);

/** Calls `listener` for every event until the returned function is called. */
export function onLive(listener: (event: LiveEvent) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function receive(message: Message) {
  if ('connected' in message) {
    const wasLost = !connected.value;
    connected.value = message.connected;
    if (wasLost && message.connected) receive({ event: { topic: 'reset' } });
  } else for (const listener of listeners) listener(message.event);
}

function tell(message: Message) {
  receive(message);
  channel?.postMessage(message);
}

/** Opens the stream and keeps it open; the browser itself resumes with Last-Event-ID. */
function stream(send: (message: Message) => void): () => void {
  let source: EventSource;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource(`api/v1/events?topics=${topics.join(',')}`);
    source.onopen = () => send({ connected: true });
    source.onerror = () => {
      send({ connected: false });
      if (source.readyState !== EventSource.CLOSED) return;
      retry = setTimeout(open, 3000);
      // It does not say why it was refused: whoever is signed out goes to the sign-in page, and asks no more.
      signedIn().then(
        still => still || clearTimeout(retry),
        () => {},
      );
    };
    for (const topic of [...topics, 'reset'] as const)
      source.addEventListener(topic, ({ data }) => send({ event: { ...JSON.parse(data || '{}'), topic } }));
  };
  open();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}

/** Without locks (plain http on a network address) each tab has its own stream, closed while hidden. */
function streamWhileVisible() {
  let close: (() => void) | undefined;
  const follow = () => {
    if (document.hidden) {
      close?.();
      close = undefined;
      connected.value = false;
    } else close ??= stream(receive);
  };
  document.addEventListener('visibilitychange', follow);
  follow();
}

/** Begins to listen for a person; called once by the shell. Tabs of another person have a stream of their own. */
export function startLive(user: string) {
  const name = `weft-live-${user}`;
  channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: MessageEvent<Message>) => receive(data);
  if (!navigator.locks) return streamWhileVisible();
  navigator.locks.request(name, () => {
    stream(tell);
    return new Promise(() => {});
  });
}
