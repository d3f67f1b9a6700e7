import type { IncomingStream } from '../../src/consumer/streams/incoming-stream.ts';
import type { applyDelta } from '../../src/frame/apply-delta.ts';
import type { Producer } from '../../src/producer/producer.ts';
import type { SnapshotCollector } from '../../src/wire/stream/snapshot-collector.ts';
import type { DeltaMessage, SnapshotChunk } from '../../src/wire/stream/stream-message.ts';

/** A module of `src/` in which something is wrong: its exports that differ, made of the right ones. */
export interface WrongModule {
  /** Relative to `src/`. */
  readonly path: string;
  readonly exports: readonly string[];
  readonly wrong: (right: never) => Readonly<Record<string, unknown>>;
}

const deltasApplyOutOfOrder: WrongModule = {
  path: 'consumer/streams/incoming-stream.ts',
  exports: ['IncomingStream'],
  wrong: (right: { readonly IncomingStream: typeof IncomingStream }) => ({
    IncomingStream: class extends right.IncomingStream {
      override takeDelta(message: DeltaMessage): ReturnType<IncomingStream['takeDelta']> {
        // Whatever state is held, it seems to start there.
        return super.takeDelta({ ...message, from: Math.min(message.from, this.seq + 1) });
      }
    },
  }),
};

const aPatchIsLost: WrongModule = {
  path: 'frame/apply-delta.ts',
  exports: ['applyDelta'],
  wrong: (right: { readonly applyDelta: typeof applyDelta }) => ({
    applyDelta: (...[held, delta, time]: Parameters<typeof applyDelta>) =>
      right.applyDelta(held, { ...delta, patches: delta.patches.slice(1) }, time),
  }),
};

const aPartOfASnapshotIsAccepted: WrongModule = {
  path: 'wire/stream/snapshot-collector.ts',
  exports: ['SnapshotCollector'],
  wrong: (right: { readonly SnapshotCollector: typeof SnapshotCollector }) => ({
    SnapshotCollector: class extends right.SnapshotCollector {
      #content = new Uint8Array();

      override add(chunk: SnapshotChunk): ReturnType<SnapshotCollector['add']> {
        const collected = super.add(chunk);
        if (chunk.offset === 0) this.#content = new Uint8Array(chunk.total);
        this.#content.set(chunk.content, chunk.offset);
        if (collected.status !== 'collecting') return collected;
        this.drop();
        // What is missing is filled with zeros.
        return { status: 'complete', snapshot: { ...chunk, content: this.#content } };
      }
    },
  }),
};

/** With one number for all runs of a producer nobody can tell them apart, however carefully epochs are compared. */
const epochsAreIgnored: WrongModule = {
  path: 'producer/producer.ts',
  exports: ['Producer'],
  wrong: (right: { readonly Producer: typeof Producer }) => ({
    Producer: class extends right.Producer {
      constructor(settings: ConstructorParameters<typeof Producer>[0]) {
        super({ ...settings, epoch: 1 });
      }
    },
  }),
};

const hashesAreSkipped: WrongModule = {
  path: 'frame/window-hash.ts',
  exports: ['hashesEqual'],
  wrong: () => ({ hashesEqual: () => true }),
};

/**
 * Mistakes that the simulation must find. A window's hash proves each state before it is shown, so three of them do no harm as long as it
 * is compared: copies are found different and fetched again, which counts as a mismatch or a gap. To see whether the oracle would notice
 * them they come together with the fifth.
 */
export const deliberateBugs = {
  'apply out of order': [deltasApplyOutOfOrder],
  'lose a patch': [aPatchIsLost],
  'accept a part of a snapshot': [aPartOfASnapshotIsAccepted],
  'ignore the epoch': [epochsAreIgnored],
  'skip the hash': [hashesAreSkipped],
  'apply out of order, skip the hash': [deltasApplyOutOfOrder, hashesAreSkipped],
  'lose a patch, skip the hash': [aPatchIsLost, hashesAreSkipped],
  'accept a part of a snapshot, skip the hash': [aPartOfASnapshotIsAccepted, hashesAreSkipped],
} as const satisfies Readonly<Record<string, readonly WrongModule[]>>;

export type DeliberateBug = keyof typeof deliberateBugs;

export function isDeliberateBug(name: string): name is DeliberateBug {
  return Object.hasOwn(deliberateBugs, name);
}

/** The exports of a module in which something is wrong, made of the right ones. */
export function wrongExports(bug: DeliberateBug, path: string, right: object): Readonly<Record<string, unknown>> {
  const found: WrongModule | undefined = deliberateBugs[bug].find((each) => each.path === path);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the module at that path
  return found?.wrong(right as never) ?? {};
}
