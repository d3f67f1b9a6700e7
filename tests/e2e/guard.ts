import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/** Reads which process groups begin (+) and end (-), and kills those that are left when its input ends. */
const GUARD = `
groups=' '
while read -r sign group; do
  if [ "$sign" = + ]; then groups="$groups$group "; else groups="\${groups%% $group *} \${groups#* $group }"; fi
done
for group in $groups; do kill -s KILL -- "-$group"; done
`;

let guard: Writable | undefined;

/** In a process group of its own, so that no Ctrl-C of a terminal reaches it either. */
function startGuard(): Writable {
  const child = spawn('sh', ['-c', GUARD], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  return child.stdin;
}

/**
 * Has a child that was spawned `detached` killed with all of its process group when this process is gone, whatever became of it:
 * one that was killed itself cleans nothing up.
 */
export function guardGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  const there = (guard ??= startGuard());
  there.write(`+ ${pid}\n`);
  // Not at its exit: what it started may still hold its outputs.
  child.on('close', () => there.write(`- ${pid}\n`));
}

/** Kills a child that was spawned `detached`, with all of its process group, where it still runs. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
