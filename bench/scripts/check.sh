# Whether a host has what playbooks/go.yml wants, whoever brought it: run after each fresh run, outside of the clock.
# GO is the version, ARCHIVE the archive's name, SIZE its bytes, FILES how many files the toolchain has at least.
set -e
id -gn deploy | grep -qx deploy
[ "$(stat -c '%a %U' /home/deploy/.ssh/authorized_keys)" = '600 deploy' ]
grep -q '^ssh-' /home/deploy/.ssh/authorized_keys
sudo -l -U deploy | grep -q 'systemctl restart app.service'
grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf
grep -q '^DEFAULT_INPUT_POLICY="DROP"' /etc/default/ufw
for port in 22 80 443 8080; do grep -q "^### tuple ### allow tcp $port " /etc/ufw/user.rules; done
[ "$(stat -c %s "/var/lib/artifacts/$ARCHIVE")" = "$SIZE" ]
[ "$(find "/usr/local/go-$GO/" -type f | wc -l)" -ge "$FILES" ]
[ "$(readlink -f /usr/local/go)" = "/usr/local/go-$GO" ]
grep -q GOROOT /etc/profile.d/go.sh
/usr/local/go/bin/go version | grep -q "go$GO "
