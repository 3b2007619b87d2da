import type { ProcessRef } from './actions/process.ts';

/**
 * What a service step writes down before its effect: which processes it is about, and where its log ended. People can
 * read it; `readServiceNote` reads it back when the attempt was lost and its probe must decide.
 */
export interface ServiceNote {
  readonly act: string;
  readonly boot: string;
  readonly processes: readonly { readonly pid: number; readonly start: number }[];
  /** Null where no log is read; `inode` is null where there was none yet. */
  readonly log: { readonly inode: string | null; readonly from: number } | null;
}

export function serviceNote(note: ServiceNote): string {
  const pids = note.processes.map(({ pid, start }) => `${pid}@${start}`).join(' ');
  const log = note.log === null ? '-' : `${note.log.inode ?? 'none'}:${note.log.from}`;
  return `${note.act} | boot ${note.boot || '-'} | pids ${pids || '-'} | log ${log}`;
}

const written = /^(\S+) \| boot (\S+) \| pids (-|\d+@\d+(?: \d+@\d+)*) \| log (-|(none|\d+):(\d+))$/;

/** The note again, or null when the text is none. */
export function readServiceNote(text: string): ServiceNote | null {
  const found = written.exec(text);
  if (found === null) return null;
  const [, act = '', boot = '', pids = '-', log, inode, from] = found;
  return {
    act,
    boot: boot === '-' ? '' : boot,
    processes: pids === '-' ? [] : pids.split(' ').map(readPid),
    log: log === '-' ? null : { inode: inode === 'none' ? null : (inode ?? null), from: Number(from) },
  };
}

function readPid(text: string): { readonly pid: number; readonly start: number } {
  const [pid, start] = text.split('@').map(Number);
  return { pid: pid ?? 0, start: start ?? 0 };
}

/** The note for processes as they were seen. */
export function noteOf(act: string, processes: readonly ProcessRef[], log: ServiceNote['log']): string {
  return serviceNote({
    act,
    boot: processes[0]?.boot ?? '',
    processes: processes.map(({ pid, start }) => ({ pid, start })),
    log,
  });
}
