# What playbooks/go.yml does to a new host, written by hand for this one job: the floor for a tool that also says what it
# will do, proves what it did, and can be run again. The archive comes on standard input.
# GO is the version, ARCHIVE the archive's name, SHA256 its hash, KEY the public key of the deploy user.
set -e
umask 022
cd /
case $(uname -sm) in 'Linux x86_64' | 'Linux aarch64') ;; *) exit 1 ;; esac
[ "$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo)" -ge 512 ]
[ "$(df -Pk /usr/local | awk 'NR == 2 { print $4 }')" -ge 1048576 ]

groupadd deploy
useradd --create-home --gid deploy --shell /bin/bash --comment 'Application deployment' deploy
mkdir -m 700 /home/deploy/.ssh
printf '%s\n' "$KEY" >/home/deploy/.ssh/authorized_keys
chmod 600 /home/deploy/.ssh/authorized_keys
chown -R deploy:deploy /home/deploy/.ssh

new=/etc/sudoers.d/.deploy.new
printf '%s\n' 'deploy ALL = (root) NOPASSWD: /usr/bin/systemctl restart app.service, /usr/bin/systemctl reload app.service' >$new
chmod 440 $new
visudo -cqf $new
mv $new /etc/sudoers.d/deploy

for rule in '22/tcp' '80/tcp' '443/tcp' 'from 10.0.0.0/8 to any port 8080 proto tcp'; do
  ufw allow $rule >/dev/null
done
ufw --force enable >/dev/null

mkdir -p /var/lib/artifacts
cd /var/lib/artifacts
cat >".$ARCHIVE.new"
echo "$SHA256  .$ARCHIVE.new" | sha256sum --check --status
sync ".$ARCHIVE.new"
mv ".$ARCHIVE.new" "$ARCHIVE"

cd /usr/local
mkdir ".go-$GO.new"
tar -xzf "/var/lib/artifacts/$ARCHIVE" -C ".go-$GO.new" --strip-components=1 --no-same-owner
sync -f ".go-$GO.new"
mv ".go-$GO.new" "go-$GO"
ln -s "/usr/local/go-$GO" go

cat >/etc/profile.d/.go.sh.new <<'PROFILE'
# Managed by provision: what is changed here is put back by the next run.
export GOROOT=/usr/local/go
export GOPATH="${HOME}"/go
export GOTOOLCHAIN=local
case ":$PATH:" in *:"${HOME}"/go/bin:*) ;; *) PATH="${HOME}"/go/bin"${PATH:+:$PATH}" ;; esac
case ":$PATH:" in *:/usr/local/go/bin:*) ;; *) PATH=/usr/local/go/bin"${PATH:+:$PATH}" ;; esac
export PATH
PROFILE
mv /etc/profile.d/.go.sh.new /etc/profile.d/go.sh
[ "$(/usr/local/go/bin/go version)" = "go version go$GO linux/amd64" ] ||
  [ "$(/usr/local/go/bin/go version)" = "go version go$GO linux/arm64" ]
