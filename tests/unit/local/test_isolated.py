"""A command that can reach nothing beyond its loopback, and tells what it tried: real namespaces, real tools."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import pwd
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from testrun.local import environment, isolated

SCRIPTS = (environment.LAUNCHER, pathlib.Path(isolated.__file__))
LAUNCHER = [sys.executable, "-I", "-S", str(SCRIPTS[0])]
PYTHON = [sys.executable, "-I", "-S", "-c"]
NOBODY = pwd.getpwnam("nobody")
WAIT = 20.0
QUERY = struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + b"\4shop\7default\3svc\0" + struct.pack("!HH", 1, 1)


@pytest.fixture
def file(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "network.jsonl"


def run(file: pathlib.Path, *command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    argv = [*LAUNCHER, "--attempts", str(file), "--", *command]
    return subprocess.run(argv, **{"capture_output": True, "text": True, "timeout": 120, **options})


def told(file: pathlib.Path) -> list[dict[str, Any]]:
    """The lines without their times and folders."""
    bodies = [json.loads(line) for line in file.read_text().splitlines()]
    return [{name: value for name, value in body.items() if name not in ("time", "folder")} for body in bodies]


def names(file: pathlib.Path) -> set[str]:
    """Of DNS queries, as they were asked: the machine's search list may have been added to them."""
    return {body["name"] for body in told(file) if body["protocol"] == "dns"}


@contextlib.contextmanager
def started(file: pathlib.Path, code: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """The launcher of a Python program that has printed its first line, which is "ready" and its pid."""
    argv = [*LAUNCHER, "--attempts", str(file), "--", *PYTHON, code]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, **options)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=WAIT)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], WAIT)
    assert ready, "the command says nothing"
    return process.stdout.readline().strip()


CALL = """
import socket, sys, time
def call(kind, family, address, port):
    started = time.monotonic()
    with socket.socket(family, kind) as s:
        s.settimeout(10)
        try:
            s.connect((address, port))
            if kind == socket.SOCK_DGRAM:
                s.send(b"hello")
                s.recv(1)
            word = "answered"
        except OSError as error:
            word = type(error).__name__
    print(word, "at once" if time.monotonic() - started < 2 else "late")
"""


# --- What is refused and told ---


@pytest.mark.parametrize(
    ("protocol", "address", "port"),
    [
        ("tcp", "10.96.0.1", 443),
        ("tcp", "192.0.2.7", 8443),
        ("tcp", "2001:db8::1", 443),
        ("udp", "10.96.0.1", 5000),
        ("udp", "2001:db8::1", 5000),
    ],
)
def test_an_address_beyond_loopback_is_refused_at_once_and_told(
    file: pathlib.Path, protocol: str, address: str, port: int
) -> None:
    kind, family = {"tcp": "STREAM", "udp": "DGRAM"}[protocol], "INET6" if ":" in address else "INET"
    done = run(file, *PYTHON, f"{CALL}\ncall(socket.SOCK_{kind}, socket.AF_{family}, {address!r}, {port})")
    assert (done.returncode, done.stdout, done.stderr) == (0, "ConnectionRefusedError at once\n", "")
    assert told(file) == [{"protocol": protocol, "address": address, "port": port}]


def test_an_attempt_is_told_with_the_time_it_was_made(file: pathlib.Path) -> None:
    clock = "print(time.time_ns() // 10**6)"
    code = f"{clock}\ncall(socket.SOCK_STREAM, socket.AF_INET, '10.96.0.1', 443)\n{clock}"
    before, _, after = run(file, *PYTHON, f"{CALL}\n{code}").stdout.splitlines()
    assert int(before) <= json.loads(file.read_text())["time"] <= int(after)


def test_a_query_to_a_name_server_on_loopback_is_told_too(file: pathlib.Path) -> None:
    code = f"""
import socket
for address in ("127.0.0.53", "::1"):
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto({QUERY!r}, (address, 53))
        s.sendto({QUERY!r}, (address, 54))
"""
    assert run(file, *PYTHON, code).returncode == 0
    assert told(file) == [
        {"protocol": "dns", "address": address, "port": 53, "name": "shop.default.svc"} for address in ("127.0.0.53", "::1")
    ]


