import type { Place } from './config/place.ts';
import type { ConnectTarget } from './connect.ts';
import type { SettingsProblem } from './settings.ts';

export type TargetResult = { readonly ok: true; readonly target: ConnectTarget } | TargetFailure;

/** Why a host cannot be connected to, found without a connection. */
export interface TargetFailure {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** What of the connection is to blame, where it is not the command line or the home directory. */
  readonly blame?: 'connection' | 'proxyJump' | 'privateKeyFile';
  /** The line of ssh_config that is to blame. */
  readonly place?: Place;
}

/** What settings that cannot be followed come to. */
export function settingsFailure({ message, hint, place }: SettingsProblem): TargetFailure {
  return {
    ok: false,
    code: 'ssh-config',
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? { blame: 'proxyJump' } : { place }),
  };
}
