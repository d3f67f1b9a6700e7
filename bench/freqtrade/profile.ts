import { type Profiler, Session } from 'node:inspector/promises';
import type { Answer } from './messages.ts';

/** Between two samples. Less would cost what is measured. */
const SAMPLING_US = 200;

/** Functions that are told of. */
const MOST_FUNCTIONS = 30;

/** Samples that show no work. */
const IDLE = '(idle)';

/** Whose functions are the profiler's own. */
const PROFILER = 'node:inspector';

/** Samples this process by V8's own profiler, as `node --cpu-prof` does, for a part of its life. */
export class SelfProfile {
  readonly #session = new Session();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.setSamplingInterval', { interval: SAMPLING_US });
    await this.#session.post('Profiler.start');
  }

  async stop(): Promise<Answer<'profiled'>> {
    const { profile } = await this.#session.post('Profiler.stop');
    this.#session.disconnect();
    return summaryOf(profile);
  }
}

/** Time by the function that was at work itself, whoever called it. */
function summaryOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Answer<'profiled'> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const found = new Map<string, { readonly name: string; readonly file: string; readonly line: number; ms: number }>();
  let busyMs = 0;
  for (const [i, sample] of samples.entries()) {
    const { functionName, url, lineNumber } = frames.get(sample) ?? { functionName: '', url: '', lineNumber: 0 };
    if (functionName === IDLE || url.startsWith(PROFILER)) continue;
    // What passes after a sample is its own, up to the next.
    const ms = (timeDeltas[i + 1] ?? 0) / 1000;
    busyMs += ms;
    const key = `${functionName} ${url} ${lineNumber}`;
    const entry = found.get(key) ?? { name: functionName, file: shortened(url), line: lineNumber + 1, ms: 0 };
    entry.ms += ms;
    found.set(key, entry);
  }
  const functions = [...found.values()].sort((a, b) => b.ms - a.ms).slice(0, MOST_FUNCTIONS);
  return { busyMs, functions };
}

/** Without what stands before the sources, a package or one of Node's own modules. */
function shortened(url: string): string {
  const path = url.slice(url.lastIndexOf('/node_modules/') + 1).replace(/^node_modules\/(\.cache\/[^/]+\/)?/, '');
  return path.replace(/^file:\/\/.*?\/(?=(src|bench)\/)/, '');
}
