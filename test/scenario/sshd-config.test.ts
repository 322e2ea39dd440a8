import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { labName } from '../support/lab-name.ts';
import { nothingOfOurs } from '../support/nothing-of-ours.ts';
import { runSteps } from '../support/run-steps.ts';

/** What happens to the settings of sshd where the server does not take them, on real servers. */
const PATH = '/etc/ssh/sshd_config.d/10-x.conf';
const STEP = { sshd_config: { name: '10-x', settings: { X11Forwarding: false } } };

let lab: Lab;
let hosts: readonly LabHost[];

beforeAll(async () => {
  lab = await openLab({ name: labName('sshd-config') });
  await lab.down();
  hosts = await lab.up({ bullseye: 1, bookworm: 1, trixie: 1 });
});
afterAll(async () => {
  await lab?.down();
});

async function perform(
  host: LabHost,
  step: Record<string, unknown>,
  more: { user?: string; mode?: 'drift' } = {},
) {
  const { user, mode = 'apply' } = more;
  const target = { name: host.name, address: host.address, port: host.port, keyPath: lab.privateKey };
  const { report } = await runSteps({ ...target, ...(user === undefined ? {} : { user }) }, [step], { mode });
  const [one] = report?.hosts ?? [];
  await nothingOfOurs(lab, [host], { files: false });
  return { ...one?.steps[0], connection: one?.connection };
}

async function on(host: LabHost, script: string): Promise<string> {
  const { code, stdout, stderr } = await lab.exec(host, script);
  expect(code, `${script}\n${stderr}`).toBe(0);
  return stdout.trim();
}

/** Its systemd reloads or starts sshd by other commands than the package's. */
async function unit(host: LabHost, lines: string): Promise<void> {
  await on(
    host,
    `mkdir -p /run/systemd/system/ssh.service.d; printf '[Service]\\n${lines}\\n' >/run/systemd/system/ssh.service.d/x.conf; systemctl daemon-reload`,
  );
}

