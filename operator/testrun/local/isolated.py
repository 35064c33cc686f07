"""Runs a command where nothing beyond its own loopback can be reached, and tells what it tried to reach.

    python -I -S launcher.py --attempts FILE -- COMMAND ARGS…

Phases 1 and 2 are local: a test that calls a cluster must fail, at once, and be named. So the command gets a network namespace
in which every address of the world leads to loopback: nobody listens there, so a connection is refused instead of hanging, and a
packet socket on loopback sees it. This process stays the command's parent and adds a line of JSON to FILE for each attempt:

    {"time": 1764072000000, "protocol": "tcp", "address": "10.96.0.1", "port": 443, "folder": "/src/cart"}
    {"time": 1764072000001, "protocol": "dns", "address": "10.96.0.10", "port": 53, "name": "shop.local", "folder": "/src/cart"}

``time`` is in ms since the epoch, ``protocol`` one of tcp, udp, dns, icmp, ``folder`` where the command was started. Credentials
of a cluster in the home folder are hidden by empty mounts. Environment, folder, pids, standard streams and the exit code (or the
signal) are the command's own.

It runs as `go test -exec` too, once for each test binary, and on interpreters that lack our package: it imports nothing of ours,
and of the standard library only what starts fast. `launcher.py` starts it. It keeps honest tests honest; it is no jail for
hostile code.
"""

from __future__ import annotations

import ctypes
import errno
import os
import select
import stat
import struct
import sys

TYPE_CHECKING = False  # the name every type checker knows; importing typing for it would cost 5 ms
if TYPE_CHECKING:
    import signal
    import socket
    from collections.abc import Callable, Sequence

    Attempt = tuple[str, str, int, str]
    """Protocol, address, port (0: the protocol has none), and the name that was asked for ("": it was no DNS query)."""
else:  # what both are made of: the rest of them is enumerations, which take as long to make as all else here
    import _signal as signal
    import _socket as socket

USAGE = "usage: launcher.py [--require] --attempts FILE -- COMMAND [ARGUMENT…]   or   launcher.py --probe"
MAX_LINES = 1000
QUIET_MS = 50
"""The same attempt is told once in this time: a client that tries again and again, not the next test."""

ORPHAN_MS = 1000
"""How soon, about, the command is ended when whoever started it was killed."""

COULD_NOT_START = 125  # as env, chroot and timeout do; 126 and 127 as shells do
NOT_EXECUTABLE = 126
NOT_FOUND = 127

HIDDEN = ("~/.kube", "~/.tilt-dev", "~/.config/telepresence", "/var/run/secrets/kubernetes.io")

