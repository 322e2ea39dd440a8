# What a converged run of playbooks/go.yml asks a host, written by hand for this one job: no frames, no quoting, no
# care for hosts that are otherwise. The floor for a tool that does care. GO is the version, ARCHIVE the name of its archive,
# ANCHORS the directories and programs of the tree, as apply looks at them; empty: the tree is listed, as a drift check does.
set -e
cd /
uname -srm
cat /sys/devices/system/cpu/online
grep MemTotal /proc/meminfo
df -Pk /usr/local
grep -hE '^(root|deploy):' /etc/passwd /etc/group
stat -c '%f %U %G %s %d:%i:%y:%z %N' /home/deploy /home/deploy/.ssh /home/deploy/.ssh/authorized_keys /bin/bash \
  /etc/sudoers.d /etc/sudoers.d/deploy /etc/profile.d /etc/profile.d/go.sh /var/lib /var/lib/artifacts \
  "/var/lib/artifacts/$ARCHIVE" /usr/local "/usr/local/go-$GO" /usr/local/go /usr/local/go/bin/go
cat /home/deploy/.ssh/authorized_keys /etc/sudoers
command -v visudo
sha256sum /etc/sudoers.d/deploy /etc/profile.d/go.sh
grep -h '^[A-Z]' /etc/default/ufw /etc/ufw/ufw.conf
grep -hE '^(### tuple ###|-A ufw)' /etc/ufw/user.rules /etc/ufw/user6.rules
iptables -S
ip6tables -S
cd "/usr/local/go-$GO"
if [ -n "$ANCHORS" ]; then stat -c '%Z %i' -- $ANCHORS | sha256sum
else find . -printf '%T@ %U:%G %m %s %p %l\n' | sort | sha256sum; fi
/usr/local/go/bin/go version
