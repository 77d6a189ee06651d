/** Operations of Camunda 7 that are not served yet: each is answered 501, with a sentence. */

const soon: [pattern: RegExp, sentence: string][] = [
  [/^\/decision-(requirements-)?definition(\/|$)/, 'decisions are not served yet'],
  [/^\/history\/decision-/, 'decisions are not served yet'],
  [/^\/batch(\/|$)|^\/history\/batch(\/|$)|-async$|Async$|^\/job\/retries$/, 'batches are not served yet'],
  [
    /^\/(process-instance|history\/process-instance)\/(delete|job-retries|delete-historic-query-based|job-retries-historic-query-based|set-removal-time)$/,
    'batches are not served yet',
  ],
  [/^\/migration(\/|$)/, 'migration is not served yet'],
  [/^\/process-definition\/[^/]+\/restart$/, 'restarting instances is not served yet'],
  [/^\/history\/cleanup(\/|$)|\/cleanable-[a-z-]+-report(\/|$)/, 'the clean-up of history is not served yet'],
  [/^\/(case-definition|case-instance|case-execution|history\/case-[a-z-]+)(\/|$)/, 'cases (CMMN) are not served'],
];

/** Why a path is not served; undefined: it is no path of Camunda 7 either. */
export const laterOf = (path: string): string | undefined =>
  soon.find(([pattern]) => pattern.test(path.replace(/\/$/, '')))?.[1];
