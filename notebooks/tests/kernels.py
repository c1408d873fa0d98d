"""A running kernel, for tests at the level of its messages."""
import os
import subprocess
import tempfile
import time
from pathlib import Path

from jupyter_client.manager import KernelManager

NOTEBOOKS = Path(__file__).resolve().parent.parent
GENEROUS = 120  # seconds; a test waits for a state, not for a time


class Kernel:
    """Starts a kernel by its name, or another one by its command; stopped by the test's clean-up
    (its addCleanup or its class's addClassCleanup)."""

    def __init__(self, clean_up, name="java", env=None, change=lambda spec: None):
        self.kept = {}
        experiments = tempfile.TemporaryDirectory()
        clean_up(experiments.cleanup)
        self.manager = KernelManager(kernel_name=name)
        change(self.manager.kernel_spec)
        self.manager.start_kernel(cwd=str(NOTEBOOKS), stderr=subprocess.DEVNULL,
                                  env=dict(os.environ, CONVNET_EXPERIMENTS=experiments.name, **(env or {})))
        clean_up(self.manager.shutdown_kernel, now=True)
        self.client = self.manager.client()
        self.client.start_channels()
        clean_up(self.client.stop_channels)
        self.client.wait_for_ready(timeout=GENEROUS)

    def send(self, source, **options):
        return self.client.execute(source, **options)

    def reply(self, request):
        """The content of the answer to a request; answers to others are passed over."""
        while True:
            message = self.client.get_shell_msg(timeout=GENEROUS)
            if message["parent_header"]["msg_id"] == request:
                return message["content"]

    def replies(self, requests):
        """The statuses of several requests, in the requests' order."""
        statuses = {}
        while len(statuses) < len(requests):
            message = self.client.get_shell_msg(timeout=GENEROUS)
            if message["parent_header"]["msg_id"] in requests:
                statuses[message["parent_header"]["msg_id"]] = message["content"]["status"]
        return [statuses[r] for r in requests]

    def messages(self, request, until=lambda message: False):
        """What a request publishes, to its end or to the first message for which until holds. What
        others publish meanwhile is kept for them."""
        seen = []
        while True:
            kept = self.kept.get(request)
            message = kept.pop(0) if kept else self.client.get_iopub_msg(timeout=GENEROUS)
            parent = message["parent_header"].get("msg_id")
            if parent != request:
                self.kept.setdefault(parent, []).append(message)
                continue
            seen.append(message)
            if message["content"].get("execution_state") == "idle" or until(message):
                return seen

    def outputs(self, source, **options):
        return [m for m in self.messages(self.send(source, **options)) if m["msg_type"] != "status"]

    def run(self, source):
        """What a cell prints and shows as text; an error as its sentence."""
        return "".join(text(m) for m in self.outputs(source)).strip()

    def run_all(self, cells):
        """Sends all at once, as Run All does; the status of each."""
        requests = [self.send(source) for source in cells]
        return self.replies(requests)

    def interrupt(self):
        self.manager.interrupt_kernel()

    def inspect(self, code, cursor=None):
        """What Shift+Tab shows, as text; the cursor at the end or where it is told."""
        content = self.reply(self.client.inspect(code, cursor))
        return content.get("data", {}).get("text/plain", "")


def text(message):
    content = message["content"]
    if message["msg_type"] == "error":
        return content["ename"] + ": " + content["evalue"] + "\n" + "\n".join(content["traceback"])
    return content.get("text", "") + content.get("data", {}).get("text/plain", "")


def wait_until(what, question):
    end = time.monotonic() + GENEROUS
    while not question():
        if time.monotonic() > end:
            raise AssertionError(f"waited {GENEROUS} s in vain until {what}")
        time.sleep(0.05)
