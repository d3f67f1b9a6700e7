import { didYouMean } from '../util/nearest-name.ts';
import { scopedTokenSchema } from './api-server-schema.ts';
import { type ConfigProblem, type Place, placeText } from './config-error.ts';
import { dottedKey, type JsonNode, type KeyPath, nodeAt, type ObjectNode } from './json-node.ts';

const TOKENS = ['api_server', 'ws_token'] as const;
const PRODUCERS = ['external_message_consumer', 'producers'] as const;

/** Names longer than this are cut in messages. */
const LONGEST_SHOWN_NAME = 60;

/** What could open more than was meant: limits of tokens that would be passed over, and TLS that would not be used. */
export function checkAccess(root: ObjectNode): readonly ConfigProblem[] {
  return [...checkScopeKeys(root), ...checkSameTokens(root), ...checkPinned(root)];
}

/** A misspelt limit would be none. */
function checkScopeKeys(root: ObjectNode): readonly ConfigProblem[] {
  const known = Object.keys(scopedTokenSchema.shape);
  return itemsAt(root, TOKENS).flatMap((node, index) => {
    if (node.kind !== 'object') return [];
    const unknown = Array.from(node.members).filter(([name]) => !known.includes(name));
    return unknown.map(([name, { keyPlace }]) => {
      // What stands here may be a token by mistake; only what is near to a name is shown.
      const meant = name.length > LONGEST_SHOWN_NAME ? '' : didYouMean(name, known);
      const allowed = known.join(', ');
      const key = dottedKey([...TOKENS, index, ...(meant === '' ? [] : [name])]);
      const message = `a token has no such setting, so what it limits would stay open${meant}; allowed: ${allowed}`;
      return problemAt(keyPlace, { key, found: 'another key', allowed, message });
    });
  });
}

/** As plain text one may stand twice, as in freqtrade; with limits nobody could tell which hold. */
function checkSameTokens(root: ObjectNode): readonly ConfigProblem[] {
  const seen = new Map<string, { readonly place: Place; readonly isPlain: boolean }>();
  return itemsAt(root, TOKENS).flatMap((node, index): ConfigProblem[] => {
    const isPlain = node.kind === 'string';
    const token = isPlain ? node : nodeAt(node, ['token']);
    if (token?.kind !== 'string' || token.value === '') return [];
    const first = seen.get(String(token.value));
    if (first === undefined) seen.set(String(token.value), { place: token.place, isPlain });
    if (first === undefined || (first.isPlain && isPlain)) return [];
    const key = dottedKey([...TOKENS, index, ...(isPlain ? [] : ['token'])]);
    const allowed = 'a token for each';
    const message = `the entries here and at ${placeText(first.place)} have the same token; allowed: ${allowed}`;
    return [problemAt(token.place, { key, found: 'the same token', allowed, message })];
  });
}

/** Without TLS there is no certificate to be checked, and the token would go to whoever answers. */
function checkPinned(root: ObjectNode): readonly ConfigProblem[] {
  return itemsAt(root, PRODUCERS).flatMap((producer, index) => {
    const secure = nodeAt(producer, ['secure']);
    if (secure?.kind === 'boolean' && secure.value === true) return [];
    return ['ca', 'fingerprint'].flatMap((name): ConfigProblem[] => {
      const node = nodeAt(producer, [name]);
      if (node?.kind !== 'string') return [];
      const key = dottedKey([...PRODUCERS, index, 'secure']);
      const [found, allowed] = [secure === undefined ? 'nothing' : 'false', `true beside ${name}`];
      const message = `${name} is for TLS, and secure is not true, so there would be none; allowed: ${allowed}`;
      return [problemAt(node.place, { key, found, allowed, message })];
    });
  });
}

function problemAt(place: Place, problem: Omit<ConfigProblem, keyof Place | 'code'>): ConfigProblem {
  return { ...place, code: 'CONFIG_INVALID_VALUE', ...problem };
}

function itemsAt(root: ObjectNode, path: KeyPath): readonly JsonNode[] {
  const node = nodeAt(root, path);
  return node?.kind === 'array' ? node.items : [];
}
