import { describe, expect, it } from 'vitest';
import { baseName, pathOf, printLocation, stackLocations } from './source-location.ts';

describe('stackLocations', () => {
  it('reads every form of a call, and leaves out the engine’s own', () => {
    const stack = `TypeError: at first sight (file:///no/call.ts:1:1 is text)
    at populate (file:///home/me/a%20b/one.ts?v=3:14:22)
    at Object.populateIndicators (/home/me/two (copy)/two.ts:5:1)
    at async Strategy.run [as go] (C:\\\\me\\\\three.ts:6:7)
    at file:///C:/me/four.js:8:9
    at async /home/me/five.mjs:10:11
    at ModuleJob.run (node:internal/modules/esm/module_job:561:25)
    at Array.map (<anonymous>)`;
    expect(stackLocations(stack).map(printLocation)).toEqual([
      '/home/me/a b/one.ts:14:22',
      '/home/me/two (copy)/two.ts:5:1',
      'C:\\\\me\\\\three.ts:6:7',
      'C:/me/four.js:8:9',
      '/home/me/five.mjs:10:11',
    ]);
  });

  it('finds nothing in nothing', () => {
    expect(stackLocations(undefined)).toEqual([]);
    expect(stackLocations('Error: text')).toEqual([]);
  });

  it('finds where an error of this engine was made', () => {
    const [here] = stackLocations(new Error('here').stack);
    expect(here.file).toMatch(/source-location\.test\.ts$/);
  });
});

describe('paths', () => {
  it('come from URLs and lose the query of a reload', () => {
    expect(pathOf('file:///home/me/a%20b/one.ts?v=12')).toBe('/home/me/a b/one.ts');
    expect(pathOf('/home/what?/one.ts')).toBe('/home/what?/one.ts');
  });

  it('end in a name', () => {
    expect(['/a/my.strategy.ts', 'C:\\a\\one.mjs', 'plain'].map(baseName)).toEqual(['my.strategy', 'one', 'plain']);
  });
});