# go test sends SIGQUIT to a test binary that takes too long; its goroutines are the evidence.
FORWARDED = ("SIGINT", "SIGTERM", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2")

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_SLAVE = 1, 2, 4, 8, 0x4000, 0x80000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
SFD_CLOEXEC, SFD_NONBLOCK, SIGINFO_BYTES = 0x80000, 0x800, 128
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
SO_ATTACH_FILTER, SO_RCVBUFFORCE, SO_TIMESTAMPNS, SNAP_BYTES = 26, 33, 35, 1024
ETH_P_ALL, SOL_PACKET, PACKET_IGNORE_OUTGOING = 3, 263, 23
ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
SYN, ACK = 0x02, 0x10
DNS_PORT = 53


class Refused(Exception):
    """The system does not let us make the namespace; the text says what was not allowed, and how to allow it."""


# --- The namespace ---


def call(name: str, *arguments: object) -> int:
    """Calls a function of the C library. Raises OSError with the function's name."""
    result: int = getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def isolate(hidden: Sequence[str]) -> tuple[socket.socket, str]:
    """Moves this process into its namespaces.

    Returns the socket that sees its packets, and why the folders ``hidden`` are not hidden ("" when they are). Raises Refused
    when the network cannot be shut off.
    """
    if sys.platform != "linux":
        raise Refused(f"network namespaces need Linux, this is {sys.platform}; run the tests in a Linux container or machine")
    try:
        mounts = enter_namespaces()
        loopback_up()
        add_route(socket.AF_INET, "127.0.0.1")
        try:
            add_route(socket.AF_INET6, "::1")
        except OSError as error:
            # IPv6 is off: nothing can leave by it.
            if error.errno not in (errno.EOPNOTSUPP, errno.EAFNOSUPPORT, errno.EACCES):
                raise
        packets = sniffer()
    except OSError as error:
        raise Refused(f"no network namespace ({error.strerror}); {advice(read_setting)}") from error
    if not mounts:
        return packets, "no mount namespace"
    try:
        for folder in hidden:
            hide(folder)
    except OSError as error:
        return packets, error.strerror or str(error)
    return packets, ""


def enter_namespaces() -> bool:
    """Whether there is a mount namespace too. Raises OSError when there can be no network namespace."""
    uid, gid = os.geteuid(), os.getegid()
    refused = OSError()
    for flags in (
        CLONE_NEWNET | CLONE_NEWNS,
        CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS,
        CLONE_NEWNET,
        CLONE_NEWUSER | CLONE_NEWNET,
    ):
        try:
            call("unshare", flags)
        except OSError as error:
            refused = error
            continue
        if flags & CLONE_NEWUSER:
            # Ids stay what they are, so `id` and the owners of new files do. Without "deny" the kernel takes no map of groups.
            for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
                write(f"/proc/self/{name}", text)
        return bool(flags & CLONE_NEWNS)
    raise refused


def loopback_up() -> None:
    import fcntl  # here: systems without it shall read our error, not a traceback

    control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    request = bytearray(struct.pack("16sh22x", b"lo", 0))
    fcntl.ioctl(control, SIOCGIFFLAGS, request)
    flags = struct.unpack_from("H", request, 16)[0]
    fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", flags | IFF_UP))
    control.close()


def add_route(family: int, source: str) -> None:
    """Makes every address of a family our own: `ip route add local default dev lo src SOURCE table local`.

    The source address keeps answers, and servers that bind to "the address I would reach the world from", on real loopback.
    """
    rtm_newroute, request_create_ack, nlmsg_error = 24, 0x1 | 0x400 | 0x4, 2
    table_local, proto_boot, scope_host, type_local, rta_oif, rta_prefsrc = 255, 3, 254, 2, 4, 7
    address = socket.inet_pton(family, source)
    body = struct.pack("BBBBBBBBI", family, 0, 0, 0, table_local, proto_boot, scope_host, type_local, 0)
    body += struct.pack("HHi", 8, rta_oif, socket.if_nametoindex("lo"))
    body += struct.pack("HH", 4 + len(address), rta_prefsrc) + address
    netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    netlink.send(struct.pack("IHHII", 16 + len(body), rtm_newroute, request_create_ack, 1, 0) + body)
    answer = netlink.recv(4096)
    netlink.close()
    kind, code = struct.unpack_from("H", answer, 4)[0], struct.unpack_from("i", answer, 16)[0]
    if kind == nlmsg_error and code:
        raise OSError(-code, f"route to loopback: {os.strerror(-code)}")


def hide(folder: str) -> None:
    """Lays an empty, read-only file system over a folder. Raises OSError."""
    call("mount", None, b"/", None, ctypes.c_ulong(MS_REC | MS_SLAVE), None)  # so that nobody outside sees what follows
    flags = ctypes.c_ulong(MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)
    call("mount", b"none", os.fsencode(folder), b"tmpfs", flags, b"size=4k,mode=0755")


def folders_to_hide() -> list[str]:
    """Those that exist, by the names they have once links are followed."""
    found = (os.path.realpath(os.path.expanduser(folder)) for folder in HIDDEN)
    return [folder for folder in found if os.path.isdir(folder)]


def write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def read_setting(path: str) -> str:
    """The text of a file below /proc; "" when there is none."""
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return ""


def advice(read: Callable[[str], str]) -> str:
    """What to change so that the namespace can be made: what is known to forbid it, else everything that may."""
    wanted = (
        ("kernel/unprivileged_userns_clone", "0", "1"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
        ("user/max_user_namespaces", "0", "10000"),
        ("user/max_net_namespaces", "0", "10000"),
    )
    steps = [
        f"sysctl -w {name.replace('/', '.')}={good}" for name, bad, good in wanted if read(f"/proc/sys/{name}").strip() == bad
    ]
    if "Seccomp:\t2" in read("/proc/self/status"):
        steps.append(
            "in a container a seccomp profile that allows unshare and mount (docker run --security-opt seccomp=unconfined)"
            " or the capability SYS_ADMIN"
        )
    if steps:
        return "allow it: " + "; ".join(steps)
    return (
        "allow it: run as root with the capability SYS_ADMIN, or allow unprivileged user namespaces: sysctl"
        " kernel.unprivileged_userns_clone=1 (Debian), kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu),"
        " in a container a seccomp profile that allows unshare"
    )


# --- What is seen ---


def program(*instructions: tuple[int, int, int, int]) -> bytes:
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)


# Classic BPF, from the IP header on: everything that does not go to loopback, and of the rest what goes to port 53. It only keeps
# the tests' own loopback traffic out of this process; attempt_in() decides.
LOAD_WORD, LOAD_HALF, LOAD_BYTE, LOAD_HALF_X, LOAD_HEADER_LENGTH, AND, EQUALS, RETURN = (
    0x20,
    0x28,
    0x30,
    0x48,
    0xB1,
    0x54,
    0x15,
    0x06,
)
FILTER = program(
    (LOAD_BYTE, 0, 0, 0),
    (AND, 0, 0, 0xF0),
    (EQUALS, 7, 0, 0x60),
    (LOAD_WORD, 0, 0, 16),
    (AND, 0, 0, 0xFF000000),
    (EQUALS, 0, 14, 0x7F000000),
    (LOAD_HEADER_LENGTH, 0, 0, 0),
    (LOAD_HALF_X, 0, 0, 2),
    (EQUALS, 11, 0, DNS_PORT),
    (RETURN, 0, 0, 0),
    (LOAD_WORD, 0, 0, 24),
    (EQUALS, 0, 8, 0),
    (LOAD_WORD, 0, 0, 28),
    (EQUALS, 0, 6, 0),
    (LOAD_WORD, 0, 0, 32),
    (EQUALS, 0, 4, 0),
    (LOAD_WORD, 0, 0, 36),
    (EQUALS, 0, 2, 1),
    (LOAD_HALF, 0, 0, 42),
    (EQUALS, 0, 1, DNS_PORT),
    (RETURN, 0, 0, SNAP_BYTES),
    (RETURN, 0, 0, 0),
)


def sniffer() -> socket.socket:
    """A socket that reads each packet once, from its IP header on, as far as the filter lets it through.

    One for both versions of IP: the kernel takes 10 ms to close such a socket.
    """
    packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    packets.setblocking(False)
    code = ctypes.create_string_buffer(FILTER, len(FILTER))
    packets.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(FILTER) // 8, ctypes.addressof(code)))
    packets.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    packets.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    try:
        packets.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)
    except OSError:  # not ours to raise in a user namespace. What overflows comes after attempts that are told.
        packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    return packets


