import { ExchangeError } from '../exchange-error.ts';

/** The error for a file whose bytes are not what they should be. */
export function corruptFile(path: string, what: string, cause?: unknown): ExchangeError {
  return new ExchangeError('EXCHANGE_FILE_CORRUPT', `${path}: ${what}`, { value: path, cause });
}