describe.concurrent.each([
  ['bullseye', 0],
  ['bookworm', 1],
  ['trixie', 2],
])('on %s', (_, index) => {
  const host = () => hosts[index] as LabHost;

  test.sequential('a reload that fails undoes a new file, and a changed one', async () => {
    await unit(host(), 'ExecReload=\\nExecReload=/bin/false');
    const failed = await perform(host(), STEP);
    expect(failed.failure?.message).toMatch(
      /did not come back with the new configuration, so the change is undone/,
    );
    expect(await on(host(), `ls -A /etc/ssh/sshd_config.d`)).toBe('');
    await on(host(), `echo 'X11Forwarding yes' >${PATH}`);
    expect((await perform(host(), STEP)).failure?.message).toMatch(/the change is undone/);
    expect(await on(host(), `cat ${PATH}; ls -A /etc/ssh/sshd_config.d`)).toBe(
      'X11Forwarding yes\n10-x.conf',
    );
  });

  test.sequential('a server that dies of the reload is started again with what there was', async () => {
    await unit(host(), 'ExecReload=\\nExecReload=/bin/kill -KILL $MAINPID\\nRestart=no');
    expect((await perform(host(), STEP)).failure?.message).toMatch(/the change is undone/);
    expect(await on(host(), `cat ${PATH}; systemctl is-active ssh`)).toBe('X11Forwarding yes\nactive');
    // A new connection gets in, and what failed is still to be done.
    expect((await perform(host(), STEP, { mode: 'drift' })).changes).toHaveLength(3);
  });

  test.sequential('as another user with sudo; open connections stay, and the next one gets in', async () => {
    await on(host(), 'rm /run/systemd/system/ssh.service.d/x.conf; systemctl daemon-reload');
    const done = await perform(host(), STEP, { user: 'ops' });
    expect(done.failure).toBeUndefined();
    expect(done.changes).toHaveLength(3);
    expect(
      await on(host(), 'sshd -T -C user=ops,host=h,addr=10.0.0.9,laddr=10.0.0.1,lport=22 | grep x11f'),
    ).toBe('x11forwarding no');
    expect((await perform(host(), STEP, { user: 'ops', mode: 'drift' })).changes).toEqual([]);
  });

  test.sequential('what only a new login shows is rolled back: no key of this run would do', async () => {
    const keys = {
      sshd_config: { name: '20-y', settings: { PubkeyAcceptedKeyTypes: 'ecdsa-sha2-nistp384' } },
    };
    const done = await perform(host(), keys);
    expect(done.failure?.message).toMatch(/the change to the SSH server was rolled back/);
    expect(await on(host(), 'ls -A /etc/ssh/sshd_config.d')).toBe('10-x.conf');
    expect((await perform(host(), STEP, { user: 'ops', mode: 'drift' })).changes).toEqual([]);
  });

  test.sequential('only the server of this host is asked and reloaded, whatever others call themselves', async () => {
    const server = (await on(host(), "pgrep -f '^sshd: .*listener' || true")).split('\n');
    expect(server).toHaveLength(1);
    await on(
      host(),
      `cat >/home/ops/evil <<'END'
HostKey /home/ops/key
PidFile none
UsePAM no
Port 2222
END
ssh-keygen -q -t ed25519 -N '' -f /home/ops/key; chown ops /home/ops/key
sed s/2222/2223/ /home/ops/evil >/root/contained`,
    );
    // Whoever has the first number is found first: so the real one must have another.
    await on(
      host(),
      `for i in 1 2 3 4 5 6; do
  setsid setpriv --reuid ops --clear-groups /usr/sbin/sshd -D -f /home/ops/evil >/dev/null 2>&1 </dev/null & first=$!
  setsid bash -c "exec -a 'sshd: /usr/sbin/sshd -f /home/ops/evil [listener] 0 of 10-100 startups' sleep 500" >/dev/null 2>&1 </dev/null &
  setsid unshare --pid --fork --mount-proc --kill-child /usr/sbin/sshd -D -f /root/contained >/dev/null 2>&1 </dev/null &
  sleep 1; systemctl restart ssh
  real=$(systemctl show -p MainPID --value ssh)
  case "$(printf '%s\n' "$first" "$real" | LC_ALL=C sort | head -1)" in "$first") break ;; esac
  pkill -f 'home/ops/evi[l]|root/containe[d]' || true
done
rm -f /run/sshd.pid
pgrep -f '^sshd: .*listener' | wc -l | grep -qx 4`,
    );
    const before = await on(host(), 'stat -c %i /run/sshd.pid 2>&1 || true');
    expect(before).toContain('No such file');
    const more = { sshd_config: { name: '30-z', settings: { AllowTcpForwarding: false } } };
    const done = await perform(host(), more);
    expect(done.failure).toBeUndefined();
    expect(done.changes).toHaveLength(2);
    // It writes its pid file whenever it has read its configuration.
    expect(await on(host(), 'cat /run/sshd.pid; systemctl show -p MainPID --value ssh')).toMatch(
      /^(\d+)\n\1$/,
    );
    await on(host(), `pkill -f 'home/ops/evi[l]|root/containe[d]' || true`);
    await perform(host(), { sshd_config: { name: '30-z', state: 'absent' } });
  });

  test.sequential('the login of ops is what counts for ops, not that of root', async () => {
    const without = { sshd_config: { name: '20-y', settings: { AllowUsers: ['root'] } } };
    expect((await perform(host(), without, { user: 'ops' })).failure?.message).toMatch(
      /lock the controller out: sshd would not let "ops" in .*AllowUsers root, which does not name "ops"/,
    );
    const groups = {
      sshd_config: { name: '20-y', settings: { AllowGroups: ['sudo'], PermitRootLogin: false } },
    };
    expect((await perform(host(), groups, { user: 'ops' })).failure).toBeUndefined();
    expect((await perform(host(), STEP)).connection).toBeDefined();
  });
});
