import { parseSync, visitorKeys } from 'oxc-parser';

/** A mention of another module, or of something global, at an offset of the text. */
export interface Reference {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface FileReferences {
  /** Module specifiers of every kind: static, type-only, re-exported, dynamic, required, and `import('x')` types. */
  readonly imports: readonly Reference[];
  /**
   * Globals that the file uses: `setTimeout`, `Date.now`, and `new Date()` or `Date()` where there are no arguments. Names
   * that the file declares itself don't count, wherever in it they are declared.
   */
  readonly globals: readonly Reference[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Reads the references of a TypeScript file. Throws a SyntaxError where it can't be parsed. */
export function findReferences(fileName: string, text: string): FileReferences {
  const { program, errors } = parseSync(fileName, text);
  if (errors.length > 0) throw new SyntaxError(errors[0].message);
  const imports: Reference[] = [];
  const globals: Reference[] = [];
  const declared = new Set<string>();
  walk(program, undefined, '', (node, parent, key) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.push(specifier);
    if (isBinding(node, parent, key)) collectNames(node, declared);
    const used = globalOf(node, parent, key);
    if (used !== undefined) globals.push(used);
  });
  return { imports, globals: globals.filter(({ text: used }) => !declared.has(rootName(used))) };
}

function walk(
  node: unknown,
  parent: Node | undefined,
  key: string,
  visit: (node: Node, parent: Node | undefined, key: string) => void,
): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, parent, key, visit);
  } else if (isNode(node)) {
    visit(node, parent, key);
    for (const childKey of visitorKeys[node.type] ?? []) walk(node[childKey], node, childKey, visit);
  }
}

const importingTypes = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

function specifierOf(node: Node): Reference | undefined {
  if (importingTypes.has(node.type)) return literal(node['source']);
  if (node.type === 'TSExternalModuleReference') return literal(node['expression']);
  if (node.type === 'CallExpression' && isNamed(node['callee'], 'require') && Array.isArray(node['arguments'])) {
    return literal(node['arguments'][0]);
  }
  return undefined;
}

function literal(node: unknown): Reference | undefined {
  if (!isNode(node)) return undefined;
  const { start, end } = node;
  if (typeof node['value'] === 'string') return { text: node['value'], start, end };
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node['quasis']) || node['quasis'].length !== 1)
    return undefined;
  const [quasi]: unknown[] = node['quasis'];
  const value = isNode(quasi) ? quasi['value'] : undefined;
  if (typeof value !== 'object' || value === null || !('cooked' in value)) return undefined;
  return { text: String(value.cooked), start, end };
}

const globalObjects = new Set(['globalThis', 'global', 'window', 'self']);

/** The global that a node names, where it is the whole of the expression that names it. */
function globalOf(node: Node, parent: Node | undefined, key: string): Reference | undefined {
  const { start, end } = node;
  const callee = node['callee'];
  const hasArguments = Array.isArray(node['arguments']) && node['arguments'].length > 0;
  if (node.type === 'NewExpression' && !hasArguments) return named(nameOf(callee), (name) => `new ${name}()`);
  if (node.type === 'CallExpression' && !hasArguments) return named(nameOf(callee), (name) => `${name}()`);
  if (node.type === 'MemberExpression') return named(nameOf(node), (name) => name);
  if (node.type === 'Identifier' && isReference(parent, key)) return named(nameOf(node), (name) => name);
  return undefined;

  function named(name: string | undefined, print: (name: string) => string): Reference | undefined {
    return name === undefined ? undefined : { text: print(name), start, end };
  }
}

/** `a` or `a.b`, with `globalThis.` and its like left out. */
function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') return String(node['name']);
  if (node.type !== 'MemberExpression') return undefined;
  const object = nameOf(node['object']);
  const property = propertyName(node);
  if (object === undefined || property === undefined) return undefined;
  return globalObjects.has(object) ? property : `${object}.${property}`;
}

function propertyName(node: Node): string | undefined {
  if (node['computed'] === true) return literal(node['property'])?.text;
  return nameOf(node['property']);
}

/** Keys under which an identifier is a label or a name of something else, and not a reference. */
const notReferences: Readonly<Record<string, readonly string[]>> = {
  MemberExpression: ['property'],
  Property: ['key'],
  MethodDefinition: ['key'],
  PropertyDefinition: ['key'],
  AccessorProperty: ['key'],
  TSPropertySignature: ['key'],
  TSMethodSignature: ['key'],
  TSQualifiedName: ['right'],
  TSTypeQuery: ['exprName'],
  ImportSpecifier: ['imported', 'local'],
  ExportSpecifier: ['exported'],
  LabeledStatement: ['label'],
};

function isReference(parent: Node | undefined, key: string): boolean {
  if (parent === undefined) return true;
  return parent['computed'] === true || !(notReferences[parent.type] ?? []).includes(key);
}

/** Whether a node declares names: the target of a declaration, a parameter, or an imported name. */
function isBinding(node: Node, parent: Node | undefined, key: string): boolean {
  if (parent === undefined) return false;
  if (key === 'local') return parent.type.startsWith('Import');
  if (key === 'param') return parent.type === 'CatchClause';
  if (key === 'params') return parent.type.includes('Function');
  return key === 'id' && !parent.type.startsWith('TS') && node.type !== 'MemberExpression';
}

/** The names in a pattern; its default values and types declare none. */
function collectNames(pattern: unknown, names: Set<string>): void {
  if (Array.isArray(pattern)) {
    for (const part of pattern) collectNames(part, names);
  } else if (isNode(pattern)) {
    if (pattern.type === 'Identifier') names.add(String(pattern['name']));
    for (const key of ['elements', 'properties', 'left', 'argument', 'parameter']) collectNames(pattern[key], names);
    if (pattern.type === 'Property') collectNames(pattern['value'], names);
  }
}

function rootName(used: string): string {
  return used.replace(/^new /, '').split(/[.(]/)[0];
}

function isNamed(node: unknown, name: string): boolean {
  return isNode(node) && node.type === 'Identifier' && node['name'] === name;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