def test_what_was_tried_just_before_the_end_is_told_too(file: pathlib.Path) -> None:
    code = """
import os, socket
sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(900)]  # one each: a refusal is told at the next send
for port, s in enumerate(sockets, 2000):
    s.sendto(b"x", ("10.96.0.1", port))
os._exit(0)
"""
    assert run(file, *PYTHON, code).returncode == 0
    assert [body["port"] for body in told(file)] == list(range(2000, 2900))


RESOLVERS: Mapping[str, list[str]] = {
    "python": [
        *PYTHON,
        "import socket, time\nstarted = time.monotonic()\ntry: socket.getaddrinfo('kubernetes.default.svc', 443)\n"
        "except OSError: print('failed', 'at once' if time.monotonic() - started < 2 else 'late')",
    ],
    "node (getaddrinfo)": [
        "node",
        "-e",
        "const s = Date.now(); require('dns').lookup('kubernetes.default.svc', e => "
        "console.log(e ? 'failed' : 'found', Date.now() - s < 2000 ? 'at once' : 'late'))",
    ],
    "node (c-ares)": [
        "node",
        "-e",
        "const s = Date.now(); require('dns').resolve4('kubernetes.default.svc', e => "
        "console.log(e ? 'failed' : 'found', Date.now() - s < 2000 ? 'at once' : 'late'))",
    ],
    "node (fetch)": [
        "node",
        "-e",
        "const s = Date.now(); fetch('http://kubernetes.default.svc/').then(() => 'found', () => 'failed').then(w => "
        "console.log(w, Date.now() - s < 2000 ? 'at once' : 'late'))",
    ],
}


@pytest.mark.parametrize("resolver", RESOLVERS)
def test_a_name_is_told_and_not_found_at_once(file: pathlib.Path, resolver: str) -> None:
    done = run(file, *RESOLVERS[resolver])
    assert (done.stdout, done.returncode) == ("failed at once\n", 0), done.stderr
    assert "kubernetes.default.svc" in names(file)


GO_TEST = """
package reach

import (
	"net"
	"os"
	"testing"
	"time"
)

func TestName(t *testing.T) {
	started := time.Now()
	if _, err := net.LookupHost("kubernetes.default.svc"); err == nil {
		t.Fatal("found")
	}
	if took := time.Since(started); took > 2*time.Second {
		t.Fatal("late", took)
	}
}

func TestAddress(t *testing.T) {
	if _, err := net.DialTimeout("tcp", "10.96.0.1:443", 2*time.Second); err == nil || os.IsTimeout(err) {
		t.Fatal(err)
	}
}

func TestLoopback(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err != nil {
		t.Fatal(err)
	}
}
"""


