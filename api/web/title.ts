/** The title of the browser's tab: what one looks at, first. */

import { useEffect } from 'preact/hooks';

/** `Check invoice · Weft` while the component shows; the page's own title otherwise. */
export function useTitle(name: string | undefined) {
  useEffect(() => {
    if (!name) return;
    const before = document.title;
    document.title = `${name} · Weft`;
    return () => {
      document.title = before;
    };
  }, [name]);
}