def attempt_in(packet: bytes) -> Attempt | None:
    """What a packet tries to reach, from its IP header on; None when it is an answer, goes to loopback, or makes no sense."""
    version = packet[0] >> 4 if packet else 0
    if version not in (4, 6) or len(packet) < (20 if version == 4 else 40):
        return None
    if version == 4:
        header, protocol, target = (packet[0] & 15) * 4, packet[9], packet[16:20]
        address, outside = socket.inet_ntop(socket.AF_INET, target), target[0] != 127
        if (packet[6] & 0x1F) or packet[7]:  # a later fragment has no ports
            return None
    else:
        header, protocol, target = 40, packet[6], packet[24:40]
        address, outside = socket.inet_ntop(socket.AF_INET6, target), target != b"\0" * 15 + b"\1"
    rest = packet[header:]
    if protocol in (ICMP, ICMPV6):
        echo = rest[:1] == (b"\x08" if protocol == ICMP else b"\x80")
        return ("icmp", address, 0, "") if echo and outside else None
    if protocol not in (TCP, UDP) or len(rest) < 8:
        return None
    port = rest[2] << 8 | rest[3]
    if protocol == UDP:
        name = question(rest[8:]) if port == DNS_PORT else ""
        if name:
            return ("dns", address, port, name)
        return ("udp", address, port, "") if outside else None
    if len(rest) < 14:
        return None
    if rest[13] & (SYN | ACK) == SYN:
        return ("tcp", address, port, "") if outside or port == DNS_PORT else None
    name = question(rest[(rest[12] >> 4) * 4 + 2 :]) if port == DNS_PORT else ""  # two bytes of length come first
    return ("dns", address, port, name) if name else None


