import { readdirSync, readFileSync } from 'node:fs';
import { freemem } from 'node:os';

/** What this process may still take of the machine. */
export interface Room {
  /** Undefined where the system does not tell. */
  readonly openFiles?: { readonly limit: number; readonly inUse: number };
  /** Bytes, within the limits of a container. */
  readonly memory: number;
}

/** Looks at the machine. Node raises its limit of open files to the hard limit when it starts. */
export function readRoom(): Room {
  const limit = openFileLimit();
  return {
    ...(limit === undefined ? {} : { openFiles: { limit, inUse: openFilesInUse() } }),
    memory: process.availableMemory?.() ?? freemem(),
  };
}

function openFileLimit(): number | undefined {
  try {
    return limitIn(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return reportedLimit();
  }
}

/** From `/proc/self/limits`: the soft limit. */
export function limitIn(text: string): number | undefined {
  const [, soft] = /^Max open files\s+(\d+|unlimited)\s/m.exec(text) ?? [];
  if (soft === undefined) return undefined;
  return soft === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(soft);
}

/** Where there is no /proc: Node asks the system. It takes some milliseconds. */
function reportedLimit(): number | undefined {
  interface Report {
    readonly userLimits?: { readonly open_files?: { readonly soft?: number | string } };
  }
  // Or it would ask for the names of all network addresses.
  Object.assign(process.report, { excludeNetwork: true });
  const soft = (process.report.getReport() as Report).userLimits?.open_files?.soft;
  if (soft === 'unlimited') return Number.MAX_SAFE_INTEGER;
  return typeof soft === 'number' ? soft : undefined;
}

function openFilesInUse(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    // Of a process that has just begun: its own streams, and what Node itself needs.
    return 24;
  }
}
