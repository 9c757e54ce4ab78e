"""What a process gives up before it looks at a file that we don't trust.

Four walls, each of which holds without the others, as far as the system has them (Linux does):

- limits of processor time, memory, file size, open files and threads (``setrlimit``);
- a namespace of its own for users and the network, which has no route to anywhere, not even to this machine;
- Landlock: it reads its libraries and the one source, and writes in its own folder alone;
- a seccomp filter: no socket, no new process, no new program, no look into other processes.

Threads that exist keep what they have, so call :func:`confine` before there are any.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

OPEN_FILES, THREADS = 256, 64
GRACE_SECONDS = 5
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_THREAD, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x10000, 0x08000000, 0x10000000, 0x40000000

FORBIDDEN = (
    *("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4"),
    *(
        "execve",
        "execveat",
        "fork",
        "vfork",
        "kill",
        "tkill",
        "pidfd_open",
        "pidfd_send_signal",
        "pidfd_getfd",
    ),
    *("ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "perf_event_open", "bpf", "userfaultfd"),
    *("mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsmount", "fsconfig"),
    *(
        "mount_setattr",
        "unshare",
        "setns",
        "open_by_handle_at",
        "mknod",
        "mknodat",
        "symlink",
        "symlinkat",
        "link",
        "linkat",
    ),
    *("keyctl", "add_key", "request_key", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon"),
    *("quotactl", "acct", "settimeofday", "clock_settime", "adjtimex", "sethostname", "setdomainname"),
    *("shmget", "msgget", "semget", "mq_open", "personality", "ioperm", "iopl", "fanotify_init"),
)
"""System calls that a conversion has no use for; each fails with EPERM."""

LIBRARIES = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/localtime"),
    *("/dev/null", "/dev/urandom", "/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/proc/sys/vm"),
    *("/sys/devices/system", "/sys/fs/cgroup"),
)
"""Where Python, C libraries and their look at the machine read."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take: processor and real seconds, address space, bytes of one file."""

    cpu_seconds: int = 900
    wall_seconds: int = 1800
    memory_bytes: int = 4 << 30
    file_bytes: int = 4 << 30


@dataclass(frozen=True, slots=True)
class Walls:
    """Which walls stand: ``network`` a namespace without a route, ``files`` Landlock, ``calls`` seccomp."""

    network: bool
    files: bool
    calls: bool

    @property
    def offline(self) -> bool:
        """Whether nothing behind the walls can reach a network."""
        return self.network or self.calls


def confine(home: Path, source: Path | None, limits: Limits) -> Walls:
    """Put up all walls that this system has: only ``home`` can be written, ``source`` can be read besides.

    There is no way back. Raises OSError only where a limit can't be set.
    """
    set_limits(limits, source)
    if sys.platform != "linux":
        return Walls(False, False, False)
    # Its import asks a program where the library lies, which is not possible any more afterwards.
    forbid = system_call_filter()
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    network = leave_network()
    files = restrict_files(home, source)
    return Walls(network, files, forbid is not None and stands(forbid))


def stands(load: Callable[[], None]) -> bool:
    """Load a filter; whether this system has filters at all."""
    try:
        load()
    except OSError:
        return False
    return True


