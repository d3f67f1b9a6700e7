import { parseSync, visitorKeys } from 'oxc-parser';

/** A test as its file declares it. */
export interface TestTitle {
  readonly title: string;
  /** Why it never runs, or shows nothing; undefined where it does. */
  readonly idle: string | undefined;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** `it.concurrent.each`, say: what is called, and how. */
interface Callee {
  readonly name: string;
  readonly modifiers: readonly string[];
}

const tests: ReadonlySet<string> = new Set(['it', 'test']);
const groups: ReadonlySet<string> = new Set(['describe', 'suite']);
/** These are called first, and what they return is the function of the test. */
const calledFirst: ReadonlySet<string | undefined> = new Set(['each', 'for', 'skipIf', 'runIf']);
const idleModifiers = ['skip', 'todo', 'fails'];

/**
 * The titles of the tests that a TypeScript file declares with `it` and `test`, as they are written: of `it.each`, the pattern.
 * Those of groups are none. Throws a SyntaxError where it can't be parsed.
 */
export function readTestTitles(fileName: string, text: string): readonly TestTitle[] {
  const { program, errors } = parseSync(fileName, text);
  if (errors.length > 0) throw new SyntaxError(errors[0].message);
  const found: TestTitle[] = [];
  const visit = (node: unknown, idleGroup: string | undefined): void => {
    if (Array.isArray(node)) for (const item of node) visit(item, idleGroup);
    if (!isNode(node)) return;
    const callee = node.type === 'CallExpression' ? calleeOf(node.callee) : undefined;
    const declares = callee !== undefined && !calledFirst.has(callee.modifiers.at(-1));
    const idle = idleGroup ?? (declares ? idleOf(callee, argumentsOf(node)) : undefined);
    const title = declares && tests.has(callee.name) ? textOf(argumentsOf(node)[0], text) : undefined;
    if (title !== undefined) found.push({ title, idle });
    for (const key of visitorKeys[node.type] ?? []) visit(node[key], idle);
  };
  visit(program, undefined);
  return found;
}

function calleeOf(node: unknown): Callee | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') {
    const name = String(node.name);
    return tests.has(name) || groups.has(name) ? { name, modifiers: [] } : undefined;
  }
  if (node.type === 'MemberExpression') {
    const callee = calleeOf(node.object);
    const modifier = isNode(node.property) && node.property.type === 'Identifier' ? String(node.property.name) : '';
    return callee && { ...callee, modifiers: [...callee.modifiers, modifier] };
  }
  const first = calleeOf(node.type === 'CallExpression' ? node.callee : node.tag);
  if (!calledFirst.has(first?.modifiers.at(-1))) return undefined;
  // The next call is the one that declares.
  return first && { ...first, modifiers: [...first.modifiers, ''] };
}

/** Why a test, or those of a group, do not run or show nothing. */
function idleOf({ modifiers }: Callee, [, ...others]: readonly Node[]): string | undefined {
  const modifier = idleModifiers.find((name) => modifiers.includes(name) || others.some((node) => isSet(node, name)));
  if (modifier !== undefined) return `is marked ${modifier}`;
  const hasBody = others.some(({ type }) => type !== 'ObjectExpression' && type !== 'Literal');
  return hasBody ? undefined : 'has no body';
}

/** Whether an object of options has this one, and not `false`. */
function isSet(options: Node, name: string): boolean {
  return nodesOf(options.properties).some(({ key, value }) => {
    const isIt = isNode(key) && (key.name === name || key.value === name);
    return isIt && !(isNode(value) && value.value === false);
  });
}

/** The text that an expression of literals is; in a template, expressions as they are written. */
function textOf(node: Node | undefined, source: string): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral') return textOfTemplate(node, source);
  if (node?.type !== 'BinaryExpression' || !isNode(node.left) || !isNode(node.right)) return undefined;
  const [left, right] = [textOf(node.left, source), textOf(node.right, source)];
  return left === undefined || right === undefined ? undefined : left + right;
}

function textOfTemplate({ quasis, expressions }: Node, source: string): string {
  const texts = nodesOf(quasis).map(({ value }) => cookedOf(value));
  const written = nodesOf(expressions).map(({ start, end }) => `\${${source.slice(start, end)}}`);
  return texts.map((text, i) => text + (written[i] ?? '')).join('');
}

function cookedOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : '';
}

function argumentsOf({ arguments: given }: Node): readonly Node[] {
  return nodesOf(given);
}

function nodesOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
