import { type HostLook, type HostLookKind, hostLook } from '../engine/look.ts';
import { sh } from '../shell/quote.ts';

/** Whether `tar` reads extended (pax) headers: GNU tar and libarchive's do, busybox's does not. */
const paxKind: HostLookKind<'tar', boolean> = {
  name: 'pax',
  script() {
    return sh`case $(tar --version 2>/dev/null) in *'GNU tar'* | *libarchive*) printf y ;; *) printf n ;; esac`;
  },
  parse({ stdout }, queries) {
    return queries.map(() => stdout.toString('latin1') === 'y');
  },
};

/** Asks whether the host's tar reads pax headers. */
export function paxLook(): HostLook<boolean> {
  return hostLook(paxKind, 'tar', 'tar');
}
