import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePrivateConfig } from './write-private-config.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlecast-private-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const refusal = (code: string) => expect.objectContaining({ code });

describe('a config with secrets', () => {
  it('is written for its owner alone, and its folder where there is none', () => {
    const file = join(folder, 'new', 'config.json');
    writePrivateConfig(file, '{}\n', { replace: false });
    expect(readFileSync(file, 'utf8')).toBe('{}\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('takes no place of another unless it is to', () => {
    const file = join(folder, 'there.json');
    writeFileSync(file, 'mine');
    chmodSync(file, 0o644);
    expect(() => writePrivateConfig(file, '{}\n', { replace: false })).toThrow(refusal('CONFIG_EXISTS'));
    expect(readFileSync(file, 'utf8')).toBe('mine');
    writePrivateConfig(file, '{}\n', { replace: true });
    expect(readFileSync(file, 'utf8')).toBe('{}\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('that cannot be written is told of by code', () => {
    writeFileSync(join(folder, 'file'), '');
    const write = () => writePrivateConfig(join(folder, 'file', 'config.json'), '', { replace: false });
    expect(write).toThrow(refusal('CONFIG_NOT_WRITTEN'));
  });
});
