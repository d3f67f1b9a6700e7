import { z } from 'zod';
import { host, secret, secretText } from './setting-types.ts';

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
  CORS_origins: z.array(z.string()).default([]).describe('Origins of the web pages that may call the API.'),
  // Empty ones, as freqtrade writes them where the server is off, are refused where it is on.
  username: z.string().exactOptional().describe('The name to log in with.'),
  password: secret(z.string()).exactOptional().describe('The password to log in with.'),
  ws_token: z
    .union([secretText, z.array(secretText)])
    .meta({ secret: true, allowed: 'any text but "", or an array of such', live: true })
    .exactOptional()
    .describe('The token, or tokens, that consumers connect with.'),
});
