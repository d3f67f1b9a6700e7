import type { z } from 'zod';
import { checkAccess } from './check-access.ts';
import { checkPairlists } from './check-pairlists.ts';
import { type ConfigProblem, type Place, placeText } from './config-error.ts';
import { configSchema } from './config-schema.ts';
import { explainValue, shownText } from './explain-value.ts';
import { dottedKey, type JsonNode, type KeyPath, nodeAt, type ObjectNode, plainValue } from './json-node.ts';

type Issue = z.core.$ZodIssue;

/** Every value that the schema refuses, and every rule between settings that is broken, in the order of the schema. */
export function checkValues(root: ObjectNode): readonly ConfigProblem[] {
  return [
    ...checkTypes(root),
    ...checkRoi(root),
    ...checkLists(root),
    ...checkPairlists(root),
    ...checkProducers(root),
    ...checkRecorded(root),
    ...checkApiServer(root),
    ...checkAccess(root),
  ];
}

function checkTypes(root: ObjectNode): readonly ConfigProblem[] {
  const issues = configSchema.safeParse(plainValue(root)).error?.issues ?? [];
  const paths = new Map<string, KeyPath>();
  for (const issue of issues) for (const path of pathsOf(issue)) paths.set(JSON.stringify(path), path);
  return Array.from(paths.values(), (path) => explainValue(root, path));
}

/** The paths of what is wrong. Of a union, those in the branch that has the value's type, where one has. */
function pathsOf(issue: Issue): readonly KeyPath[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code !== 'invalid_union') return [path];
  const branch = issue.errors.find((errors) => errors.length > 0 && errors.every((inner) => inner.path.length > 0));
  return branch === undefined ? [path] : branch.flatMap(pathsOf).map((inner) => path.concat(inner));
}

function checkRoi(root: ObjectNode): readonly ConfigProblem[] {
  const roi = nodeAt(root, ['minimal_roi']);
  if (roi?.kind !== 'object') return [];
  const wrong = Array.from(roi.members).filter(([minutes]) => !/^\d{1,9}$/.test(minutes));
  return wrong.map(([minutes, { keyPlace }]) => {
    const [key, found] = [dottedKey(['minimal_roi', minutes]), shownText(minutes)];
    const allowed = 'whole minutes after the entry, such as "30"';
    const message = `expected minutes as the key, found ${found}; allowed: ${allowed}`;
    return problemAt({ place: keyPlace }, { code: 'CONFIG_INVALID_VALUE', key, found, allowed, message });
  });
}

/** freqtrade refuses a pair list that names a pair twice, too. */
function checkLists(root: ObjectNode): readonly ConfigProblem[] {
  return ['pair_whitelist', 'pair_blacklist'].flatMap((list) => {
    const duplicates = duplicatesIn(itemsAt(root, ['exchange', list]));
    return duplicates.map(({ index, node, first, name }) => {
      const found = shownText(name);
      const message = `${found} stands in the list twice, here and at ${placeText(first.place)}; allowed: once`;
      const key = dottedKey(['exchange', list, index]);
      return problemAt(node, { code: 'CONFIG_INVALID_VALUE', key, found, allowed: 'once', message });
    });
  });
}

const SECTION = 'external_message_consumer';

function checkProducers(root: ObjectNode): readonly ConfigProblem[] {
  const enabled = nodeAt(root, [SECTION, 'enabled']);
  if (enabled?.kind !== 'boolean' || enabled.value !== true) return [];
  const list = nodeAt(root, [SECTION, 'producers']);
  const allowed = 'one producer or more';
  const key = `${SECTION}.producers`;
  if (list === undefined || (list.kind === 'array' && list.items.length === 0)) {
    const message = `the consumer is enabled and has no producer to listen to; allowed: ${allowed}`;
    return [problemAt(list ?? enabled, { code: 'CONFIG_NO_PRODUCERS', key, found: 'none', allowed, message })];
  }
  const names = itemsAt(root, [SECTION, 'producers']).map(producerName);
  return duplicatesIn(names).map(({ index, node, first, name }) => {
    const found = shownText(name);
    const message = `the producers here and at ${placeText(first.place)} have the same name, ${found}; allowed: a name for each`;
    const key = `${SECTION}.producers.${index}.name`;
    return problemAt(node, { code: 'CONFIG_DUPLICATE_PRODUCER', key, found, allowed: 'a name of its own', message });
  });
}

/** The name's node; for a producer without one, the default name in the producer's place. */
function producerName(producer: JsonNode): JsonNode {
  if (producer.kind !== 'object') return producer;
  return nodeAt(producer, ['name']) ?? { kind: 'string', place: producer.place, value: DEFAULT_NAME };
}

const DEFAULT_NAME = configSchema.shape.external_message_consumer
  .unwrap()
  .shape.producers.unwrap()
  .element.shape.name.parse(undefined);

function checkRecorded(root: ObjectNode): readonly ConfigProblem[] {
  const name = nodeAt(root, ['exchange', 'name']);
  if (name?.kind !== 'string' || name.value !== 'recorded') return [];
  if (nodeAt(root, ['exchange', 'recorded']) !== undefined) return [];
  const allowed = 'object with the datadir of the recorded candles, or a datadir at the top';
  const message = `expected ${allowed}, found nothing, although exchange.name is "recorded"`;
  const key = 'exchange.recorded';
  return [problemAt(name, { code: 'CONFIG_MISSING_VALUE', key, found: 'nothing', allowed, message })];
}

/** freqtrade writes empty ones where the server is off; where it is on, they would protect nothing. */
function checkApiServer(root: ObjectNode): readonly ConfigProblem[] {
  const enabled = nodeAt(root, ['api_server', 'enabled']);
  if (enabled?.kind !== 'boolean' || enabled.value !== true) return [];
  return ['username', 'password'].flatMap((name) => {
    const node = nodeAt(root, ['api_server', name]);
    if (node?.kind !== 'string' || node.value !== '') return [];
    const key = dottedKey(['api_server', name]);
    const [found, allowed] = ['string ""', 'any text but ""'];
    const message = `expected string, found ${found}; allowed: ${allowed}`;
    return [problemAt(node, { code: 'CONFIG_INVALID_VALUE', key, found, allowed, message })];
  });
}

function itemsAt(root: ObjectNode, path: KeyPath): readonly JsonNode[] {
  const node = nodeAt(root, path);
  return node?.kind === 'array' ? node.items : [];
}

function problemAt(node: Pick<JsonNode, 'place'>, problem: Omit<ConfigProblem, keyof Place>): ConfigProblem {
  return { ...node.place, ...problem };
}

interface Duplicate {
  readonly index: number;
  readonly node: JsonNode;
  readonly first: JsonNode;
  readonly name: string;
}

/** The strings that stood in the list before, each with its first place. */
function duplicatesIn(nodes: readonly JsonNode[]): readonly Duplicate[] {
  const seen = new Map<string, JsonNode>();
  const duplicates: Duplicate[] = [];
  for (const [index, node] of nodes.entries()) {
    if (node.kind !== 'string') continue;
    const name = String(node.value);
    const first = seen.get(name);
    if (first === undefined) seen.set(name, node);
    else duplicates.push({ index, node, first, name });
  }
  return duplicates;
}
