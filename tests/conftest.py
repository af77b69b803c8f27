"""What every test is given: the project's folder, repeatable random examples, and no network but this machine's own."""

import gc
import importlib.util
import ipaddress
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from charter.services.jobs import sendings
from charter.sources import apart

PROJECT = Path(__file__).resolve().parents[1]
REASONS = pytest.StashKey[list[str]]()
UNDER_CI = os.environ.get("CI") == "true"

# Two busy cores make timing a matter of luck: no deadline. Under CI the examples are the same each time.
settings.register_profile("promesse", deadline=None, derandomize=UNDER_CI, print_blob=True)
settings.load_profile("promesse")


# A process that is read in by gives way to pages (nice), and here to every other test: it has its seconds of the
# processor as ever, and more of the clock.
apart.WAITED = 20


def is_this_machine(address: object) -> bool:
    """Loopback, and the sockets of the file system; an address that is no internet address is not ours to judge."""
    if not isinstance(address, tuple):
        return True
    host = address[0] or "localhost"
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook of Python: sees each name looked up and each connection before it leaves."""
    if event == "socket.getaddrinfo":
        address: object = (arguments[0],)
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
    else:
        return
    if not is_this_machine(address):
        raise ConnectionRefusedError(f"Tests use no network: {event} to {address}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Names each failure at once: a run that is stopped, or whose process dies, has told them."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        crash = getattr(report.longrepr, "reprcrash", None)
        said = " ".join(str(crash.message if crash else report.longrepr).split())
        sys.stdout.write(f"\nFAILED {report.nodeid}: {said[:500]}\n")
        sys.stdout.flush()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """After the last test of a file: databases that nobody asks for any more are removed, connections are closed."""
    yield
    if nextitem is not None and nextitem.path == item.path:
        return
    if (databases := sys.modules.get("tests.services.databases")) is not None:
        databases.drop_used()
    if (world := sys.modules.get("tests.web.world")) is not None:
        world.let_go()


def pytest_configure() -> None:
    sys.addaudithook(refuse_network)
    # Long questions are many small objects, none of them in a circle: to look for circles took a tenth of the time.
    gc.set_threshold(50_000, 20, 100)


def _system() -> ModuleType:
    """bin/system, which knows what the machine lacks; it is a script without a suffix."""
    loader = SourceFileLoader("bin_system", str(PROJECT / "bin" / "system"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("bin_system", loader))  # type: ignore[arg-type]
    write = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    sys.dont_write_bytecode = write
    return module


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out, with the reason said, what this machine cannot run; under CI that is an error."""
    folder = PROJECT / "tests" / "browser"
    for item in items:
        if item.path.is_relative_to(folder):
            item.add_marker(pytest.mark.browser)
    for mark, purposes in {"pdf": ["pdf", "pdf-tests"], "browser": ["browser"], "proxy": ["proxy"]}.items():
        lacks = _system().missing(purposes)
        left_out = [item for item in items if lacks and item.get_closest_marker(mark)]
        if not left_out:
            continue
        reason = f"{len(left_out)} tests marked {mark} left out: this machine lacks {' '.join(lacks)}"
        if UNDER_CI:
            raise pytest.UsageError(reason)
        config.stash.setdefault(REASONS, []).append(reason)
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    _leave_out_programs(config, items)


def _leave_out_programs(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of programs that no set-up installs for them: left out where the machine has none, which is said."""
    for item in list(items):
        mark = item.get_closest_marker("program")
        lacks = [one for one in mark.args if which(one) is None] if mark else []
        if lacks:
            items.remove(item)
            config.hook.pytest_deselected(items=[item])
            config.stash.setdefault(REASONS, []).append(f"left out, this machine lacks {lacks[0]}: {item.nodeid}")


def which(program: str) -> str | None:
    """Beside Python, where set-up puts programs that come as packages; else on the path."""
    beside = Path(sys.executable).parent / program  # of a file with its whole path: that file
    return str(beside) if beside.exists() else shutil.which(program)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for reason in config.stash.get(REASONS, []):
        terminalreporter.write_line(reason, yellow=True)


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    """Whoever sends a file waits for it as long as a busy machine takes: when that is too long has tests of its own."""
    sendings.AT_HAND = replace(sendings.AT_HAND, seconds=120)


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder of the project."""
    return PROJECT
