import { z } from 'zod';
import { host, secretText, text } from './setting-types.ts';

const seconds = z.int().min(0);

const producer = z.object({
  name: text.default('default'),
  host,
  port: z.int().min(1).max(65_535).default(8080),
  // freqtrade's page calls this a string, its code takes only a boolean.
  secure: z.boolean().default(false),
  ws_token: secretText,
});

/** `external_message_consumer`. */
export const consumerSchema = z.object({
  enabled: z.boolean().default(false),
  producers: z.array(producer).default([]),
  // As freqtrade documents it; its code waits 30 seconds.
  wait_timeout: seconds.default(300),
  ping_timeout: seconds.default(10),
  sleep_time: seconds.default(10),
  remove_entry_exit_signals: z.boolean().default(false),
  initial_candle_limit: z.int().min(0).max(1500).default(1500),
  // Megabytes.
  message_size_limit: z.int().min(1).max(20).default(8),
});
