import { streamErrors, wireErrors } from '../../src/wire/index.ts';

const MOST_OF_REASON = 400;

/**
 * What a refusal came to.
 *
 * @throws Error where it has a code that is in no table, or a reason that grows with what was sent.
 */
export function expectRefusal({ code, reason }: { readonly code: string; readonly reason: string }): string {
  if (!Object.hasOwn(streamErrors, code) && !Object.hasOwn(wireErrors, code)) {
    throw new Error(`the code ${code} is in no table`);
  }
  if (reason.length > MOST_OF_REASON) throw new Error(`the reason has ${reason.length} characters: ${reason}`);
  return `refused:${code}`;
}
