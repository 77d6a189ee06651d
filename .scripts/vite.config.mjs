// Bundles the pages into dist/web: flat HTML files, hashed assets, nothing from outside.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = path => fileURLToPath(new URL(`../${path}`, import.meta.url));
const pages = ['signin', 'tasklist', 'modeler', 'cockpit', 'admin', 'profile'];

export default defineConfig({
  root: at('api/web'),
  // Relative: the pages work under whatever path a proxy puts them.
  base: './',
  publicDir: at('api/web/public'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: { dedupe: ['preact', '@preact/signals'] },
  build: {
    outDir: at('dist/web'),
    emptyOutDir: true,
    // The first browsers that know light-dark(): older targets would unfold it into a fixed theme.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      input: Object.fromEntries(pages.map(page => [page, at(`api/web/${page}.html`)])),
      // What most pages share is one file: many small ones compress badly.
      output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: pages.length - 1 }] } },
    },
  },
});
