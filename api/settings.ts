/** Every setting, in one table: its name in the environment, its default, what it means. A wrong one refuses the start. */

import { isIP } from 'node:net';
import { z } from 'zod';

/** One line of the table, as the README shows it. */
export interface SettingLine {
  name: string;
  default: string;
  sentence: string;
}

const loopback = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/;

const text = z.string();
const whole = (from: number, to: number) =>
  z
    .string()
    .refine(
      given => /^\d+$/.test(given) && Number(given) >= from && Number(given) <= to,
      `must be a whole number between ${from} and ${to}`,
    )
    .transform(Number);
const onOff = z
  .enum(['on', 'off', 'true', 'false', '1', '0', ''], 'must be "on" or "off"')
  .transform(value => ['on', 'true', '1'].includes(value));
const address = text.refine(
  value => value === '' || (URL.canParse(value) && /^https?:\/\//.test(value)),
  'must be a URL that begins with http:// or https://',
);
const megabytes = (from: number, to: number) => whole(from, to).transform(value => value * 1024 * 1024);
const proxies = text
  .transform(value =>
    value
      .split(',')
      .map(part => part.trim())
      .filter(part => part !== ''),
  )
  .refine(
    parts => parts.every(part => ['loopback', 'linklocal', 'uniquelocal'].includes(part) || isSubnet(part)),
    'must be addresses such as 10.0.0.1, subnets such as 10.0.0.0/8, or loopback, linklocal, uniquelocal',
  );

function isIssuer(value: string): boolean {
  if (value === '') return true;
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
}

function isSubnet(part: string): boolean {
  const [address = '', bits = '0', ...more] = part.split('/');
  return (
    more.length === 0 && isIP(address) > 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (isIP(address) === 4 ? 32 : 128)
  );
}

const setting = <T>(name: string, fallback: string, schema: z.ZodType<T, string>, sentence: string) => ({
  name,
  default: fallback,
  sentence,
  schema,
});

const table = {
  port: setting('PORT', '3000', whole(0, 65_535), 'Port to listen on; 0 takes a free one.'),
  host: setting('HOST', '127.0.0.1', text.min(1), 'Address to listen on; 0.0.0.0 makes it reachable from outside.'),
  data: setting('WEFT_DATA', './data', text.min(1), 'Folder of the embedded database.'),
  mongodb: setting(
    'MONGODB_URI',
    '',
    text.refine(
      value => value === '' || /^mongodb(\+srv)?:\/\/./.test(value),
      'must be an address that begins with mongodb:// or mongodb+srv://',
    ),
    'Address of a MongoDB, used in place of the embedded database; several processes on one are one engine.',
  ),
  demo: setting('WEFT_DEMO', 'off', onOff, 'Demo people with one-click sign-in and sample data; loopback only.'),
  jobs: setting('WEFT_JOBS', 'on', onOff, 'Whether this node runs timers, retries and asynchronous continuations.'),
  publicUrl: setting('WEFT_PUBLIC_URL', '', address, 'The address people type; on https the session cookie is Secure.'),
  basePath: setting(
    'WEFT_BASE_PATH',
    '',
    text.regex(/^(\/[\w.~-]+)*$/, 'must be a path such as /weft, without a slash at its end'),
    'The path that a proxy passes on before everything, such as /weft.',
  ),
  tlsCertificate: setting(
    'WEFT_TLS_CERTIFICATE',
    '',
    text,
    'File with the certificate (PEM, with its chain); then Weft speaks https itself.',
  ),
  tlsKey: setting('WEFT_TLS_KEY', '', text, 'File with the private key of the certificate (PEM).'),
  trustedProxies: setting(
    'WEFT_TRUSTED_PROXIES',
    '',
    proxies,
    'Addresses or subnets of proxies whose X-Forwarded-For is believed, separated by commas.',
  ),
  internalWebhooks: setting(
    'WEFT_INTERNAL_WEBHOOKS',
    'off',
    onOff,
    'Whether webhooks may lead to addresses of internal networks.',
  ),
  corsOrigins: setting(
    'WEFT_CORS_ORIGINS',
    '',
    text
      .transform(value => value.split(',').flatMap(part => part.trim() || []))
      .refine(
        parts => parts.every(part => URL.canParse(part) && new URL(part).origin === part),
        'must be origins such as https://portal.example.org, separated by commas',
      ),
    'Web sites whose pages may call the API with a token, separated by commas.',
  ),
  oidcIssuer: setting(
    'WEFT_OIDC_ISSUER',
    '',
    text.refine(isIssuer, 'must be a URL that begins with https://; http:// only on this machine'),
    'Address of an OpenID provider with which people may sign in.',
  ),
  oidcClient: setting('WEFT_OIDC_CLIENT', '', text, 'Client id of Weft at the provider.'),
  oidcSecret: setting('WEFT_OIDC_SECRET', '', text, 'Client secret of Weft at the provider; empty: a public client.'),
  oidcName: setting('WEFT_OIDC_NAME', 'OpenID', text.min(1), 'What people call the provider: on the sign-in page.'),
  oidcCreate: setting(
    'WEFT_OIDC_CREATE',
    'off',
    onOff,
    'Whether somebody whom the provider knows and Weft does not becomes a user; off: only users with this e-mail.',
  ),
  oidcGroups: setting(
    'WEFT_OIDC_GROUPS_CLAIM',
    '',
    text,
    'Claim of the identity token that names groups, such as groups: those that Weft has, too, are memberships until the next sign-in.',
  ),
  rateLimit: setting(
    'WEFT_RATE_LIMIT',
    '0',
    whole(0, 1_000_000),
    'Requests that one person, with all tokens, may make at a node in a minute; 0: without limit.',
  ),
  bodyLimit: setting('WEFT_BODY_LIMIT_MB', '4', megabytes(1, 1024), 'Largest request body, in MB.'),
  deploymentLimit: setting('WEFT_DEPLOYMENT_LIMIT_MB', '50', megabytes(1, 1024), 'Largest deployment, in MB.'),
  variableLimit: setting('WEFT_VARIABLE_LIMIT_MB', '4', megabytes(1, 1024), 'Largest value of one variable, in MB.'),
  jsonDepth: setting('WEFT_JSON_DEPTH', '64', whole(1, 500), 'Deepest nesting of JSON in a request.'),
  fileLimit: setting('WEFT_FILE_LIMIT_MB', '5', megabytes(1, 100), 'Largest model file, in MB.'),
  elementLimit: setting('WEFT_ELEMENT_LIMIT', '100000', whole(1, 1_000_000), 'Most XML elements in one model file.'),
  loopLimit: setting(
    'WEFT_LOOP_LIMIT',
    '10000',
    whole(10, 10_000_000),
    'Visits of one element without a wait after which an endless loop becomes an incident.',
  ),
  shortestCycle: setting(
    'WEFT_SHORTEST_CYCLE',
    '1000',
    whole(1, 86_400_000),
    'Milliseconds between two firings of a repeated timer, at least.',
  ),
} as const;

export type Settings = { readonly [K in keyof typeof table]: z.output<(typeof table)[K]['schema']> };

/** The path under which browsers see the server, such as `/weft`; empty at the root. */
export function publicPath({ publicUrl, basePath }: Pick<Settings, 'publicUrl' | 'basePath'>): string {
  const ofUrl = publicUrl === '' ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
  return ofUrl || basePath;
}

/** The address that people type; absent where only the machine knows it. */
export const publicAddress = (settings: Settings): string | undefined =>
  settings.publicUrl === '' ? undefined : new URL(settings.publicUrl).origin + publicPath(settings);

/** The table as text, for the README and `weft --help`. */
export const settingLines: SettingLine[] = Object.values(table).map(({ name, default: value, sentence }) => ({
  name,
  default: value,
  sentence,
}));

/** Settings that the start is refused with: one sentence each. */
export class WrongSettings extends Error {
  override readonly name = 'WrongSettings';
  constructor(readonly sentences: string[]) {
    super(sentences.join('\n'));
  }
}

/**
 * Reads all settings from the environment. Throws WrongSettings naming every wrong one.
 *
 * @example readSettings({ PORT: '8080', WEFT_DATA: '/var/lib/weft' }).port // 8080
 */
export function readSettings(environment: Record<string, string | undefined> = process.env): Settings {
  const wrong: string[] = [];
  const known = new Set(settingLines.map(line => line.name));
  for (const name of Object.keys(environment))
    if (name.startsWith('WEFT_') && !known.has(name) && !clientSettings.includes(name))
      wrong.push(`${name} is no setting of Weft; the settings are ${[...known].join(', ')}`);

  const settings = Object.fromEntries(
    Object.entries(table).map(([key, { name, default: fallback, schema }]) => {
      const given = environment[name] ?? fallback;
      const read = schema.safeParse(given);
      if (!read.success) wrong.push(...read.error.issues.map(issue => `${name}="${given}" ${issue.message}`));
      return [key, read.data];
    }),
  ) as Settings;

  if (settings.demo && settings.host !== undefined && !loopback.test(settings.host))
    wrong.push(
      `HOST="${settings.host}" cannot be used in demo mode: everybody may sign in there without a password; ` +
        'keep HOST=127.0.0.1, or run "npm run serve"',
    );
  if (Boolean(settings.tlsCertificate) !== Boolean(settings.tlsKey))
    wrong.push('WEFT_TLS_CERTIFICATE and WEFT_TLS_KEY belong together: set both, or none');
  if (settings.oidcIssuer && !settings.oidcClient)
    wrong.push('WEFT_OIDC_ISSUER needs WEFT_OIDC_CLIENT: the id that the provider gave to Weft');
  if (wrong.length > 0) throw new WrongSettings(wrong);
  return settings;
}

/** Read by the command line client, not by the server. */
const clientSettings = ['WEFT_URL', 'WEFT_TOKEN'];
