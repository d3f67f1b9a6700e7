import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstDifference } from '../../src/frame/index.ts';
import { CopyWorld, type Happening, PAIRS } from './copy-world.ts';

const pair = fc.nat(PAIRS.length - 1);
const on = <W extends string>(...whats: readonly W[]) =>
  fc.record({ what: fc.constantFrom(...whats), pair, count: fc.oneof(fc.nat(4), fc.nat(130)) });

const always: readonly { readonly arbitrary: fc.Arbitrary<Happening>; readonly weight: number }[] = [
  { arbitrary: on('append', 'append', 'append', 'hole'), weight: 8 },
  {
    arbitrary: fc.record({ what: fc.constantFrom('read', 'serve'), count: fc.integer({ min: 1, max: 6 }) }),
    weight: 8,
  },
  { arbitrary: fc.record({ what: fc.constant('columns'), count: fc.nat(2) }), weight: 1 },
  { arbitrary: fc.record({ what: fc.constant('whitelist'), pair }), weight: 1 },
  { arbitrary: fc.record({ what: fc.constant('restart'), seed: fc.nat(10) }), weight: 1 },
  { arbitrary: fc.record({ what: fc.constant('reconnect'), count: fc.constant(0) }), weight: 1 },
  { arbitrary: fc.record({ what: fc.constant('wait'), seconds: fc.nat(30) }), weight: 2 },
];

const losing = {
  arbitrary: fc.record({ what: fc.constant('lose' as const), count: fc.integer({ min: 1, max: 8 }) }),
  weight: 3,
};
const rewriting = { arbitrary: on('repaint', 'repaint', 'vanish'), weight: 6 };

const sizes = fc.record({
  window: fc.constantFrom(7, 60, 99, 100, 140),
  maxRows: fc.constantFrom(20, 110, 1500),
  rows: fc.constantFrom(1, 5, 50, 99, 120),
});

function expectEqualCopies(world: CopyWorld): void {
  for (const name of world.whitelist) {
    const view = world.view(name);
    if (view === undefined || view.status === 'missing') return expect.unreachable(`${name}: ${view?.reason}`);
    const held = world.frameOf(name);
    expect(firstDifference(view.frame, held.tail(view.frame.length))).toBeUndefined();
  }
}

/** A copy that is called live is one that the producer had at some time: nothing is ever mixed. */
function expectNothingMixed(world: CopyWorld): void {
  for (const name of world.whitelist) {
    const view = world.view(name);
    if (view?.status !== 'live') continue;
    const { frame } = view;
    expect(
      world.publishedOf(name).some((published) => firstDifference(frame, published.tail(frame.length)) === undefined),
    ).toBe(true);
  }
}

/** All rows that the producer has, up to as many as are kept; fewer only for rows that vanished from within those. */
function expectFullCopies(world: CopyWorld, maxRows: number): void {
  for (const name of world.whitelist) {
    const rows = world.view(name)?.frame.length ?? 0;
    expect(rows).toBeGreaterThanOrEqual(Math.min(world.frameOf(name).length, maxRows) - world.vanished);
  }
}

describe("a consumer's copy", () => {
  it("equals the producer's window, though broadcasts are lost, once another one comes", () => {
    const happenings = fc.array(fc.oneof(...always, losing), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, happenings, (options, list) => {
        const world = new CopyWorld(options);
        for (const happening of list) world.happen(happening);
        world.settle();
        const before = world.requests;
        world.finish();
        expectEqualCopies(world);
        expectFullCopies(world, options.maxRows);
        expect(world.requests - before).toBeLessThanOrEqual(3 * world.whitelist.length);
        expect(world.requests).toBeLessThanOrEqual(3 * world.connections + 3 * list.length + 3 * PAIRS.length);
      }),
      { numRuns: 300 },
    );
  });

  it("equals the producer's window whatever is rewritten, however slowly it is read, as soon as the wire is quiet", () => {
    const happenings = fc.array(fc.oneof(...always, rewriting), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, happenings, (options, list) => {
        const world = new CopyWorld(options);
        for (const [i, happening] of list.entries()) {
          world.happen(happening);
          expectNothingMixed(world);
          if (i % 20 === 19) world.settle();
        }
        world.finish();
        expectEqualCopies(world);
        expectFullCopies(world, options.maxRows);
        world.happen({ what: 'repaint', pair: 0, count: 3 });
        world.happen({ what: 'vanish', pair: 1, count: 2 });
        world.settle();
        expectEqualCopies(world);
        expect(world.requests).toBeLessThanOrEqual(3 * world.connections + 3 * list.length + 3 * PAIRS.length);
      }),
      { numRuns: 300 },
    );
  });
});
