/** The news that users, groups, tenants or authorizations changed: told to whoever remembers them, on every node. */

import type { Engine } from '../../engine/contract.js';

export interface Changed {
  /** Tells this node at once, and the others soon. */
  tell(): void;
  listen(listener: () => void): void;
}

export function createChanged(engine: Pick<Engine, 'tell' | 'onNews'>): Changed {
  const listeners: (() => void)[] = [];
  const here = () => {
    for (const listener of listeners) listener();
  };
  engine.onNews(news => news.of === 'identity' && here());
  return {
    tell() {
      here();
      engine.tell({ of: 'identity' });
    },
    listen: listener => void listeners.push(listener),
  };
}
