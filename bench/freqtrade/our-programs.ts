import type { Program } from './peer.ts';

/** Our processes. */
export interface Programs {
  readonly producer: Program;
  readonly consumer: Program;
  readonly readers: Program;
}

/** @param module the compiled `our-process.ts`. */
export function ourPrograms(module: string): Programs {
  const program = (name: string, role: string): Program => ({ name, command: process.execPath, args: [module, role] });
  return {
    producer: program('our producer', 'producer'),
    consumer: program('our consumer', 'consumer'),
    readers: program('our readers', 'readers'),
  };
}