def test_go_test_runs_its_binaries_through_it(tmp_path: pathlib.Path, file: pathlib.Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/reach\n\ngo 1.21\n")
    (tmp_path / "reach_test.go").write_text(GO_TEST)
    launcher = " ".join(f"'{word}'" for word in [*LAUNCHER, "--attempts", str(file), "--"])
    environment = {**os.environ, "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}  # without C it is Go's own resolver
    argv = ["go", "test", "-count=1", "-exec", launcher, "./..."]
    done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kubernetes.default.svc" in names(file)
    assert {"protocol": "tcp", "address": "10.96.0.1", "port": 443} in told(file)


# --- What works ---


def test_a_server_and_its_client_on_loopback_work_and_nothing_is_told(file: pathlib.Path) -> None:
    code = """
import socket
for address in ("127.0.0.1", "0.0.0.0", "::1", "::"):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    server = socket.create_server((address, 0), family=family)
    client = socket.create_connection((address, server.getsockname()[1]))
    peer, _ = server.accept()
    client.sendall(b"hello")
    print(peer.recv(5).decode())
# What many servers do to learn "my address": it sends nothing, and must not lead them away from loopback.
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.connect(("8.8.8.8", 80))
    print(s.getsockname()[0])
"""
    done = run(file, *PYTHON, code)
    assert (done.stdout, done.stderr) == ("hello\n" * 4 + "127.0.0.1\n", "")
    assert told(file) == []


def test_the_loopback_of_the_machine_is_out_of_reach(file: pathlib.Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()
        done = run(file, *PYTHON, f"{CALL}\ncall(socket.SOCK_STREAM, socket.AF_INET, '127.0.0.1', {port})")
    assert done.stdout == "ConnectionRefusedError at once\n"


def test_streams_folder_arguments_and_environment_are_the_commands_own(tmp_path: pathlib.Path, file: pathlib.Path) -> None:
    code = "import os, sys; print(sys.stdin.read(), os.getcwd(), sys.argv[1:]); print('on stderr', file=sys.stderr)"
    done = run(file, *PYTHON, code, "a b", "--", "", cwd=tmp_path, input="on stdin")
    assert (done.stdout, done.stderr) == (f"on stdin {tmp_path} ['a b', '--', '']\n", "on stderr\n")
    assert run(file, "/usr/bin/env", env={"A": "1", "LANG": "C"}).stdout == "A=1\nLANG=C\n"


def test_closed_streams_stay_closed(file: pathlib.Path) -> None:
    code = f"{CALL}\ncall(socket.SOCK_STREAM, socket.AF_INET, '10.96.0.1', 443)\nsys.stderr.write(repr((sys.stdin, sys.stdout)))"
    argv = ["/bin/sh", "-c", 'exec "$@" <&- >&-', "sh", *LAUNCHER, "--attempts", str(file), "--", *PYTHON, code]
    done = subprocess.run(argv, stderr=subprocess.PIPE, text=True, timeout=WAIT)
    assert (done.returncode, done.stderr) == (0, "(None, None)")
    assert told(file) == [{"protocol": "tcp", "address": "10.96.0.1", "port": 443}]


def test_a_reader_sees_the_command_close_its_output(file: pathlib.Path) -> None:
    with started(file, "import os, signal; print('ready', flush=True); os.close(1); signal.pause()") as process:
        assert (line(process), line(process), process.poll()) == ("ready", "", None)


# --- How it ends ---


@pytest.mark.parametrize("code", [0, 3, 125, 255])
def test_the_exit_code_is_the_commands(file: pathlib.Path, code: int) -> None:
    assert run(file, "/bin/sh", "-c", f"exit {code}").returncode == code


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGTERM", "SIGINT", "SIGPIPE"])
def test_it_dies_of_the_signal_the_command_died_of(file: pathlib.Path, name: str) -> None:
    number = getattr(signal, name)
    assert run(file, "/bin/sh", "-c", f"kill -{number} $$").returncode == -number


def test_a_command_that_cannot_be_started(tmp_path: pathlib.Path, file: pathlib.Path) -> None:
    done = run(file, "no-such-command")
    assert (done.returncode, done.stderr) == (127, "isolated: no-such-command: No such file or directory\n")
    (tmp_path / "text").write_text("")
    done = run(file, str(tmp_path / "text"))
    assert (done.returncode, done.stderr) == (126, f"isolated: {tmp_path}/text: Permission denied\n")


@pytest.mark.parametrize(
    "arguments", [[], ["--", "true"], ["--attempts"], ["--attempts", "f", "true"], ["--attempts", "f", "--"]]
)
def test_a_wrong_command_line_says_how_it_is_written(arguments: list[str]) -> None:
    done = subprocess.run([*LAUNCHER, *arguments], capture_output=True, text=True, timeout=WAIT)
    assert (done.returncode, done.stderr) == (125, f"isolated: {isolated.USAGE}\n")


def test_attempts_that_cannot_be_written_are_an_error(tmp_path: pathlib.Path) -> None:
    done = run(tmp_path / "missing" / "file", "true")
    assert done.returncode == 125
    assert done.stderr == f"isolated: cannot write the attempts to {tmp_path}/missing/file: No such file or directory\n"
    assert (
        run(pathlib.Path("/dev/full"), "true").stderr
        == "isolated: cannot write the attempts to /dev/full: it is no regular file\n"
    )


def test_a_full_disk_is_an_error_whatever_the_command_says(file: pathlib.Path) -> None:
    call = f"{CALL}\ncall(socket.SOCK_STREAM, socket.AF_INET, '10.96.0.1', 443)"
    argv = ["/bin/sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *LAUNCHER, "--attempts", str(file), "--", *PYTHON, call]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=WAIT)
    assert (done.returncode, done.stdout) == (125, "ConnectionRefusedError at once\n")
    assert done.stderr == f"isolated: attempts are missing in {file}: File too large\n"


# --- Signals ---

COUNTING = """
import os, signal
wanted = [signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2]
signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
print("ready", os.getpid(), flush=True)
got = None
while got != signal.SIGUSR2:
    got = signal.Signals(signal.sigwait(wanted))
    print(got.name, flush=True)
"""


@pytest.mark.parametrize("whole_group", [False, True], ids=["the launcher", "the whole group"])
def test_a_signal_reaches_the_command_once(file: pathlib.Path, whole_group: bool) -> None:
    send = os.killpg if whole_group else os.kill
    with started(file, COUNTING, start_new_session=True) as process:
        assert line(process).startswith("ready")
        for name in ("SIGINT", "SIGINT", "SIGQUIT", "SIGTERM"):
            send(process.pid, getattr(signal, name))
            assert line(process) == name
            # Signals are forwarded, and taken, lowest number first: a second one of the above would come before this.
            process.send_signal(signal.SIGUSR1)
            assert line(process) == "SIGUSR1"
        process.send_signal(signal.SIGUSR2)
        assert (line(process), line(process), process.wait(WAIT)) == ("SIGUSR2", "", 0)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_both(file: pathlib.Path, name: str) -> None:
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); print('ready', flush=True); signal.pause()"
    with started(file, code) as process:
        assert line(process) == "ready"
        process.send_signal(getattr(signal, name))
        assert process.wait(WAIT) == -getattr(signal, name)


def test_the_command_does_not_outlive_the_launcher(file: pathlib.Path) -> None:
    with started(file, COUNTING) as process:
        command = os.pidfd_open(int(line(process).split()[1]))
        process.kill()
        ended, _, _ = select.select([command], [], [], WAIT)
        os.close(command)
        assert ended


# --- Credentials ---


def test_credentials_of_a_cluster_are_hidden_from_the_command_and_from_nobody_else(
    tmp_path: pathlib.Path, file: pathlib.Path
) -> None:
    for folder in (".kube", ".tilt-dev", ".config/telepresence", ".config/other"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "config").write_text("secret")
    script = "cat .kube/config .tilt-dev/config .config/telepresence/config .config/other/config; touch .kube/new"
    done = run(file, "/bin/sh", "-c", script, cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path)})
    assert done.stdout == "secret"
    assert done.stderr.count("No such file or directory") == 3
    assert "Read-only file system" in done.stderr
    assert [each.name for each in (tmp_path / ".kube").iterdir()] == ["config"]


def test_a_credentials_folder_behind_a_link_is_hidden_too(tmp_path: pathlib.Path, file: pathlib.Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "config").write_text("secret")
    (tmp_path / ".kube").symlink_to("elsewhere")
    done = run(file, "/bin/ls", "-A", str(tmp_path / ".kube"), str(tmp_path / "elsewhere"), env={"HOME": str(tmp_path)})
    assert "config" not in done.stdout


# --- Rights ---


def probed(*prefix: str, **options: Any) -> dict[str, Any]:
    done = subprocess.run([*prefix, *LAUNCHER, "--probe"], capture_output=True, text=True, timeout=WAIT, **options)
    assert (done.returncode, done.stderr) == (0, "")
    body: dict[str, Any] = json.loads(done.stdout)
    return body


def without(kind: str) -> list[str]:
    """What stands before a command that shall live where no namespaces of a kind can be made."""
    return [
        "unshare",
        "--user",
        "--map-root-user",
        "/bin/sh",
        "-c",
        f'echo 0 > /proc/sys/user/max_{kind}_namespaces; exec "$@"',
        "sh",
    ]


@pytest.fixture
def home() -> Iterator[pathlib.Path]:
    """A folder that belongs to a user without rights; pytest keeps its own to itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / ".kube").mkdir()
        (path / ".kube" / "config").write_text("secret")
        for script in SCRIPTS:
            shutil.copy(script, path)
        if os.geteuid() == 0:
            os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
        yield path


def interpreter(user: Mapping[str, Any]) -> str:
    """A Python that the user can start: ours may be in root's home."""
    for path in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            if subprocess.run([path, "-I", "-S", "-c", ""], timeout=WAIT, **user).returncode == 0:
                return path
    raise AssertionError("no Python for a user without rights")


def test_as_a_user_without_any_rights_and_as_a_plain_script(home: pathlib.Path) -> None:
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []}
    options: dict[str, Any] = {"capture_output": True, "text": True, "timeout": WAIT, "cwd": home, **user}
    options["env"] = {**os.environ, "HOME": str(home)}
    python = interpreter(user)
    probe = json.loads(subprocess.run([python, "launcher.py", "--probe"], **options).stdout)
    code = f"""{CALL}
import os
call(socket.SOCK_STREAM, socket.AF_INET, "10.96.0.1", 443)
open("made", "w").close()
print(os.getuid(), os.getgid(), os.stat("made").st_uid, os.listdir(".kube"))
"""
    argv = [python, "launcher.py", "--attempts", "network.jsonl", "--", python, "-I", "-S", "-c", code]
    done = subprocess.run(argv, **options)
    if not probe["network"]:
        assert (done.returncode, done.stdout, done.stderr) == (125, "", f"isolated: {probe['why']}\n")
        assert probe["why"].startswith("no network namespace (")
        assert "; allow it: " in probe["why"]
        return
    assert probe == {"network": True, "mounts": True, "why": ""}
    uid, gid = user.get("user", os.getuid()), user.get("group", os.getgid())
    assert (done.stdout, done.stderr) == (f"ConnectionRefusedError at once\n{uid} {gid} {uid} []\n", "")
    assert told(home / "network.jsonl") == [{"protocol": "tcp", "address": "10.96.0.1", "port": 443}]


