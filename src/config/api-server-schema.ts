import { isIP } from 'node:net';
import { z } from 'zod';
import { topics } from '../wire/topics.ts';
import { host, secret, secretText, text } from './setting-types.ts';

const topic = z.enum(topics);

const pairOrPattern = text
  .refine(isPattern)
  .meta({ allowed: 'a pair such as "BTC/USDT", or a regular expression that pairs match wholly, such as ".*/USDT"' });

function isPattern(value: string): boolean {
  try {
    return new RegExp(`^(?:${value})$`, 'i').source !== '';
  } catch {
    return false;
  }
}

/** A token that opens some things only. */
export const scopedTokenSchema = z.object({
  token: secretText.describe('What a consumer connects with.'),
  name: text.exactOptional().describe('What the log calls it by.'),
  pairs: z.array(pairOrPattern).exactOptional().describe('The pairs whose frames it opens; all unless set.'),
  columns: z.array(text).exactOptional().describe('The columns that it opens, besides date; all unless set.'),
  topics: z.array(topic).exactOptional().describe('The topics that it opens; all unless set.'),
});

const tokenEntry = z
  .union([secretText, scopedTokenSchema])
  .meta({ secret: true, allowed: 'any text but "", or an object with a token and what it opens' });

const proxy = text
  .refine(isNetwork)
  .meta({ allowed: 'an IP address such as "127.0.0.1", or a network such as "10.0.0.0/8"' });

function isNetwork(value: string): boolean {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(value) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits ?? 0) <= (family === 4 ? 32 : 128);
}

/** `api_server`. */
export const apiServerSchema = z.object({
  enabled: z.boolean().default(false).describe('Whether this bot serves its API, which makes it a producer.'),
  listen_ip_address: host.default('127.0.0.1').describe('The address to listen at; 0.0.0.0 for every one.'),
  listen_port: z
    .int()
    .min(0)
    .max(65_535)
    .refine((port) => port === 0 || port >= 1024)
    // freqtrade's own range begins at 1024.
    .meta({ allowed: '1024 to 65535, or 0 for any free port' })
    .default(8080)
    .describe('The port to listen at.'),
  verbosity: z.enum(['error', 'info']).default('error').describe('What the server logs of requests.'),
  enable_openapi: z.boolean().default(false).describe("Whether the API's own documentation is served."),
  jwt_secret_key: secretText
    .exactOptional()
    .describe('Signs the tokens of logins; one is made up at start where none is set.'),
  CORS_origins: z
    .array(z.string())
    .default([])
    .describe('Origins of the web pages that may use it besides its own, as "https://host:port"; "*" for all.'),
  // Empty ones, as freqtrade writes them where the server is off, are refused where it is on.
  username: z.string().exactOptional().describe('The name to log in with.'),
  password: secret(z.string()).exactOptional().describe('The password to log in with.'),
  ws_token: z
    .union([secretText, z.array(tokenEntry)])
    .meta({
      secret: true,
      allowed: 'any text but "", or an array of such and of objects with a token and what it opens',
      live: true,
    })
    .exactOptional()
    .describe('The token, or tokens, that consumers connect with; an object opens only what it lists.'),
  tls: z
    .object({
      cert: text.describe("The file of the certificate, in PEM: the server's own first, then its authorities'."),
      key: text.describe('The file of its private key, in PEM, without a passphrase.'),
    })
    .exactOptional()
    .describe('Serves TLS with these files, relative to the current folder; new ones are taken up when they change.'),
  metrics: z
    .enum(['off', 'token', 'public'])
    .default('off')
    .describe('Who may read /metrics: nobody, those who have a token, or everyone.'),
  trusted_proxies: z
    .array(proxy)
    .default([])
    .describe('Proxies that are believed when they say in X-Forwarded-For whose request they pass on.'),
  failed_attempts: z
    .object({
      most: z.int().min(1).default(10).describe('So many failures within a time make an address wait.'),
      within_secs: z
        .number()
        .min(1)
        .default(60)
        .describe('That time, in seconds; after as long without a failure all are forgotten.'),
      longest_wait_secs: z
        .number()
        .min(1)
        .default(300)
        .describe('The longest wait, in seconds. The first is a second; each further failure doubles it.'),
    })
    .prefault({})
    .describe(
      'How often an address may come with a wrong token, and how often with a wrong password, until it must wait.',
    ),
});
