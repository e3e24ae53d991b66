"""Which kernel can nobody reach over the network?

Also what a cell's own processes print comes in by a file of the client's private folder. An
ordinary kernel opens a port of this machine for that, which every user of it can reach.
"""

from __future__ import annotations

import os
from typing import Any

import zmq  # what ipykernel brings, since these sockets take the place of its own
from ipykernel import iostream, kernelapp
from zmq.eventloop.zmqstream import ZMQStream


class FileIOPubThread(iostream.IOPubThread):
    """Sends what cells show; hears what forked processes print through a file, not a port."""

    def _setup_pipe_in(self) -> None:
        self._pipe_uuid = os.urandom(16)
        self._address = f"ipc://{os.environ['JUPYTER_RUNTIME_DIR']}/{os.getpid()}"
        pipe = self.socket.context.socket(zmq.PULL)
        pipe.linger = 0
        pipe.bind(self._address)
        self._pipe_in = ZMQStream(pipe, self.io_loop)
        self._pipe_in.on_recv(self._handle_pipe_msg)

    def _setup_pipe_out(self) -> tuple[Any, Any]:
        context = zmq.Context()  # one from before the fork does not work after it
        pipe = context.socket(zmq.PUSH)
        pipe.linger = 3000  # milliseconds
        pipe.connect(self._address)
        return context, pipe


class FileKernelApp(kernelapp.IPKernelApp):
    """The kernel's process: ordinary but for the door above."""

    def init_iopub(self, context: Any) -> None:
        """Open the channel on which cells show what they show."""
        if os.name == "posix":
            vars(kernelapp)["IOPubThread"] = FileIOPubThread  # the process is the kernel's alone
        super().init_iopub(context)  # type: ignore[no-untyped-call]  # ipykernel gives no types


if __name__ == "__main__":
    FileKernelApp.launch_instance()