def test_what_would_work_here_can_be_asked() -> None:
    assert probed() == {"network": True, "mounts": True, "why": ""}


def test_where_no_network_namespace_can_be_made_nothing_is_run(file: pathlib.Path) -> None:
    argv = [*without("net"), *LAUNCHER, "--attempts", str(file), "--", "/bin/echo", "ran"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=WAIT)
    why = "no network namespace (unshare: No space left on device); allow it: sysctl -w user.max_net_namespaces=10000"
    assert (done.returncode, done.stdout, done.stderr) == (125, "", f"isolated: {why}\n")
    assert probed(*without("net")) == {"network": False, "mounts": False, "why": why}


def test_where_nothing_can_be_mounted_the_network_is_still_shut_off(file: pathlib.Path) -> None:
    assert probed(*without("mnt")) == {"network": True, "mounts": False, "why": "no mount namespace"}
    argv = [*without("mnt"), *LAUNCHER, "--attempts", str(file), "--"]
    call = f"{CALL}\ncall(socket.SOCK_STREAM, socket.AF_INET, '10.96.0.1', 443)"
    done = subprocess.run([*argv, *PYTHON, call], capture_output=True, text=True, timeout=WAIT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ConnectionRefusedError at once\n", "")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kernel/unprivileged_userns_clone": "0"}, "sysctl -w kernel.unprivileged_userns_clone=1"),
        ({"kernel/apparmor_restrict_unprivileged_userns": "1"}, "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"),
        ({"user/max_user_namespaces": "0"}, "sysctl -w user.max_user_namespaces=10000"),
        ({"status": "Name:\tpython\nSeccomp:\t2\n"}, "in a container a seccomp profile that allows unshare and mount"),
        ({}, "run as root with the capability SYS_ADMIN, or allow unprivileged user namespaces"),
    ],
    ids=["debian", "ubuntu", "no user namespaces", "container", "unknown"],
)
def test_the_error_says_what_to_change(settings: dict[str, str], words: str) -> None:
    paths = {"/proc/self/status": settings.get("status", "")} | {f"/proc/sys/{name}": value for name, value in settings.items()}
    assert isolated.advice(lambda path: paths.get(path, "")).startswith(f"allow it: {words}")


