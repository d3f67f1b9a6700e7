import { globSync } from 'node:fs';
import { checkExamples } from './docs/check-examples.ts';
import { checkLinks } from './docs/check-links.ts';
import { checkTestReferences } from './docs/check-test-references.ts';
import { conclude } from './lib/problem.ts';
import { repositoryRoot } from './lib/repository.ts';

/** Pages for readers: their examples are compiled. */
const pages = globSync(['README.md', 'CONTRIBUTING.md', 'docs/**/*.md'], { cwd: repositoryRoot });

/** Every page: its links are followed. Some folders have packages of their own, with pages that are not ours. */
const linked = globSync(['*.md', '{docs,examples,bench,tests,src}/**/*.md'], {
  cwd: repositoryRoot,
  exclude: ['**/node_modules/**'],
});

const { examples, problems } = checkExamples(repositoryRoot, pages);
const links = linked.flatMap((page) => checkLinks(repositoryRoot, page));
// Each row of this page is a claim about freqtrade, and names the test that shows it.
const references = checkTestReferences(repositoryRoot, 'docs/freqtrade-compatibility.md');
conclude(
  [...problems, ...links, ...references],
  `${examples} examples compile, and the links of ${linked.length} pages lead somewhere`,
);
