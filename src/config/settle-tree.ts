import type { Place } from './config-error.ts';
import { type JsonNode, type KeyPath, type Member, nodeAt, type ObjectNode, withMember } from './json-node.ts';
import { settingAt } from './setting-schema.ts';

/** Further names that freqtrade reads a setting of `exchange` by, in the order in which it looks. */
const EXCHANGE_NAMES: readonly { readonly key: string; readonly names: readonly string[] }[] = [
  { key: 'key', names: ['api_key', 'apiKey', 'key'] },
  { key: 'account_id', names: ['account_id', 'accountId'] },
  { key: 'wallet_address', names: ['wallet_address', 'walletAddress'] },
  { key: 'private_key', names: ['private_key', 'privateKey'] },
];

/** A merged config with one name for each setting, without what null makes absent, and with a recording's folder in its place. */
export function settleTree(root: ObjectNode): ObjectNode {
  return withDatadir(withExchangeNames(withoutNulls(root, [], root)));
}

function withoutNulls(node: ObjectNode, path: KeyPath, root: ObjectNode): ObjectNode {
  const members = new Map<string, Member>();
  for (const [name, member] of node.members) {
    const here = [...path, name];
    const isAlias = path[0] === 'exchange' && EXCHANGE_NAMES.some(({ names }) => names.includes(name));
    const isAbsent = member.value.kind === 'null' && (isAlias || settingAt(here, root)?.nullIsAbsent === true);
    if (!isAbsent) members.set(name, { ...member, value: withoutNullsIn(member.value, here, root) });
  }
  return { ...node, members };
}

function withoutNullsIn(node: JsonNode, path: KeyPath, root: ObjectNode): JsonNode {
  if (node.kind === 'object') return withoutNulls(node, path, root);
  if (node.kind !== 'array') return node;
  return { ...node, items: node.items.map((item, index) => withoutNullsIn(item, [...path, index], root)) };
}

function withExchangeNames(root: ObjectNode): ObjectNode {
  const exchange = nodeAt(root, ['exchange']);
  if (exchange?.kind !== 'object') return root;
  const members = new Map(exchange.members);
  for (const { key, names } of EXCHANGE_NAMES) {
    const name = names.find((each) => members.has(each));
    const member = name === undefined ? undefined : members.get(name);
    for (const each of names) if (each !== name || each !== key) members.delete(each);
    if (member !== undefined) members.set(key, member);
  }
  return withMember(root, 'exchange', { ...exchange, members });
}

/** Where recorded candles have no folder of their own, theirs is the `datadir` at the top. */
function withDatadir(root: ObjectNode): ObjectNode {
  const datadir = nodeAt(root, ['datadir']);
  const exchange = nodeAt(root, ['exchange']);
  if (datadir?.kind !== 'string' || exchange?.kind !== 'object') return root;
  const name = nodeAt(exchange, ['name']);
  const isRecorded = name?.kind === 'string' && name.value === 'recorded';
  const section = nodeAt(exchange, ['recorded']) ?? (isRecorded ? emptyObject(datadir.place) : undefined);
  if (section?.kind !== 'object' || section.members.has('datadir')) return root;
  return withMember(root, 'exchange', withMember(exchange, 'recorded', withMember(section, 'datadir', datadir)));
}

/** A consumer that is not enabled is as if nothing else stood in its section, which freqtrade promises too. */
export function withoutDisabled(root: ObjectNode): ObjectNode {
  const key = 'external_message_consumer';
  const section = nodeAt(root, [key]);
  if (section?.kind !== 'object') return root;
  const enabled = section.members.get('enabled');
  const isOff = enabled === undefined || (enabled.value.kind === 'boolean' && enabled.value.value === false);
  if (!isOff) return root;
  const members = new Map(enabled === undefined ? [] : [['enabled', enabled] as const]);
  return withMember(root, key, { ...section, members });
}

/** An object without members, at `place`. */
export function emptyObject(place: Place): ObjectNode {
  return { kind: 'object', place, members: new Map() };
}