# --- Packets ---

ANSWER = QUERY[:2] + b"\x81\x83" + QUERY[4:]


def ip(target: str, protocol: int, payload: bytes, *, fragment: int = 0) -> bytes:
    """An IP packet, from its header on."""
    if ":" in target:
        head = struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64)
        return head + socket.inet_pton(socket.AF_INET6, "::1") + socket.inet_pton(socket.AF_INET6, target) + payload
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, fragment, 64, protocol, 0)
    return head + socket.inet_aton("127.0.0.1") + socket.inet_aton(target) + payload


def udp(port: int, data: bytes = b"hello") -> bytes:
    return struct.pack("!HHHH", 40000, port, 8 + len(data), 0) + data


def tcp(port: int, flags: int, data: bytes = b"") -> bytes:
    return struct.pack("!HHIIBBHHH", 40000, port, 1, 0, 5 << 4, flags, 1024, 0, 0) + data


@pytest.mark.parametrize(
    ("packet", "attempt"),
    [
        pytest.param(ip("10.96.0.1", 6, tcp(443, 0x02)), ("tcp", "10.96.0.1", 443, ""), id="SYN"),
        pytest.param(ip("10.96.0.1", 6, tcp(443, 0xC2)), ("tcp", "10.96.0.1", 443, ""), id="SYN with ECN"),
        pytest.param(ip("10.96.0.1", 6, tcp(443, 0x12)), None, id="SYN and ACK: an answer"),
        pytest.param(ip("10.96.0.1", 6, tcp(443, 0x14)), None, id="RST: an answer"),
        pytest.param(ip("10.96.0.1", 6, tcp(443, 0x18, b"data")), None, id="data: its SYN was told"),
        pytest.param(ip("127.0.0.1", 6, tcp(443, 0x02)), None, id="SYN to loopback"),
        pytest.param(ip("127.8.8.8", 6, tcp(443, 0x02)), None, id="SYN to the far end of loopback"),
        pytest.param(ip("::1", 6, tcp(443, 0x02)), None, id="SYN to loopback (IPv6)"),
        pytest.param(ip("2001:db8::1", 6, tcp(443, 0x02)), ("tcp", "2001:db8::1", 443, ""), id="SYN (IPv6)"),
        pytest.param(ip("10.96.0.1", 17, udp(5000)), ("udp", "10.96.0.1", 5000, ""), id="datagram"),
        pytest.param(ip("127.0.0.1", 17, udp(5000)), None, id="datagram to loopback"),
        pytest.param(ip("10.96.0.1", 17, udp(5000), fragment=100), None, id="later fragment"),
        pytest.param(ip("10.96.0.10", 17, udp(53, QUERY)), ("dns", "10.96.0.10", 53, "shop.default.svc"), id="query"),
        pytest.param(ip("127.0.0.53", 17, udp(53, QUERY)), ("dns", "127.0.0.53", 53, "shop.default.svc"), id="query to loopback"),
        pytest.param(ip("::1", 17, udp(53, QUERY)), ("dns", "::1", 53, "shop.default.svc"), id="query to loopback (IPv6)"),
        pytest.param(ip("127.0.0.1", 17, udp(53, ANSWER)), None, id="answer of a name server"),
        pytest.param(ip("10.96.0.10", 17, udp(53)), ("udp", "10.96.0.10", 53, ""), id="no query, to port 53"),
        pytest.param(
            ip("127.0.0.53", 6, tcp(53, 0x18, struct.pack("!H", len(QUERY)) + QUERY)),
            ("dns", "127.0.0.53", 53, "shop.default.svc"),
            id="query over TCP",
        ),
        pytest.param(ip("127.0.0.53", 6, tcp(53, 0x02)), ("tcp", "127.0.0.53", 53, ""), id="query over TCP that is refused"),
        pytest.param(ip("10.96.0.1", 1, b"\x08\0\0\0\0\0\0\0"), ("icmp", "10.96.0.1", 0, ""), id="ping"),
        pytest.param(ip("10.96.0.1", 1, b"\x03\x03\0\0\0\0\0\0"), None, id="port unreachable: an answer"),
        pytest.param(ip("10.96.0.1", 47, b"\0" * 20), None, id="another protocol"),
    ],
)
def test_what_a_packet_tries_to_reach(packet: bytes, attempt: isolated.Attempt | None) -> None:
    assert isolated.attempt_in(packet) == attempt
    for size in range(len(packet)):  # cut short it may mean nothing, and must not be more
        cut = isolated.attempt_in(packet[:size])
        assert cut is None or cut[1:3] == (attempt or cut)[1:3]


