import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../scripts/lib/repository.ts';
import { metricDefinitions } from '../../src/bot/bot-metrics.ts';
import { type ConsumerEvent, copyConditions } from '../../src/consumer/index.ts';

const page = readFileSync(join(repositoryRoot, 'docs/observation.md'), 'utf8');

/** Every type of event, which the compiler checks. */
const eventTypes = {
  connected: true,
  disconnected: true,
  whitelist: true,
  update: true,
  stream: true,
  resync: true,
  silent: true,
  heard: true,
  trouble: true,
  announcement: true,
} as const satisfies Readonly<Record<ConsumerEvent['type'], true>>;

/** The names in the first column of the table under a heading. */
function namesUnder(heading: string): readonly string[] {
  const [, section = ''] = page.split(`## ${heading}\n`);
  const [own] = section.split('\n## ');
  return [...own.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name);
}

function metricsTable(): string {
  const rows = metricDefinitions.map(({ name, type, labels, help }) => {
    const labelled = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${labelled} | ${help} |`;
  });
  return ['| metric | kind | labels | what it tells |', '|---|---|---|---|', ...rows].join('\n');
}

describe('docs/observation.md', () => {
  it('has every metric as it is', () => {
    const [, between = ''] = /<!-- metrics:[^\n]*-->\n([\s\S]*?)<!-- \/metrics -->/.exec(page) ?? [];
    expect(between.trim()).toBe(metricsTable());
  });

  it('has every event', () => {
    expect(namesUnder('Events')).toEqual(Object.keys(eventTypes));
  });

  it('has every state of a copy', () => {
    expect(namesUnder('The states of a copy')).toEqual([...copyConditions]);
  });
});
