import { z } from 'zod';
import { isPair } from '../market/index.ts';
import { host, secretText, text, timeframe } from './setting-types.ts';

const seconds = z.int().min(0);

const want = z.object({
  pairs: z
    .array(z.string().refine((pair): boolean => isPair(pair)))
    .meta({ allowed: 'a list of pairs such as ["BTC/USDT"]' })
    .exactOptional()
    .describe('Only these pairs.'),
  timeframes: z.array(timeframe).exactOptional().describe('Only these timeframes.'),
  columns: z.array(text).exactOptional().describe('Only these columns, and date.'),
  tail: z.int().min(1).max(100_000).exactOptional().describe('Only so many rows from the end.'),
  rate: z
    .union([z.enum(['tick', 'candle']), z.int().min(1).max(86_400_000)])
    .meta({ allowed: '"tick" for every analysis, "candle" for one a candle, or at most one in so many milliseconds' })
    .exactOptional()
    .describe('How often a frame comes.'),
});

const producer = z.object({
  name: text.default('default').describe('The name that strategies and pair lists call it by; each has its own.'),
  host: host.describe('Its host name or IP address.'),
  port: z.int().min(1).max(65_535).default(8080).describe('Its api_server.listen_port.'),
  // freqtrade's page calls this a string, its code takes only a boolean.
  secure: z.boolean().default(false).describe('Whether to connect with TLS.'),
  ca: text
    .exactOptional()
    .describe("With secure: the file, in PEM, of the authorities that are trusted in the place of the system's."),
  fingerprint: z
    .string()
    // Both cases are written out: editors get the pattern without flags.
    .regex(/^([\da-fA-F]{2}:){31}[\da-fA-F]{2}$|^[\da-fA-F]{64}$/)
    .meta({ allowed: 'the SHA-256 of a certificate: 32 pairs of hexadecimal digits, as "AB:CD:…"' })
    .exactOptional()
    .describe('With secure: the fingerprint of its certificate, as its log has it. That one is taken, and no other.'),
  ws_token: secretText.describe('One of its api_server.ws_token.'),
  want: want
    .exactOptional()
    .describe('Which part of its frames is wanted, if it is a Candlecast bot; a stock one sends all.'),
});

/** `external_message_consumer`. */
export const consumerSchema = z.object({
  enabled: z.boolean().default(false).describe('Whether this bot listens to producers.'),
  producers: z.array(producer).meta({ live: true }).default([]).describe('The producers to listen to.'),
  // As freqtrade documents it; its code waits 30 seconds.
  wait_timeout: seconds.default(300).describe('Seconds without a message after which the connection is checked.'),
  ping_timeout: seconds.default(10).describe('Seconds that the answer to such a check may take.'),
  sleep_time: seconds.default(10).describe('Seconds before connecting again; waits widen while a producer stays away.'),
  remove_entry_exit_signals: z
    .boolean()
    .default(false)
    .describe("Whether the signal columns of producers' frames are emptied."),
  initial_candle_limit: z
    .int()
    .min(0)
    .max(1500)
    .default(1500)
    .describe('The rows that are asked for after connecting.'),
  // Megabytes.
  message_size_limit: z.int().min(1).max(20).default(8).describe('The longest message that is taken, in megabytes.'),
});
