import { CREDENTIALS } from './bot-config.ts';
import type { RunningBot } from './running-bot.ts';

/** What a stock bot's REST API answers. */
export async function askRest({ name, port }: RunningBot, path: string): Promise<unknown> {
  const { username, password } = CREDENTIALS;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, { headers: { authorization } });
  if (!answer.ok) throw new Error(`${name} answered ${path} with ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
