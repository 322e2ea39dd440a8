#!/usr/bin/env bash
# Shows the whole story on real hosts of this machine: dry run, apply, nothing left to do, drift by hand, drift found.
# Needs root on a Debian with its apt archive in reach; sets everything else up, and takes its hosts down at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

[ -d node_modules ] && [ node_modules -nt package-lock.json ] || npm ci --no-audit --no-fund
npm run --silent build

lab() { PROVISION_LAB=demo "$root/node_modules/.bin/tsx" "$root/test/lab/cli.ts" "$@"; }
provision() { node "$root/dist/cli/main.js" "$@"; }
say() { printf '\n\033[1m# %s\033[0m\n' "$*"; }
show() {
  printf '\033[1m$ %s\033[0m\n' "$*"
  "$@" || { code=$?; printf '(exit status %s)\n' "$code"; return "$code"; }
}
finish() {
  code=$?
  say 'Taking the hosts down'
  lab down
  rm -rf "$directory"
  exit "$code"
}

directory=$(mktemp -d)
trap finish EXIT

say 'Three real hosts with systemd, sshd and ufw: Debian 12, 11 and 13'
lab up 1 bullseye:1 trixie:1
say 'A real Go toolchain, the playbook and an inventory, as a team would have them in one folder'
PROVISION_LAB=demo "$root/node_modules/.bin/tsx" "$root/scripts/demo-files.ts" "$directory"
cd "$directory"
show ls -l . artifacts

say 'What would it change? Nothing is written yet.'
show provision -i inventory.yml go.yml -e @lab.yml --dry-run
say 'Bring the hosts to that state.'
show provision -i inventory.yml go.yml -e @lab.yml
say 'Again: there is nothing left to do.'
show provision -i inventory.yml go.yml -e @lab.yml
say 'Log in as the deploy user with the pushed key, and ask for Go.'
address=$(sed -n 's/.*ansible_host: *//p' inventory.yml | head -n 1)
show ssh -i deploy_key -o UserKnownHostsFile=known_hosts -o BatchMode=yes "deploy@$address" 'bash -lc "go version"'
say 'Somebody edits a file of the toolchain by hand, and opens a port.'
by_hand='echo "// hello" >>/usr/local/go/src/fmt/print.go; ufw allow 9999/tcp >/dev/null'
printf "\033[1m$ ssh bookworm1 '%s'\033[0m\n" "$by_hand"
lab ssh bookworm1 "$by_hand"
say 'The nightly check finds it, and says what moved. Exit status 2 wakes somebody.'
show provision drift -i inventory.yml go.yml -e @lab.yml || [ $? = 2 ]
say 'Mend it.'
show provision -i inventory.yml go.yml -e @lab.yml
show provision drift -i inventory.yml go.yml -e @lab.yml
