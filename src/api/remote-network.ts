import { isIP } from 'node:net';

/** Groups of an IPv6 address that stand for one customer's network. */
const NETWORK_GROUPS = 4;

/** An address without what only says how it was reached: a zone (`fe80::1%eth0`), or IPv4 written as IPv6 (`::ffff:192.0.2.1`). */
export function plainAddress(address: string): string {
  const bare = address.replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  return mapped ?? bare;
}

/**
 * What counts as one peer: an IPv4 address itself, and of IPv6 the first 64 bits, of which whoever has one address has all. Text
 * that is no address counts as itself.
 */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (isIP(plain) !== 6) return plain;
  return `${groupsOf(plain).slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

/** All eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): readonly string[] {
  const [head, tail] = address.split('::');
  const before = partsOf(head);
  const after = partsOf(tail ?? '');
  const left = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: left }, () => '0'), ...after];
}

function partsOf(text: string): readonly string[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => (part.includes('.') ? ['v4', 'v4'] : [parseInt(part, 16).toString(16)]));
}
