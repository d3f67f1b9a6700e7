import { describe, expect, it } from 'vitest';
import { askChoices, givenChoices, type GivenChoices } from './ask-choices.ts';

/** Answers questions in order, and keeps them. */
async function answer(answers: readonly string[], given: GivenChoices = {}) {
  const [left, questions]: [string[], string[]] = [[...answers], []];
  const choices = await askChoices(given, (question) => {
    questions.push(question);
    const next = left.shift();
    if (next === undefined) throw new Error(`one question too many: ${question}`);
    return Promise.resolve(next);
  });
  return { choices, questions, left };
}

describe('askChoices', () => {
  it('takes the default for an empty answer', async () => {
    const { choices, left } = await answer(['', '', '', '', '', '', '', '']);
    expect({ choices, left }).toEqual({ choices: givenChoices({}), left: [] });
  });

  it('asks a consumer for its producer', async () => {
    const { choices } = await answer([
      'consumer',
      'south',
      'Binance',
      'futures',
      'A/B:B, C/D:D,',
      'S',
      'token',
      'h',
      '81',
    ]);
    expect(choices).toMatchObject({
      role: 'consumer',
      botName: 'south',
      exchange: 'Binance',
      tradingMode: 'futures',
      pairs: ['A/B:B', 'C/D:D'],
      strategy: 'S',
      producer: { host: 'h', port: 81, wsToken: 'token' },
    });
  });

  it('asks again until an answer can stand in a config', async () => {
    const { choices, questions } = await answer([
      'both',
      'PRODUCER',
      '',
      '',
      '',
      'A/B, A/B',
      'A/B',
      '',
      'ws://h',
      '::1',
      '80',
      'x',
      '8081',
    ]);
    expect(choices).toMatchObject({ role: 'producer', pairs: ['A/B'], listenIpAddress: '::1', listenPort: 8081 });
    const remarks = questions.filter((question) => question.includes('\n')).map((question) => question.split('\n')[0]);
    expect(remarks).toEqual([
      'expected one of producer, consumer, bot',
      expect.stringContaining('stands in the list twice'),
      expect.stringContaining('allowed: a host name or IP address alone'),
      'expected integer, found number 80; allowed: 1024 to 65535, or 0 for any free port',
      expect.stringContaining('expected integer, found'),
    ]);
  });

  it('asks nothing that an option says', async () => {
    const given = { role: 'bot', name: 'n', exchange: 'x', tradingMode: 'spot', pairs: [], strategy: 'S' } as const;
    expect((await answer([], given)).choices).toEqual(givenChoices(given));
  });
});
