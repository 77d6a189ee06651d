// Generates api/client/schema.ts from the OpenAPI document of a server that is started for it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const { clientSource } = await import(join(root, 'dist/api/client/generate.js'));
const { createServer } = await import(join(root, 'dist/api/server.js'));
const { readSettings } = await import(join(root, 'dist/api/settings.js'));

const folder = mkdtempSync(join(tmpdir(), 'weft-client-'));
const server = await createServer({ settings: readSettings({ WEFT_DATA: folder, PORT: '0' }) });
const { url } = await server.listen();
const document = await (await fetch(`${url}/api/v1/openapi.json`)).json();
const file = join(root, 'api/client/schema.ts');
writeFileSync(file, clientSource(document));
await server.close();
rmSync(folder, { recursive: true, force: true });
spawnSync(join(root, 'node_modules/.bin/biome'), ['format', '--write', file], { cwd: root, stdio: 'inherit' });
