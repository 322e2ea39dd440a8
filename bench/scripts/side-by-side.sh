#!/bin/sh
# Runs each line of the file $1 as a shell command, all at the same time. Fails when one of them does.
pids=
while IFS= read -r line; do
  /bin/sh -c "$line" &
  pids="$pids $!"
done <"$1"
status=0
for pid in $pids; do wait "$pid" || status=1; done
exit $status