@pytest.mark.parametrize(
    ("message", "name"),
    [
        (QUERY, "shop.default.svc"),
        (QUERY[:12] + b"\0" + QUERY[-4:], "."),
        (QUERY[:12] + b"\3a\x1bb\0" + QUERY[-4:], "a\x1bb"),
        (QUERY[:12] + b"\2\xff\xfe\0" + QUERY[-4:], "\\xff\\xfe"),
        (QUERY[:12] + b"\xc0\x0c" + QUERY[-4:], ""),
        (QUERY[:12] + b"\x3fshort", ""),
        (QUERY[:12] + (b"\x3f" + b"a" * 63) * 9 + b"\0", ""),
        (ANSWER, ""),
        (b"", ""),
    ],
    ids=[
        "name",
        "root",
        "control characters (json escapes them)",
        "no text",
        "pointer",
        "cut short",
        "too long",
        "answer",
        "empty",
    ],
)
def test_the_name_in_a_query(message: bytes, name: str) -> None:
    assert isolated.question(message) == name


# --- The file ---


def test_the_same_attempt_is_told_once_in_a_moment(file: pathlib.Path) -> None:
    record = isolated.Record(str(file))
    one, other = ("tcp", "10.96.0.1", 443, ""), ("dns", "10.96.0.10", 53, "shop.local")
    for attempt, now in ((one, 5000), (one, 5049), (other, 5049), (one, 5050), (one, 5099), (one, 5100)):
        record.add(attempt, now)
    assert [json.loads(line) for line in file.read_text().splitlines()] == [
        {"time": 5000, "protocol": "tcp", "address": "10.96.0.1", "port": 443, "folder": os.getcwd()},
        {"time": 5049, "protocol": "dns", "address": "10.96.0.10", "port": 53, "name": "shop.local", "folder": os.getcwd()},
        {"time": 5050, "protocol": "tcp", "address": "10.96.0.1", "port": 443, "folder": os.getcwd()},
        {"time": 5100, "protocol": "tcp", "address": "10.96.0.1", "port": 443, "folder": os.getcwd()},
    ]


