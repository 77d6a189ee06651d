/** localStorage that may be forbidden: then nothing is remembered, and nothing breaks. */

export function remembered(name: string): string | undefined {
  try {
    return localStorage.getItem(`weft-${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name: string, value: string | undefined) {
  try {
    if (value === undefined) localStorage.removeItem(`weft-${name}`);
    else localStorage.setItem(`weft-${name}`, value);
  } catch {
    // Forbidden storage: the choice holds for this page only.
  }
}
