import { expect, it } from 'vitest';
import { recordingLogger } from '../../tests/fixtures/bot/recording-logger.ts';
import { PaceNotes } from './pace-notes.ts';

it('tells once that several candles came at once, and once that it has passed for good', () => {
  const log = recordingLogger();
  const notes = new PaceNotes(log);
  const told = () => log.lines.map(({ level, message }) => `${level}: ${message}`);
  const calm = (rounds: number) => {
    for (let round = 0; round < rounds; round++) notes.onCandles(1);
  };
  notes.onCandles(0);
  calm(20);
  expect(told()).toEqual([]);
  notes.onCandles(3);
  calm(9);
  notes.onCandles(2);
  calm(9);
  notes.onCandles(0);
  const warning = 'warn: the bot is behind: 3 candles at once; signals on the skipped ones were not taken';
  expect(told()).toEqual([warning]);
  calm(20);
  expect(told()).toEqual([warning, 'info: the bot keeps up again']);
});
