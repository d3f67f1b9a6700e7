import { describe, expect, it } from 'vitest';
import { problemLine } from './config-error.ts';
import { plainValue } from './json-node.ts';
import { parseJsonc } from './parse-jsonc.ts';

const KNOWN = new Set(['name', 'exchange', 'api_server', 'strategy']);

function parse(text: string) {
  return parseJsonc(text, 'c.json', (name) => KNOWN.has(name));
}

function problemsOf(text: string): readonly string[] {
  return parse(text).problems.map(problemLine);
}

describe('parseJsonc', () => {
  it.each([
    '{}',
    '{"a":{"b":[1,-2.5e3,"x\\n\\u00e9",true,false,null,[],{}]},"":0}',
    ' {\r\n"a" : [ 1 , 2 ]\r}\n',
    '{"__proto__":{"polluted":1},"constructor":2}',
  ])('reads what JSON.parse reads: %s', (text) => {
    const { root, problems } = parse(text);
    expect(problems).toEqual([]);
    expect(JSON.stringify(root && plainValue(root))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it('takes comments and trailing commas', () => {
    const { root } = parse('// first\n{"a": [1, /* two */ 2,], // end\n /* b\n */ "b": {"c": 3,},}\n// last');
    expect(root && plainValue(root)).toEqual({ a: [1, 2], b: { c: 3 } });
  });

  it('keeps where values and keys stand', () => {
    const { root } = parse('{\r\n  "a": {\r    "b": [10,\n 20]}}');
    const a = root?.members.get('a');
    expect(a?.keyPlace).toEqual({ file: 'c.json', line: 2, column: 3 });
    const b = a?.value.kind === 'object' ? a.value.members.get('b')?.value : undefined;
    expect(b?.kind === 'array' ? b.items.map((item) => item.place) : undefined).toEqual([
      { file: 'c.json', line: 3, column: 11 },
      { file: 'c.json', line: 4, column: 2 },
    ]);
  });

  it.each<[string, string, readonly string[]]>([
    ['nothing', '', ['c.json:1:1: expected "{" (a config is one object), found the end of the file']],
    ['only a comment', '// x', ['c.json:1:5: expected "{" (a config is one object), found the end of the file']],
    ['an array', ' [1]', ['c.json:1:2: expected "{" (a config is one object), found "["']],
    [
      'a missing last brace',
      '{\n  "a": {\n    "b": 1\n  }\n',
      ['c.json:5:1: expected "," or "}" to end the object that opened at 1:1, found the end of the file'],
    ],
    [
      'a missing brace and no comma',
      '{\n  "exchange": {\n    "name": "x"\n  "api_server": {}\n}\n',
      ['c.json:4:3: expected "," or "}" to end the object that opened at 2:15, found "api_server"'],
    ],
    [
      'a missing brace, the comma is there',
      '{\n  "exchange": {\n    "name": "x",\n\n  "api_server": {\n    "a": 1\n  }\n}\n',
      ['c.json:5:3: expected "}" to end the object that opened at 2:15 (going by the indentation), found "api_server"'],
    ],
    [
      'a brace too many',
      '{\n"a": {}\n}},',
      ['c.json:3:2: expected the end of the file, since the object that opened at 1:1 ended at 3:1, found "}"'],
    ],
    [
      'a missing comma',
      '{\n  "name": "x"\n  "strategy": 1\n}',
      ['c.json:3:3: expected "," or "}" to end the object that opened at 1:1, found "strategy"'],
    ],
    [
      'missing commas in two places',
      '{"name": [1 2], "strategy": 3 "exchange": 4}',
      [
        'c.json:1:13: expected "," or "]" to end the array that opened at 1:10, found a number',
        'c.json:1:31: expected "," or "}" to end the object that opened at 1:1, found "exchange"',
      ],
    ],
    [
      'a bracket closed by a brace',
      '{"name": ["x", "y"}',
      ['c.json:1:19: expected "," or "]" to end the array that opened at 1:10, found "}"'],
    ],
    [
      'a missing bracket before a key',
      '{"exchange": ["x",\n"name": 5}',
      ['c.json:2:1: expected "]" to end the array that opened at 1:14, found "name"'],
    ],
    [
      'a bracket that was never opened',
      '{"name": 1], "strategy": 2}',
      ['c.json:1:11: expected "," or "}" to end the object that opened at 1:1, found "]"'],
    ],
    [
      'an open string',
      '{\n  "name": "x,\n  "strategy": "y"\n}',
      ["c.json:2:11: the string that opens here is never closed: expected '\"' before the end of its line"],
    ],
    ['an open comment', '{"name": 1 /* }', ['c.json:1:12: the comment that opens here is never closed: expected "*/"']],
    ['a missing colon', '{"name" 5}', ['c.json:1:9: expected ":" between a key and its value, found a number']],
    ['a missing value', '{"name": }', ['c.json:1:10: expected a value, found "}"']],
    ['a comma too many', '{"name": [1,,2]}', ['c.json:1:13: expected a value, found ","']],
    ['only a comma', '{,}', ['c.json:1:2: expected a key in double quotes, found ","']],
    ['a bare key', '{name: 5}', ['c.json:1:2: expected a key in double quotes, found a word without double quotes']],
    ['a number as a key', '{5: 5}', ['c.json:1:2: expected a key in double quotes, found a number']],
    ['an object as a key', '{{}: 5}', ['c.json:1:2: expected a key in double quotes, found "{"']],
    [
      'single quotes',
      '{"name": \'BTC/USDT\'}',
      ['c.json:1:10: expected a value, found a single quote (strings need double quotes)'],
    ],
    ['a curly quote', '{"name": “x”}', ['c.json:1:10: expected a value, found the character U+201C']],
    ["Python's True", '{"name": True}', ['c.json:1:10: expected a value (JSON writes true), found True']],
    [
      'a timeframe without quotes',
      '{"name": 5m}',
      ['c.json:1:10: expected a value, found what is neither a number nor a string in double quotes'],
    ],
    [
      'a leading zero',
      '{"name": 08}',
      ['c.json:1:10: expected a value, found what is neither a number nor a string in double quotes'],
    ],
    ['an unfinished number', '{"name": 1.}', ['c.json:1:10: expected a digit after "." or "e" in a number']],
    [
      'a bad escape',
      String.raw`{"name": "C:\\ok\data"}`,
      [
        String.raw`c.json:1:17: a backslash that begins no valid escape; allowed: \" \\ \/ \b \f \n \r \t or \u and four hex digits`,
      ],
    ],
    [
      'a tab in a string',
      '{"name": "a\tb"}',
      [String.raw`c.json:1:12: the control character U+0009 inside a string; allowed: an escape such as \t`],
    ],
  ])('tells what is wrong: %s', (_, text, lines) => {
    expect(problemsOf(text)).toEqual(lines);
    expect(parse(text).root).toBeUndefined();
  });

  it('lists every syntax error, ten at the most', () => {
    expect(problemsOf(`{${'"name" 1,\n'.repeat(4)}}`)).toHaveLength(4);
    expect(problemsOf(`{${'"name" 1,\n'.repeat(40)}}`)).toHaveLength(10);
  });

  it('never shows a value or an unknown key', () => {
    for (const text of [
      '{"a" "s3cret"}',
      '{"a": s3cret}',
      '{"a": "s3cret}',
      '{"a": 1 "s3cret": 2}',
      '{"a": "\\s3cret"}',
    ]) {
      expect(problemsOf(text)).toHaveLength(1);
      expect(JSON.stringify(parse(text).problems)).not.toContain('s3cret');
    }
  });

  it('names both places of a key that stands twice', () => {
    const { root, problems, warnings } = parse('{"a": 1,\n"b": {"c": 1, "c": 2},\n "a": 3}');
    expect(problems).toEqual([]);
    expect(warnings.map(problemLine)).toEqual([
      'c.json:2:15: b.c: this key stands here and at 2:7; this one, the later, counts',
      'c.json:3:2: a: this key stands here and at 1:2; this one, the later, counts',
    ]);
    expect(root && plainValue(root)).toEqual({ a: 3, b: { c: 2 } });
  });

  it.each(['[', '{"a":'])('bounds the nesting: %s', (level) => {
    const depth = level === '[' ? 63 : 64;
    const nested = (levels: number, inner: string) =>
      level === '['
        ? `{"a":${'['.repeat(levels)}${inner}${']'.repeat(levels)}}`
        : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    expect(problemsOf(nested(depth, '1'))).toEqual([]);
    expect(parse(nested(depth + 1, '1')).problems.map(({ code }) => code)).toEqual(['CONFIG_TOO_DEEP']);
    expect(parse(nested(100_000, '')).problems.map(({ code }) => code)).toEqual(['CONFIG_TOO_DEEP']);
  });

  it.each([']', '}', '{]', '[}', ',', ':', '"', '/', '{"a":[}', "'"])('survives a long row of %s', (piece) => {
    const { problems } = parse(`{"a": ${piece.repeat(50_000)}`);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(10);
  });
});
