/** What would lead a child elsewhere, or change its settings: proxies, and what freqtrade and Candlecast read. */
const LEADS_ASTRAY = /^(?:https?_proxy|all_proxy|freqtrade__.*|candlecast_.*)$/i;

/** The environment of a program that a test starts: this process's own, without what makes it another program, and with `more`. */
export function childEnvironment(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || LEADS_ASTRAY.test(name) ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(own), ...more };
}
