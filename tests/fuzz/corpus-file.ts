import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { TargetName } from './fuzz-target.ts';

const folder = new URL('../fixtures/fuzz-corpus/', import.meta.url);

/** The inputs that are kept for a target: one a line, texts as JSON strings, bytes in base64. None where there is no file. */
export function readCorpus(name: TargetName): readonly Uint8Array[] {
  const file = fileOf(name);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => fromLine(name, line));
}

/** Replaces them; in an order that does not depend on when which was found. */
export function writeCorpus(name: TargetName, inputs: readonly Uint8Array[]): void {
  const lines = inputs.map((input) => toLine(name, input)).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  writeFileSync(fileOf(name), lines.map((line) => `${line}\n`).join(''));
}

function fileOf(name: TargetName): URL {
  return new URL(`${name}.txt`, folder);
}

function toLine(name: TargetName, input: Uint8Array): string {
  const buffer = Buffer.from(input);
  return name === 'json' ? JSON.stringify(buffer.toString('utf8')) : buffer.toString('base64');
}

function fromLine(name: TargetName, line: string): Uint8Array {
  return new Uint8Array(name === 'json' ? Buffer.from(String(JSON.parse(line))) : Buffer.from(line, 'base64'));
}
