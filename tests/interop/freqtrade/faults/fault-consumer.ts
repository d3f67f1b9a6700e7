import { createInterface } from 'node:readline';
import { connect } from '../../../../src/consumer/index.ts';
import { toArrow } from '../../../../src/arrow/index.ts';
import { consoleLogger } from './fault-process.ts';

/** A consumer of ours as a process of its own. For each pair that it reads it prints its copy in base64, an empty line where there is none. */
const { port, token } = JSON.parse(process.argv[2]);
const client = connect({ host: '127.0.0.1', port, wsToken: token, sleepTimeMs: 250, logger: consoleLogger });
createInterface({ input: process.stdin }).on('line', (pair) => {
  const { status, frame } = client.frame(pair, '5m');
  process.stdout.write(`${status === 'missing' ? '' : Buffer.from(toArrow(frame)).toString('base64')}\n`);
});
process.stdout.write('ready\n');
