"""Stop during a training, at the level of kernel messages: it ends long before its last update, the
kernel goes on, the run keeps its history, and the same cell runs again after a change.
"""
import queue
import time
import unittest
from pathlib import Path

from jupyter_client.manager import start_new_kernel

NOTEBOOKS = Path(__file__).resolve().parent.parent

SETUP = """
import convnet.data.*;
import convnet.net.*;
import convnet.notebook.*;
import convnet.train.*;
Mnist mnist = Mnist.load("../data/mnist");
Dataset few = mnist.test().first(1000);
int filters = 30;
ConvNetConfig config = ConvNetConfig.chapter7().withFilters(filters).withEpochs(%d);
boolean atWork() {
  return Thread.getAllStackTraces().values().stream().flatMap(Arrays::stream)
      .anyMatch(f -> f.getClassName().endsWith("TrainingRun") && f.getMethodName().equals("train"));
}
"""
TRAIN = """
Trainer trainer = Trainer.of(config, mnist.train(), few);
TrainingRun run = trainer.newRun();
String view = display(Progress.picture(run));
new Thread(() -> {
  while (!atWork()) Thread.yield();
  System.out.println("begun");
}).start();
run.train(r -> updateDisplay(view, Progress.picture(r)));
System.out.println("at the end " + run.update());
"""


class Stop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        import subprocess
        cls.manager, cls.client = start_new_kernel(
            kernel_name="java", cwd=str(NOTEBOOKS), stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.manager.shutdown_kernel, now=True)
        cls.addClassCleanup(cls.client.stop_channels)

    def messages(self, request, until, seconds=300):
        """The messages for a request up to the first for which until(message) holds."""
        seen = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") == request:
                seen.append(message)
                if until(message):
                    return seen
        self.fail(f"nothing of the kind came in {seconds} s")

    @staticmethod
    def idle(message):
        return message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"

    def run_cell(self, source):
        seen = self.messages(self.client.execute(source), self.idle)
        errors = [m["content"] for m in seen if m["msg_type"] == "error"]
        self.assertEqual([], errors)
        return "".join(m["content"]["text"] for m in seen if m["msg_type"] == "stream")

    def updates_of_a_stopped_run(self):
        """How many there are for good: no thread is at the training any more."""
        end = time.monotonic() + 300
        while "true" in self.run_cell("System.out.println(atWork());"):
            self.assertLess(time.monotonic(), end, "the training goes on in the background")
        updates, losses = map(int, self.run_cell(
            'System.out.println(run.update() + " " + run.history().losses().length);').split())
        self.assertEqual(updates, losses)
        self.assertLess(updates, 6000, "the training was not stopped, it ended")
        return updates

    def test_stop_in_the_first_seconds(self):
        """While the first accuracies are taken, and while the first pictures are drawn."""
        for pictures in range(4):
            with self.subTest(pictures=pictures):
                self.run_cell(SETUP % 10)
                request = self.client.execute(TRAIN)
                self.messages(request, lambda m: "begun" in m["content"].get("text", ""))
                for _ in range(pictures):
                    self.messages(request, lambda m: m["msg_type"] == "update_display_data")
                self.manager.interrupt_kernel()
                self.messages(request, self.idle)
                self.updates_of_a_stopped_run()

    def test_stop_keeps_the_history_and_the_kernel(self):
        self.run_cell(SETUP % 10)
        request = self.client.execute(TRAIN)
        pictures = []

        def trained(message):
            if message["msg_type"] == "update_display_data":
                pictures.append(message["content"]["data"]["image/png"])
            return len(pictures) >= 3
        self.messages(request, trained)
        self.assertEqual(3, len(set(pictures)), "the live chart did not change")

        self.manager.interrupt_kernel()
        self.messages(request, self.idle)
        self.assertGreater(self.updates_of_a_stopped_run(), 0)
        self.assertGreaterEqual(
            int(self.run_cell("System.out.println(run.history().epochs().size());")), 1)

        # A changed number and the same cell again: a fresh run, which a later cell can also resume.
        self.run_cell(SETUP.replace("filters = 30", "filters = 2") % 1)
        request = self.client.execute(TRAIN)
        seen = self.messages(request, self.idle)
        self.assertIn("at the end 600", "".join(
            m["content"].get("text", "") for m in seen if m["msg_type"] == "stream"))
        self.assertEqual("(2, 1, 5, 5)", self.run_cell(
            'System.out.println(trainer.network().params().get("W1").shape());').strip())


if __name__ == "__main__":
    unittest.main()
