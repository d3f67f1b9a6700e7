import { refusals } from './refusal.ts';

/** The longest list of symbols that a request may name. */
const MOST_SYMBOLS = 1000;

/** Reads the parameters of a request, in the query or the body, and refuses what cannot be meant. */
export class RequestParameters {
  readonly #values: URLSearchParams;

  constructor(values: URLSearchParams) {
    this.#values = values;
  }

  /** Undefined where it was not sent or is empty. */
  text(name: string): string | undefined {
    return this.#values.get(name) || undefined;
  }

  /** @throws Refusal -1102 where it was not sent. */
  needText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw refusals.missingParameter(name);
    return value;
  }

  /** A whole number, not negative. @throws Refusal -1100 */
  whole(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) throw refusals.badParameter(name, '^[0-9]{1,16}$');
    return value;
  }

  /** One of some words. @throws Refusal -1100 */
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = words.find((word) => word === text);
    if (found === undefined) throw refusals.badParameter(name, words.join(', '));
    return found;
  }

  /** `symbols` as a JSON list, or the one `symbol`; undefined where neither was sent. @throws Refusal -1100 */
  symbols(): readonly string[] | undefined {
    const [one, list] = [this.text('symbol'), this.text('symbols')];
    if (list === undefined) return one === undefined ? undefined : [one];
    const parsed = parseList(list);
    if (parsed === undefined || parsed.length > MOST_SYMBOLS) throw refusals.badParameter('symbols', '["BTCUSDT",...]');
    return parsed;
  }
}

function parseList(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
