import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { ccxtExchanges, ccxtVersion, loadCcxtClass } from './load-ccxt.ts';

describe('loadCcxtClass', () => {
  it('loads one exchange and nothing else of ccxt', async () => {
    const source = new URL('./load-ccxt.ts', import.meta.url).href;
    const script = `
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      const { loadCcxtClass } = await import(${JSON.stringify(source)});
      const before = loaded.filter((url) => url.includes('/ccxt/js/')).length;
      await loadCcxtClass('kraken', { webSockets: false });
      console.log(JSON.stringify([before, loaded.filter((url) => /ccxt[/]js[/]src[/]\\w+[.]js/.test(url))]));`;
    const args = ['--no-warnings', '--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const [before, loaded]: [number, string[]] = JSON.parse(stdout);
    expect(before).toBe(0);
    expect(loaded.length).toBe(1);
    expect(loaded[0]).toMatch(/kraken\.js$/);
  });

  it('gives the websocket class where it is wanted and there', async () => {
    const plain = new (await loadCcxtClass('kraken', { webSockets: false }))({});
    const pro = new (await loadCcxtClass('kraken', { webSockets: true }))({});
    expect([plain.id, plain.has.ws ?? false, pro.id, pro.has.ws]).toEqual(['kraken', false, 'kraken', true]);
    const without = (await ccxtExchanges()).find(({ hasWebSockets }) => !hasWebSockets)?.name ?? '';
    expect(new (await loadCcxtClass(without, { webSockets: true }))({}).id).toBe(without);
  });

  it('knows names as freqtrade and people write them', async () => {
    expect(new (await loadCcxtClass('gateio', { webSockets: false }))({}).id).toBe('gate');
    expect(new (await loadCcxtClass('Kraken', { webSockets: false }))({}).id).toBe('kraken');
    await expect(loadCcxtClass('krakken', { webSockets: false })).rejects.toThrow('did you mean "kraken"?');
    for (const name of ['', '..', '../../evil', 'base/Exchange', 'pro/kraken']) {
      await expect(loadCcxtClass(name, { webSockets: false })).rejects.toMatchObject({
        code: 'EXCHANGE_UNKNOWN_EXCHANGE',
      });
    }
  });

  it('is written against the version that the package asks for', async () => {
    expect(ccxtVersion).toBe(manifest.optionalDependencies.ccxt);
    expect((await ccxtExchanges()).length).toBeGreaterThan(90);
  });
});
