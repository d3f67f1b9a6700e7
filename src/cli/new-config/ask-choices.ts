import { type BotRole, checkSetting, defaultChoices, type NewConfigChoices } from '../../config/index.ts';

/** Asks one question and resolves with what was typed. */
export type Ask = (question: string) => Promise<string>;

/** What options say of a new config; the rest is asked for, or taken from the defaults. */
export interface GivenChoices {
  readonly role?: BotRole;
  readonly name?: string;
  readonly exchange?: string;
  readonly tradingMode?: 'spot' | 'futures';
  readonly pairs?: readonly string[];
  readonly strategy?: string;
  readonly listen?: string;
  readonly port?: number;
  readonly producerName?: string;
  readonly producerHost?: string;
  readonly producerPort?: number;
  readonly producerSecure?: boolean;
  readonly wsToken?: string;
}

/** The options' choices, with defaults for the rest. */
export function givenChoices(given: GivenChoices): NewConfigChoices {
  const { producer } = defaultChoices;
  return {
    role: given.role ?? defaultChoices.role,
    botName: given.name ?? defaultChoices.botName,
    exchange: given.exchange ?? defaultChoices.exchange,
    tradingMode: given.tradingMode ?? defaultChoices.tradingMode,
    pairs: given.pairs ?? defaultChoices.pairs,
    strategy: given.strategy,
    listenIpAddress: given.listen ?? defaultChoices.listenIpAddress,
    listenPort: given.port ?? defaultChoices.listenPort,
    producer: {
      name: given.producerName ?? producer.name,
      host: given.producerHost ?? producer.host,
      port: given.producerPort ?? producer.port,
      secure: given.producerSecure ?? producer.secure,
      wsToken: given.wsToken,
    },
  };
}

/** Asks for what the options don't say, in the order in which one decides it. An empty answer takes the default shown. */
export async function askChoices(given: GivenChoices, ask: Ask): Promise<NewConfigChoices> {
  const asked = new Questions(ask);
  const role =
    given.role ??
    (await asked.oneOf('Is the bot a producer, a consumer, or a bot by itself', ['producer', 'consumer', 'bot']));
  const name = given.name ?? (await asked.text(['bot_name'], 'Its name', defaultChoices.botName));
  const exchange =
    given.exchange ?? (await asked.text(['exchange', 'name'], 'Exchange: simulated, or one of ccxt', 'simulated'));
  const tradingMode = given.tradingMode ?? (await asked.oneOf('Trading mode', ['spot', 'futures']));
  const pairs = given.pairs ?? (await asked.pairs(role, exchange));
  const strategy =
    given.strategy ??
    (await asked.text(['strategy'], "Strategy, a name or a file's path (none: named when it starts)", ''));
  const choices = { ...given, role, name, exchange, tradingMode, pairs, ...(strategy === '' ? {} : { strategy }) };
  if (role === 'producer') return givenChoices({ ...choices, ...(await askListener(given, asked)) });
  return givenChoices(role === 'consumer' ? { ...choices, ...(await askProducer(given, asked)) } : choices);
}

async function askListener(given: GivenChoices, asked: Questions): Promise<GivenChoices> {
  const { listenIpAddress, listenPort } = defaultChoices;
  const question = 'Listen at which address (0.0.0.0 for every one)';
  return {
    listen: given.listen ?? (await asked.text(['api_server', 'listen_ip_address'], question, listenIpAddress)),
    port: given.port ?? (await asked.number(['api_server', 'listen_port'], 'At which port', listenPort)),
  };
}

async function askProducer(given: GivenChoices, asked: Questions): Promise<GivenChoices> {
  const { producer } = defaultChoices;
  const path = (name: string) => ['external_message_consumer', 'producers', 0, name];
  const wsToken =
    given.wsToken ??
    (await asked.text(path('ws_token'), "The producer's ws_token (none: put into the file later)", ''));
  return {
    producerHost: given.producerHost ?? (await asked.text(path('host'), "The producer's host", producer.host)),
    producerPort: given.producerPort ?? (await asked.number(path('port'), "The producer's port", producer.port)),
    ...(wsToken === '' ? {} : { wsToken }),
  };
}

type Path = readonly (string | number)[];

class Questions {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  text(path: Path, question: string, byDefault: string): Promise<string> {
    return this.#until(question, byDefault, (answer) =>
      answer === '' ? { value: '' } : checked(path, answer, answer),
    );
  }

  number(path: Path, question: string, byDefault: number): Promise<number> {
    return this.#until(question, String(byDefault), (answer) => checked(path, Number(answer), Number(answer)));
  }

  oneOf<const Choice extends string>(question: string, choices: readonly Choice[]): Promise<Choice> {
    return this.#until(`${question} (${choices.join(', ')})`, choices[0], (answer) => {
      const value = choices.find((choice) => choice === answer.toLowerCase());
      return value === undefined ? { wrong: `expected one of ${choices.join(', ')}` } : { value };
    });
  }

  pairs(role: BotRole, exchange: string): Promise<readonly string[]> {
    const none =
      role === 'consumer'
        ? "none: the producer's"
        : exchange === 'simulated'
          ? 'none: 20 of its own'
          : 'none: two usual ones';
    return this.#until(`Pairs, such as BTC/USDT, with commas between them (${none})`, '', (answer) => {
      const value = answer
        .split(',')
        .map((pair) => pair.trim())
        .filter((pair) => pair !== '');
      return checked(['exchange', 'pair_whitelist'], value, value);
    });
  }

  async #until<Value>(question: string, byDefault: string, read: (answer: string) => Read<Value>): Promise<Value> {
    let remark = '';
    for (;;) {
      const shown = byDefault === '' ? '' : ` [${byDefault}]`;
      const answer = (await this.#ask(`${remark}${question}${shown}: `)).trim();
      const result = read(answer === '' ? byDefault : answer);
      if ('value' in result) return result.value;
      remark = `${result.wrong}\n`;
    }
  }
}

type Read<Value> = { readonly value: Value } | { readonly wrong: string };

function checked<Value>(path: Path, setting: unknown, value: Value): Read<Value> {
  const problem = checkSetting(path, setting);
  return problem === undefined ? { value } : { wrong: problem.message };
}
