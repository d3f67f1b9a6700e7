import { parseSync, visitorKeys } from 'oxc-parser';

/** Source text with counters in it. */
export interface Instrumented {
  readonly code: string;
  /** How many counters were put in. */
  readonly counters: number;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** What closes something comes before what opens something at the same place. */
  readonly opens: boolean;
}

/** Under which name the code finds what it counts with, see `probes.ts`. */
export const PROBES = '__fuzzProbes';

const typedArrays: ReadonlySet<unknown> = new Set([
  'ArrayBuffer',
  'Array',
  'BigInt64Array',
  'Float64Array',
  'Int32Array',
  'Uint16Array',
  'Uint32Array',
  'Uint8Array',
]);
/** Methods whose results may be new memory. */
const makers: ReadonlySet<unknown> = new Set(['concat', 'from', 'of', 'slice']);

/**
 * The code of a module, TypeScript or not, with a counter at the start of every function and of every branch, those that are not written
 * (`else`) among them, and with a measure around everything that makes memory. It does what it did before. Lines stay as they are.
 *
 * @throws SyntaxError where it cannot be parsed.
 */
export function instrument(fileName: string, source: string, firstCounter: number): Instrumented {
  const { program, errors } = parseSync(fileName, source);
  if (errors.length > 0) throw new SyntaxError(`${fileName}: ${errors[0].message}`);
  const probes = new Probes(firstCounter);
  probes.visit(program, false);
  const prelude = `const ${PROBES} = globalThis.${PROBES}; const ${PROBES}Counts = ${PROBES}.counts;`;
  return { code: `${prelude}${inserted(source, probes.insertions)}`, counters: probes.count };
}

class Probes {
  readonly insertions: Insertion[] = [];
  count = 0;
  readonly #first: number;

  constructor(first: number) {
    this.#first = first;
  }

  visit(value: unknown, inChain: boolean): void {
    if (Array.isArray(value)) for (const item of value) this.visit(item, inChain);
    if (!isNode(value)) return;
    // Types have no code.
    if (value.type.startsWith('TS') && !hasCode.has(value.type)) return;
    // What wraps a part of `a?.b.c()` would cut it in two.
    const isChain = value.type === 'ChainExpression' || (inChain && isLink.has(value.type));
    const closings = this.#open(value, inChain);
    for (const key of visitorKeys[value.type] ?? []) this.visit(value[key], isChain);
    for (const { at, text } of closings) this.insertions.push({ at, text, opens: false });
  }

  /** Puts in what comes before a node's parts, and returns what comes behind them. */
  #open(node: Node, inChain: boolean): readonly { readonly at: number; readonly text: string }[] {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'CatchClause':
        return this.#branch(node.body);
      case 'IfStatement': {
        const closings = this.#branch(node.consequent);
        if (isNode(node.alternate)) return [...closings, ...this.#branch(node.alternate)];
        return [...closings, { at: node.end, text: ` else {${this.#counter()};}` }];
      }
      case 'SwitchCase':
        if (Array.isArray(node.consequent) && isNode(node.consequent[0])) {
          this.#put(node.consequent[0].start, `${this.#counter()};`);
        }
        return [];
      case 'ConditionalExpression':
        return [...this.#branch(node.consequent), ...this.#branch(node.alternate)];
      case 'LogicalExpression':
        return this.#branch(node.right);
      case 'AssignmentExpression':
        return ['&&=', '||=', '??='].includes(String(node.operator)) ? this.#branch(node.right) : [];
      case 'NewExpression':
        return makesByLength(node) ? this.#measured(node) : [];
      case 'CallExpression':
        return !inChain && makesByMethod(node) ? this.#measured(node) : [];
      default:
        return [];
    }
  }

  #branch(node: unknown): readonly { readonly at: number; readonly text: string }[] {
    if (!isNode(node)) return [];
    const isBlock = node.type === 'BlockStatement' || node.type === 'FunctionBody';
    if (isBlock) {
      this.#put(node.start + 1, `${this.#counter()};`);
      return [];
    }
    const isStatement = node.type.endsWith('Statement') || node.type.endsWith('Declaration');
    this.#put(node.start, isStatement ? `{${this.#counter()};` : `(${this.#counter()},`);
    return [{ at: node.end, text: isStatement ? '}' : ')' }];
  }

  #measured(node: Node): readonly { readonly at: number; readonly text: string }[] {
    this.#put(node.start, `${PROBES}.made(`);
    return [{ at: node.end, text: ')' }];
  }

  #counter(): string {
    return `${PROBES}Counts[${this.#first + this.count++}]++`;
  }

  #put(at: number, text: string): void {
    this.insertions.push({ at, text, opens: true });
  }
}

const hasCode: ReadonlySet<string> = new Set([
  'TSAsExpression',
  'TSInstantiationExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
]);
const isLink: ReadonlySet<string> = new Set(['CallExpression', 'MemberExpression', 'TSNonNullExpression']);

/** `new Float64Array(n)`: with more arguments it is a view. */
function makesByLength({ callee, arguments: args }: Node): boolean {
  return isNode(callee) && typedArrays.has(callee.name) && Array.isArray(args) && args.length === 1;
}

function makesByMethod({ callee }: Node): boolean {
  if (!isNode(callee) || callee.type !== 'MemberExpression') return false;
  return isNode(callee.property) && makers.has(callee.property.name);
}

/** Insertions at one place keep the order in which they were made, behind those that close something. */
function inserted(source: string, insertions: readonly Insertion[]): string {
  const ordered = insertions
    .map((insertion, place) => ({ ...insertion, place }))
    .sort((a, b) => a.at - b.at || Number(a.opens) - Number(b.opens) || a.place - b.place);
  let code = '';
  let from = 0;
  for (const { at, text } of ordered) {
    code += source.slice(from, at) + text;
    from = at;
  }
  return code + source.slice(from);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