def question(message: bytes) -> str:
    """The name a DNS query asks for, "." for the root; "" when the message is no query."""
    if len(message) < 13 or message[2] & 0x80 or not (message[4] << 8 | message[5]):
        return ""
    labels, at = [], 12
    while at < len(message) and message[at]:
        size = message[at]
        label = message[at + 1 : at + 1 + size]
        if size > 63 or len(label) < size or at > 12 + 255:
            return ""
        labels.append(label.decode("ascii", "backslashreplace"))
        at += 1 + size
    return ".".join(labels) or "."


class Record:
    """The file of attempts: lines are only added, under a lock, because the binaries of one `go test` share it."""

    def __init__(self, path: str) -> None:
        """Makes the file if there is none. Raises OSError."""
        self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        if not stat.S_ISREG(os.fstat(self.file).st_mode):  # its lines are counted: a device may have no end
            raise OSError(errno.EINVAL, "it is no regular file")
        self.told: dict[Attempt, int] = {}
        self.lines = 0
        self.counted_to = 0
        self.problem = ""
        """Why an attempt could not be written; "" while all were."""

    @property
    def closed(self) -> bool:
        return self.lines >= MAX_LINES or bool(self.problem)

    def add(self, attempt: Attempt, now: int) -> None:
        """Adds a line, unless the file is full or the same was told just now. ``now`` in ms since the epoch."""
        if self.closed or now - self.told.get(attempt, 0) < QUIET_MS:
            return
        self.told[attempt] = now
        import fcntl
        import json  # only now: most commands try nothing, and it costs 10 ms

        protocol, address, port, name = attempt
        line = {"time": now, "protocol": protocol, "address": address, "port": port, "folder": os.getcwd()}
        data = json.dumps(line | {"name": name} if name else line).encode() + b"\n"
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX)
            try:
                while known := os.pread(self.file, 65536, self.counted_to):
                    self.lines += known.count(b"\n")
                    self.counted_to += len(known)
                if not self.closed and os.write(self.file, data) < len(data):
                    self.problem = "the disk is full"
            finally:
                fcntl.flock(self.file, fcntl.LOCK_UN)
        except OSError as error:
            self.problem = error.strerror or str(error)


