/**
 * What a step's changes do to the host, said in a form that later steps can ask: the predicted state.
 * A step yields an effect for each thing it will have brought about; a thing that is already right may be
 * stated too (`upload` states which artifact lies at its path, changed or not).
 */
export type Effect = PathEffect | AnswerEffect | HandOverEffect | AnythingEffect;

/** The state of one path after the step. */
export interface PathEffect {
  readonly type: 'path';
  readonly path: string;
  readonly state: PathState;
  /** True when nothing that was below this path before is there afterwards (a new or replaced directory). */
  readonly fresh?: boolean;
  /** The entries below a directory that the step brings, by path relative to it. */
  readonly tree?: TreeIndex;
  /** For files: the SHA-256 in lower-case hex. */
  readonly sha256?: string;
  /** For small files: the bytes. */
  readonly content?: Uint8Array;
  /** The controller's file that lies there, byte for byte. */
  readonly artifact?: string;
}

/** The answer that one look will have after the step. */
export interface AnswerEffect {
  readonly type: 'answer';
  /** The key of the look. */
  readonly key: string;
  readonly value: unknown;
}

/** What lies at a path and below it and belongs to one user or group is given to another (usermod does so in a home). */
export interface HandOverEffect {
  readonly type: 'hand-over';
  readonly path: string;
  readonly owner?: HandOver;
  readonly group?: HandOver;
}

export interface HandOver {
  readonly from: Principal;
  readonly to: Principal;
}

/** A user or a group. */
export interface Principal {
  /** The number in text where the host has no name for it. */
  readonly name: string;
  /** Undefined where it is not known: the host is yet to choose it. */
  readonly id: number | undefined;
}

/** The step may change anything (a command): later steps are observed again before they act. */
export interface AnythingEffect {
  readonly type: 'anything';
  readonly reason: string;
}

export type PathState = AbsentPath | PresentPath;

export interface AbsentPath {
  readonly exists: false;
  /** Set when the path may exist but the acting user may not look there. */
  readonly denied?: boolean;
}

export interface PresentPath {
  readonly exists: true;
  /** `unknown`: will be there, but a command makes it and its kind cannot be told. */
  readonly type: 'file' | 'directory' | 'link' | 'other' | 'unknown';
  /** Four octal digits, `0644`. Empty when unknown. */
  readonly mode: string;
  /** Name, or the number in text where the host has no name for it. */
  readonly owner: string;
  readonly group: string;
  /** The numbers behind owner and group, each with the name that it goes with; absent when only names are known. */
  readonly ids?: { readonly owner: Principal; readonly group: Principal };
  /** Bytes. */
  readonly size: number;
  /** Seconds since the epoch by the host's clock; for comparing with itself only. */
  readonly mtime: number;
  /** For links. */
  readonly target?: string;
  /** Opaque identity (device, inode, size, mtime, ctime); absent when predicted. */
  readonly identity?: string;
}

/** Looks up what an archive brings. Paths are relative, without a leading `./`. */
export interface TreeIndex {
  get(relativePath: string): { readonly state: PresentPath; readonly sha256?: string } | undefined;
}
