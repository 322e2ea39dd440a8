import { refuseLockout } from '../../engine/guard/refuse-lockout.ts';
import type { View } from '../../engine/view.ts';
import type { ServiceArgs } from './schema.ts';

/**
 * Started, these end the system, put it to sleep, or leave nothing of it but a shell at the console (systemd.special(7),
 * runlevels by their aliases).
 */
const ENDS =
  /^((poweroff|halt|reboot|soft-reboot|kexec|exit|shutdown|umount|final|rescue|emergency|initrd-switch-root|system-update|factory-reset|ctrl-alt-del|sleep|suspend|hibernate|hybrid-sleep|suspend-then-hibernate|runlevel[016])\.target|systemd-(poweroff|halt|reboot|soft-reboot|kexec|exit|suspend|hibernate|hybrid-sleep|suspend-then-hibernate)\.service|(rescue|emergency)\.service)$/;

/**
 * Stopped, these take with them what a login needs: `systemd-user-sessions` writes /run/nologin, all services need
 * `sysinit.target` and most `basic.target`, what is in a slice ends with it, and a login's session goes through dbus and logind.
 */
const BEARS =
  /^((sysinit|basic|multi-user|graphical|default|local-fs|sockets)\.target|(systemd-user-sessions|systemd-logind|dbus|dbus-broker)\.service|dbus\.socket|(-|system|user|user-\d+)\.slice|(init|session-.+)\.scope|(-|usr|etc|home|root|run|var)\.mount)$/;

/** @throws StepFailure for a unit without which the host runs nothing, or lets nobody in. */
export function requireSystemRuns(args: ServiceArgs, id: string, starts: boolean, view: View): void {
  const hint = 'leave the unit as it is; when another way in is ready, run with --no-guard';
  if (starts && ENDS.test(id)) {
    refuseLockout(view, `this would lock the controller out: ${id} ends what runs on this host`, hint);
  }
  if (BEARS.test(id) && (args.state === 'stopped' || args.enabled === false || args.masked === true)) {
    refuseLockout(view, `this would lock the controller out: logins to this host need ${id}`, hint);
  }
}
