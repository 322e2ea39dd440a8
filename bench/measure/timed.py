"""Runs a command and reports, on the file descriptor named first, when it
began (milliseconds of the wall clock) and what it cost: wall seconds, CPU seconds and memory.

wait4(2) counts what the command and all descendants that it waited for have used; Node has no way to ask for that.
Usage: timed.py FD COMMAND [ARGUMENT...]
"""
import json
import os
import sys
import time

report = int(sys.argv[1])
command = sys.argv[2:]
os.set_inheritable(report, False)
began = time.time()
started = time.monotonic()
pid = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(pid, 0)
seconds = time.monotonic() - started
cost = {
    "began": began * 1000,
    "seconds": seconds,
    "cpuSeconds": usage.ru_utime + usage.ru_stime,
    "peakMiB": usage.ru_maxrss / 1024,
}
os.write(report, json.dumps(cost).encode())
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
