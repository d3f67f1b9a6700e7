import { type JsonNode, type KeyPath, nodeOf } from './json-node.ts';
import { settingAt } from './setting-schema.ts';

/** Settings that are shown commented out: each dotted key with a value to begin with; undefined for its default. */
export type Hints = Readonly<Record<string, unknown>>;

/**
 * An object of settings as JSON with comments: above each setting what it is for, as the schema says, and at the end of its section
 * each of `hints`. Ends with a line break.
 */
export function commentedJson(settings: object, hints: Hints = {}): string {
  const root = nodeOf(settings, { file: '', line: 1, column: 1 });
  return `${new Printer(root, hints).object(settings, [])}\n`;
}

class Printer {
  readonly #root: JsonNode;
  readonly #hints: Hints;

  constructor(root: JsonNode, hints: Hints) {
    this.#root = root;
    this.#hints = hints;
  }

  object(settings: object, path: KeyPath): string {
    const members = Object.entries(settings);
    const hints = this.#hintsOf(path);
    const lines = members.flatMap(([name, value], index) => {
      const here = [...path, name];
      // What is commented out can be taken in as it stands only behind a comma.
      const comma = index < members.length - 1 || hints.length > 0 ? ',' : '';
      return this.#commented(here, `${JSON.stringify(name)}: ${this.#value(value, here)}${comma}`);
    });
    const hintLines = hints.flatMap(([here, value]) =>
      this.#commented(here, `// ${JSON.stringify(here.at(-1))}: ${JSON.stringify(value)},`),
    );
    return ['{', ...lines, ...hintLines, `${'  '.repeat(path.length)}}`].join('\n');
  }

  #hintsOf(path: KeyPath): readonly (readonly [KeyPath, unknown])[] {
    const section = path.join('.');
    return Object.entries(this.#hints).flatMap(([key, value]) => {
      const here = key.split('.');
      return here.slice(0, -1).join('.') === section ? [[here, value ?? settingAt(here)?.default] as const] : [];
    });
  }

  #value(value: unknown, path: KeyPath): string {
    if (Array.isArray(value)) return this.#array(value, path);
    return typeof value === 'object' && value !== null ? this.object(value, path) : JSON.stringify(value);
  }

  #array(items: readonly unknown[], path: KeyPath): string {
    if (items.every((item) => typeof item !== 'object')) {
      return `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
    }
    const indent = '  '.repeat(path.length + 1);
    const lines = items.map((item, index) => `${indent}${this.#value(item, [...path, index])}`);
    return `[\n${lines.join(',\n')}\n${'  '.repeat(path.length)}]`;
  }

  /** A line, below what the setting is for. */
  #commented(path: KeyPath, line: string): readonly string[] {
    const indent = '  '.repeat(path.length);
    const description = settingAt(path, this.#root)?.description;
    return description === undefined ? [indent + line] : [`${indent}// ${description}`, indent + line];
  }
}
