"""How do kernels start at once? Forked from a process that has imported everything already.

A worker sets some aside while it is still a bare process, without threads, sockets or an event
loop; each waits for the name of its connection file. Where that is not possible, kernels start
cold. What they show is the same.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pandas
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from toolkit.report.processes import file_kernel
from toolkit.report.processes.file_kernel import FileKernelApp
from toolkit.report.processes.system import die_with_parent

NAME = "buyer-consumer-forked"
POSSIBLE = sys.platform == "linux"  # elsewhere system libraries do not outlive a fork
KERNEL_COLUMNS = 20  # what pandas chooses when a kernel imports it; ours was imported before
ORDINARY = "ipykernel_launcher"  # what the kernel's specification would start
_aside: list[ForkedProcess] = []


class ForkedProcess:
    """A forked kernel, with the face of ``subprocess.Popen`` that its manager expects."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._pipe = pipe

    def begin(self, order: Mapping[str, Any]) -> None:
        """Tell the waiting process which kernel to become."""
        with os.fdopen(self._pipe, "w", encoding="utf-8") as stream:
            json.dump(order, stream)

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self._waited(os.WNOHANG)

    def wait(self) -> int | None:
        """Its exit code, once it has ended."""
        return self._waited(0)

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def _waited(self, how: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, how)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


class ForkedProvisioner(LocalProvisioner):
    """Gives a notebook one of the kernels set aside; a cold one when none is left."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel whose connection file stands in `cmd`."""
        if not _aside:
            quiet = [file_kernel.__name__ if word == ORDINARY else word for word in cmd]
            return await super().launch_kernel(quiet, **kwargs)
        process = _aside.pop(0)
        self.process = process  # type: ignore[assignment]
        self.pid = self.pgid = process.pid
        env = {**kwargs.get("env", os.environ), "JPY_PARENT_PID": str(os.getpid())}
        where = str(kwargs.get("cwd") or Path.cwd())
        process.begin({"argv": cmd[cmd.index("-f") :], "env": env, "cwd": where})
        return self.connection_info


def prefork_kernels(count: int) -> None:
    """Have so many kernels ready; none where forking is not safe, so that all start cold."""
    home = f"{__name__}:{ForkedProvisioner.__name__}"
    entry = EntryPoint(NAME, home, KernelProvisionerFactory.GROUP_NAME)
    KernelProvisionerFactory.provisioners[NAME] = entry
    os.environ[KernelProvisionerFactory.default_provisioner_name_env] = NAME
    gc.freeze()  # a collection in a kernel would copy all the memory they share
    for _ in range(count if POSSIBLE else 0):
        _aside.append(_fork())


def _fork() -> ForkedProcess:
    reading, writing = os.pipe()
    worker = os.getpid()
    pid = os.fork()
    if pid:
        os.close(reading)
        return ForkedProcess(pid, writing)
    die_with_parent(worker)  # even where a cell holds the interpreter and would not hear of it
    os.closerange(3, reading)  # the worker's own, by which others hear that it has ended
    os.closerange(reading + 1, os.sysconf("SC_OPEN_MAX"))
    try:
        _become_kernel(reading)
    finally:
        os._exit(0)


def _become_kernel(reading: int) -> None:
    os.setsid()
    with os.fdopen(reading, encoding="utf-8") as stream:
        text = stream.read()
    if not text:  # the worker ended and needs no kernel
        return
    order = json.loads(text)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    sys.argv = ["kernel", *order["argv"]]
    pandas.set_option("display.max_columns", KERNEL_COLUMNS)
    FileKernelApp.launch_instance(argv=order["argv"])
