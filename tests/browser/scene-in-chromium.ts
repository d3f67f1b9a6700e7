import { afterAll, beforeAll } from 'vitest';
import { type BrowserScene, browserScene } from './browser-scene.ts';
import type { Chromium } from './chromium.ts';

/** The pages and a browser for all tests of a group, from its first test to its last. */
export function sceneInChromium(launch: () => Promise<Chromium>): {
  readonly scene: BrowserScene;
  readonly chromium: Chromium;
} {
  const made: { scene?: BrowserScene; chromium?: Chromium } = {};
  beforeAll(async () => {
    made.scene = await browserScene();
    made.chromium = await launch();
  }, 60_000);
  afterAll(async () => {
    await made.chromium?.[Symbol.asyncDispose]();
    await made.scene?.[Symbol.asyncDispose]();
  });
  return {
    get scene() {
      return there(made.scene);
    },
    get chromium() {
      return there(made.chromium);
    },
  };
}

function there<T>(made: T | undefined): T {
  if (made === undefined) throw new Error('no test of the group runs');
  return made;
}
