/** Where a webhook may lead: to the public internet, by the name and by every address that it stands for. */

import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The address is one of an internal network: whoever may make webhooks must not reach through us into it. */
export class InternalAddress extends Error {
  override readonly name = 'InternalAddress';
}

/** All that IANA gives out of IPv6 begins so (RFC 4291, 2.4); `::127.0.0.1`, the deprecated way to write IPv4, does not. */
const publicIPv6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Is it an address of the public internet? Not so: private, loopback, link-local, mapped and translated ones. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && (parsed instanceof ipaddr.IPv4 || parsed.match(publicIPv6));
}

/** Labels of 1 to 63 letters (RFC 1035, 2.3.4); addresses in digits fit, too. */
const hostName = /^[^.]{1,63}(\.[^.]{1,63})*\.?$/;

/**
 * What is wrong with an address of a webhook, in a sentence; undefined: nothing that can be seen without asking DNS.
 *
 * @example urlProblem('http://10.0.0.1/hook', false) // 'leads into an internal network …'
 */
export function urlProblem(text: string, internalAllowed: boolean): string | undefined {
  if (!URL.canParse(text)) return 'is no URL';
  const { protocol, username, password, hostname, port } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https:// or http://';
  if (username !== '' || password !== '') return 'must not hold a user name or password: check the signature instead';
  if (port === '0') return 'names port 0, where nobody can listen';
  if (hostname.length > 253 || !hostName.test(hostname)) return 'names a host that no DNS can know';
  const literal = hostname.replace(/^\[|\]$/g, '');
  const internal = isIP(literal) > 0 && !isPublic(literal);
  return internal && !internalAllowed ? refusal(hostname) : undefined;
}

/** Names that are never one of the public internet (RFC 6761, 6762, 8375; `internal` is kept for it by ICANN). */
const internalName = /(^|\.)(localhost|local|internal|home\.arpa)\.?$/i;

/** What is wrong with the name in an address, as far as one knows before it is looked up: told to who types it. */
export function nameProblem(url: string): string | undefined {
  const { hostname } = new URL(url);
  return internalName.test(hostname) ? refusal(hostname) : undefined;
}

const refusal = (host: string) => `leads into an internal network (${host}); WEFT_INTERNAL_WEBHOOKS=on allows that`;

/** Resolves a name for the very connection that is made: there is no second answer that could be another one. */
export const publicLookup: LookupFunction = (host, options, callback) =>
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const internal = addresses.find(({ address }) => !isPublic(address));
    if (internal) return callback(new InternalAddress(`${host} ${refusal(internal.address)}`), []);
    if (options.all) return callback(null, addresses);
    const [{ address, family }] = addresses as [(typeof addresses)[number]];
    callback(null, address, family);
  });
