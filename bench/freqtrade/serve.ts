import { createInterface } from 'node:readline';
import { now } from '../consumer/messages.ts';
import type { Answer, Handlers, Order, PeerSettings } from './messages.ts';
import type { SelfProfile } from './profile.ts';

/** What a process answers with, apart from what every process of ours does. */
interface Service<Name extends Order['do']> {
  readonly ready: Answer<'ready'>;
  readonly handlers: Handlers<Name>;
  close(): void | Promise<void>;
}

/** Makes a service of the settings in the first line of the input, and has it answer line by line until the input ends. */
export async function serve<Name extends Order['do']>(
  make: (settings: PeerSettings) => Service<Name> | Promise<Service<Name>>,
): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const service = await make(JSON.parse((await lines.next()).value ?? ''));
  const handlers: Partial<Handlers<Order['do']>> = {
    clock: () => ({ ms: now() }),
    usage,
    ...profiling(),
    ...service.handlers,
  };
  tell(service.ready);
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
    const order: Order = JSON.parse(line.value);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the handler is that of the order, which the type checker cannot follow
    const handler = handlers[order.do] as ((order: Order) => unknown) | undefined;
    if (handler === undefined) throw new Error(`no handler of ${order.do}`);
    tell(await handler(order));
  }
  await service.close();
}

function profiling(): Handlers<'profile' | 'profiled'> {
  let profile: SelfProfile | undefined;
  return {
    async profile() {
      // Not before it is asked for: it takes memory, which is measured.
      const profiler = await import('./profile.ts');
      profile = new profiler.SelfProfile();
      await profile.start();
      return {};
    },
    async profiled() {
      if (profile === undefined) throw new Error('no profile was begun');
      return profile.stop();
    },
  };
}

function usage(): Answer<'usage'> {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, rss: process.memoryUsage.rss() };
}

function tell(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
