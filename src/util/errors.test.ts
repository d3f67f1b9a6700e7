import { describe, expect, it } from 'vitest';
import { CandlecastError, messageOf } from './errors.ts';

class KitchenError extends CandlecastError<'KITCHEN_FIRE' | 'KITCHEN_FLOOD'> {}

describe('CandlecastError', () => {
  it('carries its code, value and cause, and the name of its class', () => {
    const cause = new Error('a spark');
    const error = new KitchenError('KITCHEN_FIRE', 'the pan burns', { value: { pan: 2 }, cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(CandlecastError);
    expect(error).toMatchObject({
      code: 'KITCHEN_FIRE',
      message: 'the pan burns',
      name: 'KitchenError',
      value: { pan: 2 },
    });
    expect(error.cause).toBe(cause);
  });

  it('has neither value nor cause where none was given', () => {
    const error = new KitchenError('KITCHEN_FLOOD', 'the sink runs over');
    expect(error.value).toBeUndefined();
    expect('cause' in error).toBe(false);
  });

  it('keeps a value and a cause that are falsy', () => {
    expect(new KitchenError('KITCHEN_FIRE', '', { value: 0 }).value).toBe(0);
    expect(new KitchenError('KITCHEN_FIRE', '', { cause: null }).cause).toBeNull();
  });
});

describe('messageOf', () => {
  it('finds words in whatever was thrown', () => {
    expect(messageOf(new RangeError('too far'))).toBe('too far');
    expect(messageOf('plain text')).toBe('plain text');
    expect(messageOf(undefined)).toBe('undefined');
    expect(messageOf(7n)).toBe('7');
    expect(messageOf(null)).toBe('null');
  });
});
