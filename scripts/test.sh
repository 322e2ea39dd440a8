#!/usr/bin/env bash
# Everything that decides whether a change may land: types, lint, unit tests, then real hosts.
# Sets itself up; can be run again at once. PROVISION_TESTS=unit leaves the lab out.
set -euo pipefail
cd "$(dirname "$0")/.."

# What the tests run beside Node; the lab installs what it needs itself.
missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
need busybox busybox-static
need ssh-keygen openssh-client
need xz xz-utils
need zstd zstd
need zip zip
need unzip unzip
need python3 python3
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing what the tests need: ${missing[*]}"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
fi

[ -d node_modules ] && [ node_modules -nt package-lock.json ] || npm ci --no-audit --no-fund
npm run --silent build
npm run --silent typecheck
npm run --silent lint

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
projects=(--project unit)
if [ "${PROVISION_TESTS:-all}" = unit ]; then
  echo 'PROVISION_TESTS=unit: the tests on real hosts are left out.'
else
  projects+=(--project lab)
fi
code=0
npx vitest run "${projects[@]}" --reporter=default --reporter=json --outputFile.json="$results/tests.json" || code=$?
node -e '
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
' "$results/tests.json"
exit "$code"
