/**
 * Runs ufw's own code once for the whole job, where its command line would need a run for every rule.
 *
 * `ufw allow …` takes 140 ms a rule and can neither reorder rules without a moment in which one is missing, nor
 * name an IPv4 rule apart from its IPv6 twin. ufw's classes write the rule files and load them in one go: the
 * kernel goes from the old list to the new one at once, and there is no state between that could lock anybody
 * out. The calls used are there unchanged from ufw 0.35 to 0.36.2 (Debian 11 to 13); where one is missing, the
 * program says so before it has changed anything.
 *
 * Order: what opens (policy `allow`) comes before the rules, what shuts comes after them, enabling comes last.
 * A run cut off in between leaves the host more open than wanted, never shut.
 */
export const PROGRAM = `
import gettext, glob, json, os, re, stat, sys
ufw_path = sys.argv[1]
sys.argv = [ufw_path]  # ufw checks who owns the program that was started
gettext.install('ufw')
try:
    import ufw.frontend, ufw.util
    from ufw.common import UFWError, UFWRule
except ImportError as e:
    sys.exit('the Python that %s names has no module of ufw: %s' % (ufw_path, e))

def close_files(fns, update=True):
    # ufw copies over its files in place: cut off, they are torn. Beside, synced and renamed they are whole.
    fns['orig'].close()
    os.close(fns['tmp'])
    if update:
        path = os.path.realpath(fns['origname'])
        folder, name = os.path.split(path)
        beside = os.path.join(folder, '.provision-%s-%s' % (os.urandom(6).hex(), name))
        old = os.stat(path)
        with open(fns['tmpname'], 'rb') as source, open(beside, 'xb') as target:
            target.write(source.read())
            os.fchown(target.fileno(), old.st_uid, old.st_gid)
            os.fchmod(target.fileno(), stat.S_IMODE(old.st_mode))
            target.flush()
            os.fsync(target.fileno())
        os.rename(beside, path)
        at = os.open(folder, os.O_RDONLY)
        os.fsync(at)
        os.close(at)
    os.unlink(fns['tmpname'])

ufw.util.close_files = close_files

job = json.load(sys.stdin)
lock = ufw.util.create_lock('/run/ufw.lock')
for left in glob.glob('/etc/ufw/.provision-*') + glob.glob('/etc/default/.provision-*-ufw'):
    os.unlink(left)  # by a run that was cut off
ui = ufw.frontend.UFWFrontend(False)
b = ui.backend
for name in ('rules', 'rules6', 'initcaps', 'is_enabled', 'set_default', 'set_default_policy', 'set_loglevel',
             'start_firewall', 'stop_firewall', '_write_rules', '_reload_user_rules'):
    if not hasattr(b, name):
        sys.exit('this version of ufw is not known to provision: it has no "%s"' % name)

def lines(path):
    with open(path) as f:
        return [l.rstrip('\\n') for l in f if l.startswith('### tuple ###')]

found = [lines(b.files['rules']), lines(b.files['rules6']) if b.use_ipv6() else []]
if found != job['lines']:
    sys.exit('the rules of ufw were changed by somebody else meanwhile: run again')

def make(fields, v6):
    (action, log, routed, proto, dport, dst, sport, src, dapp, sapp, direction, inside, outside, comment) = fields
    rule = UFWRule(action + ('_' + log if log else ''), proto, dport, dst, sport, src, direction, routed, comment)
    rule.dapp, rule.sapp = dapp, sapp
    if inside:
        rule.set_interface('in', inside)
    if outside:
        rule.set_interface('out', outside)
    rule.set_v6(v6)
    return rule

def set_rules(v4, v6):
    b.initcaps()
    rules, rules6 = [make(f, False) for f in v4], [make(f, True) for f in v6]
    for version, some in (('4', rules), ('6', rules6)):
        if not b.caps['limit'][version] and any(r.action == 'limit' for r in some):
            sys.exit('the kernel of this host cannot limit connections over IPv%s (xt_recent is missing)' % version)
    b.rules = rules
    b._write_rules(False)
    if b.use_ipv6():
        b.rules6 = rules6
        b._write_rules(True)

def stop():
    # After "iptables -F" ufw would take its empty chains for hooked up: without them it starts from nothing.
    stages = '(before-logging|before|after|after-logging|reject|track)-(input|output|forward)'
    stopped = False
    for exe, prefix in ((b.iptables, 'ufw'), (b.ip6tables, 'ufw6')):
        (rc, listing) = ufw.util.cmd([exe, '-S'])
        chains = [l.split()[1] for l in listing.splitlines() if l.startswith('-N ' + prefix + '-')]
        if rc != 0 or not chains:
            continue
        if not stopped:
            b.stop_firewall()
            stopped = True
        own = [c for c in chains if re.match('^%s-%s$' % (prefix, stages), c)]
        for chain in ('INPUT', 'OUTPUT', 'FORWARD'):
            for target in own:
                while '-A %s -j %s' % (chain, target) in listing and \
                        ufw.util.cmd([exe, '-D', chain, '-j', target])[0] == 0:
                    pass
        for flag in ('-F', '-X'):
            for chain in own:
                ufw.util.cmd([exe, flag, chain])

def restart():
    was_enabled = b.is_enabled()
    stop()
    b.set_default(b.files['conf'], 'ENABLED', 'yes')
    try:
        b.start_firewall()
    except UFWError:
        if not was_enabled:
            b.set_default(b.files['conf'], 'ENABLED', 'no')
            b.stop_firewall()
        raise

def set_policies(opening):
    for direction, policy in job['policies'].items():
        if (policy == 'allow') == opening:
            b.set_default_policy(policy, direction)

try:
    if job['kernel'] == 'stop':
        ui.set_enabled(False)
    set_policies(True)
    if job['rules'] is not None:
        set_rules(*job['rules'])
        if job['kernel'] == 'update':
            b._reload_user_rules()
    set_policies(False)
    if job['logging'] is not None:
        if job['kernel'] == 'update':
            b.set_loglevel(job['logging'])
        else:
            b.set_default(b.files['conf'], 'LOGLEVEL', job['logging'])
    if job['kernel'] == 'restart':
        restart()
except UFWError as e:
    sys.exit('ufw: %s' % e.value)
`;
