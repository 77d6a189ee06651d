// Applies the chosen theme before the first paint; a classic script on purpose, modules run too late.
try {
  const theme = localStorage.getItem('weft-theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be forbidden; then the system's theme holds.
}