def watch(packets: socket.socket, record: Record, most: int) -> None:
    """Tells what has been seen so far: until no packet is left, or ``most`` were read, so that signals get their turn."""
    for _ in range(most):
        if record.closed:
            return
        try:
            packet, [(_, _, stamp), *_], _, _ = packets.recvmsg(SNAP_BYTES, 64)
        except BlockingIOError:
            return
        attempt = attempt_in(packet)
        if attempt:
            # The kernel's time, not ours: who reads it looks for the test that ran at that moment.
            seconds, nanoseconds = struct.unpack("ll", stamp)
            record.add(attempt, seconds * 1000 + nanoseconds // 1_000_000)


# --- The command ---


def start(command: list[str], mask: set[int | signal.Signals], environment: dict[str, str]) -> int:
    """The pid of the command, our child in our process group, with the signal mask we were started with."""
    launcher = os.getpid()
    child = os.fork()
    if child:
        return child
    code = NOT_EXECUTABLE
    try:
        call("prctl", PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
        if os.getppid() != launcher:  # it died before the line above
            os._exit(COULD_NOT_START)
        for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores them, and a new program would inherit that
            signal.signal(getattr(signal, name), signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.execvpe(command[0], command, environment)  # noqa: S606  # no shell: the arguments reach the command as they are
    except FileNotFoundError as error:
        code = NOT_FOUND
        complain(f"{command[0]}: {error.strerror}")
    except OSError as error:
        complain(f"{command[0]}: {error.strerror}")
    finally:
        os._exit(code)


class Sentinel:
    """A process of our group that blocks all signals and does nothing: one that is pending there was sent to the whole group.

    Whoever ends us may signal this process or the group, as Ctrl-C does. Then the command has the signal already, and a second
    one means "stop at once, without a report" to most test runners.

    The last one is not ended: it dies when we do, just after us, and so it is there that the packet socket is closed, for which
    nobody needs to wait.
    """

    def __init__(self) -> None:
        launcher = os.getpid()
        self.pid = os.fork()
        if self.pid:
            return
        try:
            call("prctl", PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
            os.close(2)  # or who reads our errors would wait for it
            while os.getppid() == launcher:
                signal.sigwait([signal.SIGKILL])  # never pending for us: this only waits
        finally:
            os._exit(0)

    def has(self, number: int) -> bool:
        """Whether the signal was sent to the group. The kernel signals a group's youngest process first, so never too early."""
        status = read_setting(f"/proc/{self.pid}/status")
        pending = status.partition("ShdPnd:")[2].split(None, 1)
        return bool(pending) and bool(int(pending[0], 16) >> (number - 1) & 1)

    def end(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def supervise(child: int, signals: int, packets: socket.socket, record: Record) -> int:
    """Waits for the command: forwards signals, tells attempts. Returns its wait status once everything is told."""
    poll = select.poll()
    poll.register(signals, select.POLLIN)
    poll.register(packets, select.POLLIN)
    sentinel = Sentinel()
    parent = os.getppid()
    while True:
        # Not a parent-death signal: that comes when the parent's thread ends, and Go's threads do.
        if not poll.poll(ORPHAN_MS) and os.getppid() != parent:
            os.kill(child, signal.SIGKILL)
        watch(packets, record, most=256)
        if record.closed:
            poll.register(packets, 0)  # nothing wakes us for what is not told any more
        try:
            number = struct.unpack_from("I", os.read(signals, SIGINFO_BYTES))[0]
        except BlockingIOError:
            continue
        if number != signal.SIGCHLD:
            if not sentinel.has(number):
                os.kill(child, number)
                continue
            sentinel.end()  # with what is pending: the next one starts clean
            sentinel = Sentinel()
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            watch(packets, record, most=65536)
            return status


def run(command: list[str], path: str, environment: dict[str, str]) -> int:
    """Runs the command in its namespace. Returns the exit code, or dies of the signal the command died of."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not when it is ignored, as behind nohup
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Where standard streams are closed, no file of ours may take their numbers.
    while (nothing := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    try:
        record = Record(path)
    except OSError as error:
        return complain(f"cannot write the attempts to {path}: {error.strerror}")
    try:
        packets, _ = isolate(folders_to_hide())
    except Refused as error:
        return complain(str(error))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    watched = [getattr(signal, name) for name in (*FORWARDED, "SIGCHLD")]
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    # Not handlers: they would have to race with poll().
    bits = ctypes.create_string_buffer(sum(1 << (number - 1) for number in watched).to_bytes(SIGINFO_BYTES, sys.byteorder))
    signals = call("signalfd", -1, bits, SFD_CLOEXEC | SFD_NONBLOCK)
    child = start(command, mask, environment)
    # Who reads the command's output, or writes its input, must see it close them.
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    status = supervise(child, signals, packets, record)
    if record.problem:
        return complain(f"attempts are missing in {path}: {record.problem}")
    if not os.WIFSIGNALED(status):
        return os.WEXITSTATUS(status)
    number = os.WTERMSIG(status)
    call("prctl", PR_SET_DUMPABLE, 0)  # one core is enough
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
    os.kill(os.getpid(), number)
    return 128 + number


def probe() -> int:
    """Prints what would work here: ``{"network": …, "mounts": …, "why": "…"}``."""
    import json

    try:
        _, why = isolate(["/"])  # any folder would do, and this one is always there
        found = {"network": True, "mounts": not why, "why": why}
    except Refused as error:
        found = {"network": False, "mounts": False, "why": str(error)}
    print(json.dumps(found), flush=True)
    return 0


def complain(text: str) -> int:
    os.write(2, os.fsencode(f"isolated: {text}\n"))
    return COULD_NOT_START


def own_environment() -> dict[str, str]:
    """The environment we were given: in the C locale Python adds LC_CTYPE to its own (PEP 538)."""
    environment = dict(os.environ)
    try:
        with open("/proc/self/environ", "rb") as file:
            given = file.read().split(b"\0")
    except OSError:
        return environment
    if not any(entry.startswith(b"LC_CTYPE=") for entry in given):
        environment.pop("LC_CTYPE", None)
    return environment


def main(arguments: list[str]) -> int:
    """Returns the exit code: the command's, 125 when it could not be started in a namespace, 126 or 127 when not at all."""
    path = ""
    while arguments:
        option, *arguments = arguments
        if option == "--probe":
            return probe()
        if option == "--attempts" and arguments:
            path, *arguments = arguments
        elif option.startswith("--attempts="):
            path = option.partition("=")[2]
        elif option == "--" and path and arguments:
            return run(arguments, path, own_environment())
        elif option != "--require":
            break
    return complain(USAGE)