def test_the_file_has_at_most_so_many_lines_from_all_its_writers(file: pathlib.Path) -> None:
    first, second = isolated.Record(str(file)), isolated.Record(str(file))
    for port in range(1, 901):
        first.add(("tcp", "10.96.0.1", port, ""), 5000)
        second.add(("udp", "10.96.0.1", port, ""), 5000)
    lines = told(file)
    assert len(lines) == isolated.MAX_LINES
    assert lines[-1] == {"protocol": "udp", "address": "10.96.0.1", "port": 500}
    assert (first.closed, second.closed, first.problem, second.problem) == (True, True, "", "")


def test_a_flood_of_attempts_neither_hangs_nor_floods(file: pathlib.Path) -> None:
    code = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in range(2000, 22000):
    s.sendto(b"x", ("10.96.0.1", port)) if port % 2 else s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
print("done")
"""
    done = run(file, *PYTHON, code)
    assert (done.stdout, done.returncode) == ("done\n", 0)
    assert len(told(file)) == isolated.MAX_LINES


# --- What it stands on ---


def test_it_needs_nothing_of_ours_and_little_of_pythons() -> None:
    code = (
        f"import sys; sys.argv[1:] = []; exec(open({str(SCRIPTS[1])!r}).read(), {{'__name__': 'x'}}); print(*sorted(sys.modules))"
    )
    loaded = set(subprocess.run([*PYTHON, code], capture_output=True, text=True, timeout=WAIT).stdout.split())
    assert loaded >= {"ctypes", "_socket"}
    assert not loaded & {
        "testrun",
        "socket",
        "signal",
        "enum",
        "subprocess",
        "argparse",
        "json",
        "re",
        "typing",
        "asyncio",
        "pathlib",
        "dataclasses",
    }
