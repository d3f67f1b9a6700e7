import type { ApiServerSettings } from '../../../src/api/index.ts';

export const TOKEN = 'a token of the streams tests, with +/?&= in it';

/** On this machine, with a token alone. */
export const apiSettings: ApiServerSettings = {
  listenIpAddress: '127.0.0.1',
  listenPort: 0,
  wsTokens: [TOKEN],
  jwtSecretKey: undefined,
  username: undefined,
  password: undefined,
  corsOrigins: [],
};