def die_with_parent() -> None:
    """Ask Linux to kill this process when the thread that started it ends; elsewhere leases do without."""
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, 9)


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process."""
    ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), *[ctypes.c_ulong(0)] * 3)


def set_limits(limits: Limits, source: Path | None) -> None:
    """Set the limits of this process; the map of ``source`` doesn't count as its memory."""
    mapped = source.stat().st_size if source is not None and source.is_file() else 0
    for limit, value, grace in (
        (resource.RLIMIT_CPU, limits.cpu_seconds, GRACE_SECONDS),
        (resource.RLIMIT_AS, limits.memory_bytes + mapped, 0),
        (resource.RLIMIT_FSIZE, limits.file_bytes, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, highest = resource.getrlimit(limit)
        top = highest if highest != resource.RLIM_INFINITY else value + grace
        # Below the hard limit: there the kernel kills without a signal that says why.
        resource.setrlimit(limit, (min(value, top), min(value + grace, top)))


# --- the network ----------------------------------------------------------------------------------


def leave_network() -> bool:
    """Go to a network namespace with nothing in it; whether that worked.

    The user namespace makes it possible without privileges, and takes root's over the rest of the system.
    """
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    if unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == 0:
        # Counted within the namespace; outside it would count all processes of this user.
        resource.setrlimit(resource.RLIMIT_NPROC, (THREADS, THREADS))
        return True
    return bool(unshare(CLONE_NEWNET) == 0)


# --- system calls ---------------------------------------------------------------------------------


def system_call_filter() -> Callable[[], None] | None:
    """What loads the filter, for this thread and those that it starts; None where libseccomp is missing."""
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError, AttributeError):
        return None
    rules, denied = pyseccomp.SyscallFilter(pyseccomp.ALLOW), pyseccomp.ERRNO(errno.EPERM)
    for name in FORBIDDEN:
        if pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) >= 0:
            rules.add_rule(denied, name)
    # Threads are clones too. Of clone3 the filter can't see the flags: without it, libc uses clone.
    rules.add_rule(denied, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0))
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(denied, "tgkill", pyseccomp.Arg(0, pyseccomp.NE, os.getpid()))
    rules.add_rule(denied, "prlimit64", pyseccomp.Arg(0, pyseccomp.NE, 0))
    load: Callable[[], None] = rules.load
    return load


# --- files ----------------------------------------------------------------------------------------


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Numbers of Landlock's system calls, the same on every architecture."""

WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5
MAKE_DIR, MAKE_FILE, REFER, TRUNCATE, DEVICES = 1 << 7, 1 << 8, 1 << 13, 1 << 14, 1 << 15
READ = READ_FILE | READ_DIR
OWN = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_FILE | REFER | TRUNCATE
OF_FILES = READ_FILE | WRITE_FILE | TRUNCATE
HANDLED = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
"""All rights that a version of Landlock knows (landlock(7)); from version 5 on, those of devices too."""


def restrict_files(home: Path, source: Path | None) -> bool:
    """Leave only ``home`` writable, and only libraries and ``source`` readable; whether Landlock is there."""
    call = ctypes.CDLL(None, use_errno=True).syscall
    version = call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return False
    handled = HANDLED.get(version, (1 << 16) - 1)
    # From version 4 on it also keeps from TCP, from 6 on from signals and sockets outside of the walls.
    size = 8 if version < 4 else 16 if version < 6 else 24
    attributes = _Ruleset(handled, 3, 3)
    ruleset = call(CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    for path, rights in permitted(home, source):
        allow(ruleset, path, rights & handled)
    done: bool = call(RESTRICT_SELF, ruleset, ctypes.c_uint32(0)) == 0
    os.close(ruleset)
    return done


def allow(ruleset: int, path: Path, rights: int) -> None:
    """Add a rule for ``path`` and what lies below; one that isn't there needs none."""
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    beneath = _Beneath(rights if path.is_dir() else rights & OF_FILES, folder)
    ctypes.CDLL(None).syscall(ADD_RULE, ruleset, 1, ctypes.byref(beneath), ctypes.c_uint32(0))
    os.close(folder)


def permitted(home: Path, source: Path | None) -> Iterator[tuple[Path, int]]:
    """All places with the rights there."""
    yield home, OWN
    yield Path("/dev/null"), OF_FILES
    if source is not None:
        yield source, READ
    for name in (sys.prefix, sys.base_prefix, sys.exec_prefix, *LIBRARIES):
        yield Path(name), READ
    roots = {
        Path(entry) for entry in sys.path if entry and not entry.startswith((sys.prefix, sys.base_prefix))
    }
    for root in filter(Path.is_dir, roots):
        # A checkout also holds data: names may be listed everywhere, but only packages are read.
        yield root, READ_DIR
        for folder in root.iterdir():
            if is_package(folder):
                yield folder, READ


def is_package(folder: Path) -> bool:
    """Whether a folder holds Python modules, itself or one level below."""
    if folder.name.startswith(".") or not folder.is_dir():
        return folder.suffix in (".py", ".so", ".pth")
    return any(folder.glob("*.py")) or any(folder.glob("*/__init__.py"))
