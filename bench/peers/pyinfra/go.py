"""The same job as playbooks/go.yml, as a user of pyinfra would write it: the peer that is measured.

What pyinfra has operations for is left to them; ufw and tar are guarded by facts, so that a converged host gets no change.
"""
import io
import json
import os

from pyinfra import host
from pyinfra.api.exceptions import PyinfraError
from pyinfra.facts.files import File
from pyinfra.facts.server import Arch, Command, Kernel, KernelVersion
from pyinfra.operations import files, server

DATA = json.loads(os.environ["BENCH_DATA"])
VERSION, ARCHIVE, KEYS = DATA["version"], DATA["archive"], DATA["keys"]
NAME = os.path.basename(ARCHIVE)
TREE = f"/usr/local/go-{VERSION}"
SUDOERS = (
    "deploy ALL = (root) NOPASSWD: /usr/bin/systemctl restart app.service, "
    "/usr/bin/systemctl reload app.service\n"
)
PROFILE = """export PATH=/usr/local/go/bin:$HOME/go/bin:$PATH
export GOROOT=/usr/local/go GOPATH=$HOME/go GOTOOLCHAIN=local
"""
RULES = {
    "22/tcp": "allow tcp 22 ",
    "80/tcp": "allow tcp 80 ",
    "443/tcp": "allow tcp 443 ",
    "from 10.0.0.0/8 to any port 8080 proto tcp": "allow tcp 8080 ",
}

memory = int(host.get_fact(Command, command="awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo"))
if (
    host.get_fact(Kernel) != "Linux"
    or host.get_fact(Arch) not in ("x86_64", "aarch64")
    or [int(part) for part in host.get_fact(KernelVersion).split("-")[0].split(".")[:2]] < [3, 2]
    or memory < 512
):
    raise PyinfraError("this host cannot carry a Go toolchain")

server.group(name="Deploy group", group="deploy")
server.user(
    name="Deploy user",
    user="deploy",
    group="deploy",
    shell="/bin/bash",
    comment="Application deployment",
    public_keys=KEYS,
    delete_keys=True,
    create_home=True,
)
files.put(name="Sudoers", src=io.StringIO(SUDOERS), dest="/etc/sudoers.d/deploy", mode="440")

rules = host.get_fact(Command, command="grep '^### tuple' /etc/ufw/user.rules || true") or ""
enabled = host.get_fact(Command, command="grep -i '^ENABLED=yes' /etc/ufw/ufw.conf || true")
missing = [f"ufw allow {rule}" for rule, line in RULES.items() if line not in rules]
if missing or not enabled:
    server.shell(name="Firewall", commands=[*missing, "ufw default deny incoming", "ufw --force enable"])

files.directory(name="Artifacts", path="/var/lib/artifacts", mode="755")
files.put(name="Go archive", src=ARCHIVE, dest=f"/var/lib/artifacts/{NAME}", mode="644")
if not host.get_fact(File, path=f"{TREE}/bin/go"):
    server.shell(
        name="Go tree",
        commands=[
            f"mkdir -p {TREE}.new",
            f"tar -xzf /var/lib/artifacts/{NAME} -C {TREE}.new --strip-components=1 --no-same-owner",
            f"mv {TREE}.new {TREE}",
        ],
    )
files.link(name="Go link", path="/usr/local/go", target=TREE)
files.put(name="Profile", src=io.StringIO(PROFILE), dest="/etc/profile.d/go.sh", mode="644")
if host.get_fact(File, path=f"{TREE}/bin/go"):
    told = host.get_fact(Command, command="/usr/local/go/bin/go version")
    if not told.startswith(f"go version go{VERSION} linux/"):
        raise PyinfraError(f"Go says {told}")
else:
    expected = f"go version go{VERSION} linux/"
    server.shell(name="Go version", commands=[f"/usr/local/go/bin/go version | grep -q '^{expected}'"])
