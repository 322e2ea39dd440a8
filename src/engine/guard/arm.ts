import { PROCESS } from '../../shell/process.ts';
import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import { GUARD_PREFIX } from '../../ssh/session/await-rollback.ts';
import { bootUnit, chooseDirectory, findDirectory, guardName, WATCHED } from './host-files.ts';
import type { GuardNeed } from './need.ts';
import { rollbackScript } from './rollback-script.ts';
import { takeSnapshot } from './snapshot.ts';

/**
 * Keeps what a change may touch and starts what will put it back. When this ends with 0 the host goes back by itself,
 * whatever becomes of the controller and of this shell. It fails, with nothing left, where that cannot be promised, and
 * while the rollback of another run is still to come: that would undo what this one does.
 *
 * @param limit seconds that the change itself may take.
 */
export function armScript(need: GuardNeed, token: string, limit: number): Shell {
  const name = guardName(token);
  const { unit, link } = bootUnit(token);
  return joinShell([
    chooseDirectory(token),
    WATCHED,
    PROCESS,
    sh`for other in "\${G%/*}"/${GUARD_PREFIX}*; do
  if [ ! -O "$other" ]; then continue; fi
  if [ -e "$other/armed" ] || [ -e "$other/firing" ]; then
    if ! watched "$other"; then /bin/sh "$other/run" "$other" now </dev/null >/dev/null 2>&1 || :; fi
    echo 'an earlier run has left a change that was not proven, and its rollback is not over: run again in half a minute' >&2
    if [ -e "$other/failed" ]; then echo "it cannot be rolled back, see $other/failed on the host, and remove that directory" >&2; fi
    exit 1
  fi
  rm -rf -- "$other"
done
mkdir -- "$G"
trap 'rc=$?; if [ $rc -ne 0 ]; then rm -rf -- "$G"; if [ "$(id -u)" = 0 ]; then rm -f -- '${link}' '${unit}'; fi; fi' EXIT`,
    takeSnapshot(need),
    need.keep ?? sh`:`,
    sh`printf '%s\\n' ${rollbackScript(need, token, limit).text} >"$G/run"
p_stat $$
echo "$$ $p_began" >"$G/shell"
: >"$G/armed"
p_sync "$G"/* "$G"
started=
if [ "$(id -u)" = 0 ] && [ -d /run/systemd/system ]; then
  cat >${unit} <<END
[Unit]
Description=provision: goes back from a change that was not proven before the host went down
DefaultDependencies=no
After=local-fs.target
Before=ufw.service nftables.service network-pre.target ssh.service ssh.socket sshd.service shutdown.target
Conflicts=shutdown.target
RequiresMountsFor=$G
[Service]
Type=oneshot
ExecStart=/bin/sh $G/run $G boot
END
  chmod 644 ${unit}
  mkdir -p -m 755 /etc/systemd/system/multi-user.target.wants
  ln -s ${`../${name}.service`} ${link}
  p_sync ${unit} /etc/systemd/system /etc/systemd/system/multi-user.target.wants
  if systemd-run --quiet --collect --unit=${`${name}-watch`} --property=Type=exec /bin/sh "$G/run" "$G" watch 2>"$G/said"; then started=1; fi
fi
if [ -z "$started" ]; then
  if command -v setsid >/dev/null 2>&1; then set -- setsid; else set --; fi
  "$@" /bin/sh "$G/run" "$G" watch </dev/null >/dev/null 2>&1 &
fi
tries=0
while [ ! -e "$G/pid" ]; do
  tries=$((tries + 1))
  if [ $tries -gt 50 ]; then echo 'what would roll the change back did not start' >&2; exit 1; fi
  sleep 0.1 2>/dev/null || sleep 1
done`,
  ]);
}

/** Tells the host that the change is made: from now on the time runs. Never fails. */
export function appliedScript(token: string): Shell {
  return joinShell([findDirectory(token), sh`if [ -n "$G" ]; then : >"$G/applied"; fi`]);
}
