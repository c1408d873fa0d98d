"""After an error or a Stop the cells that wait behind it do not run."""
import datetime
import unittest

from kernels import Kernel, wait_until

SLEEP = "System.out.println(\"begun\"); Thread.sleep(600_000);"


class Queue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel(cls.addClassCleanup)
        cls.kernel.run("int runs = 0;")

    def count(self):
        return self.kernel.run("System.out.println(runs);")

    def test_an_error_ends_the_queue(self):
        self.kernel.run("runs = 0;")
        for wrong in ('int filters = "16";', "int[] a = {}; a[0] = 1;", "Tensor.zeros(0);", "int x = ("):
            with self.subTest(wrong):
                statuses = self.kernel.run_all(["int ok = 1;", wrong] + 20 * ["runs++;"])
                self.assertEqual(["ok", "error"] + 20 * ["aborted"], statuses)
                self.assertEqual("0", self.count())

    def test_an_aborted_cell_leaves_no_trace(self):
        failing = self.kernel.send("int filters = (;")
        waiting = self.kernel.send("runs = 99;")
        self.kernel.messages(failing)
        self.assertEqual(["status", "status"],
                         [m["msg_type"] for m in self.kernel.messages(waiting)])

    def test_an_announced_error_does_not_end_the_queue(self):
        self.kernel.run("runs = 0;")
        requests = [self.kernel.send("int x = (;", stop_on_error=False)]
        requests += [self.kernel.send("runs++;") for _ in range(5)]
        self.assertEqual(["error"] + 5 * ["ok"], self.kernel.replies(requests))
        self.assertEqual("5", self.count())

    def test_a_cell_sent_after_the_answer_runs(self):
        self.kernel.run("runs = 0;")
        for _ in range(5):
            self.assertEqual(["error"], self.kernel.run_all(["int x = (;"]))
            self.assertEqual(["ok"], self.kernel.run_all(["runs++;"]))
        self.assertEqual("5", self.count())

    def test_the_clients_clock_does_not_matter(self):
        for minutes in (-5, 5):
            with self.subTest(minutes=minutes):
                self.kernel.run("runs = 0;")
                self.kernel.client.session.msg_header = shifted(self.kernel.client.session, minutes)
                self.addCleanup(self.kernel.client.session.__dict__.pop, "msg_header", None)
                statuses = self.kernel.run_all(["int x = (;"] + 5 * ["runs++;"])
                self.assertEqual(["error"] + 5 * ["aborted"], statuses)
                self.assertEqual(["ok"], self.kernel.run_all(["runs++;"]))
                self.assertEqual("1", self.count())

    def test_stop_ends_the_queue(self):
        self.kernel.run("runs = 0;")
        requests = [self.kernel.send(SLEEP)] + [self.kernel.send("runs++;") for _ in range(10)]
        self.kernel.messages(requests[0], lambda m: m["msg_type"] == "stream")
        self.kernel.interrupt()
        self.assertEqual(["error"] + 10 * ["aborted"], self.kernel.replies(requests))
        self.assertEqual("0", self.count())

    def test_stop_ends_the_cell_also_between_its_statements(self):
        """Among three hundred statements Stop mostly falls where JShell compiles."""
        source = "runs = 1;\n" + "\n".join(f"int v{i} = {i};" for i in range(300)) + "\nruns = 2;"
        self.kernel.run("runs = 0;")
        request = self.kernel.send(source)
        self.kernel.messages(request, lambda m: m["msg_type"] == "execute_input")
        self.kernel.interrupt()
        self.assertEqual("error", self.kernel.reply(request)["status"])
        self.assertIn(self.count(), ("0", "1"))

    def test_stop_between_two_statements_is_not_lost(self):
        """At the moment when a training shows its first picture, and has not yet begun."""
        for _ in range(5):
            request = self.kernel.send("String view = display(1);\n" + SLEEP)
            self.kernel.messages(request, lambda m: m["msg_type"] == "display_data")
            self.kernel.interrupt()
            self.assertEqual("error", self.kernel.reply(request)["status"])

    def test_stop_between_two_cells_ends_the_queue(self):
        self.kernel.run("runs = 0;")
        requests = [self.kernel.send("runs++;") for _ in range(200)]
        self.kernel.reply(requests[0])
        self.kernel.interrupt()
        statuses = self.kernel.replies(requests[1:])
        self.assertEqual("aborted", statuses[-1])
        ran = statuses.index("aborted")
        self.assertEqual({"aborted"}, set(statuses[ran:]))
        self.assertLessEqual(int(self.count()), 1 + ran)

    def test_stop_when_nothing_runs_changes_nothing(self):
        self.kernel.run("runs = 0;")
        self.kernel.reply(self.kernel.client.kernel_info())

        def runs_after_a_stop():
            self.kernel.interrupt()
            return self.kernel.run_all(["runs++;"]) == ["ok"]
        # A cell that ended a moment ago could still be meant; soon none can.
        wait_until("a cell runs after a Stop", runs_after_a_stop)
        self.assertEqual("1", self.count())

    def test_other_requests_are_answered_behind_an_error(self):
        failing = self.kernel.send("int x = (;")
        completing = self.kernel.client.complete("Math.ma", 7)
        self.assertIn("max(", self.kernel.reply(completing)["matches"])
        self.kernel.messages(failing)


def shifted(session, minutes):
    """Headers dated as by a clock that goes wrong."""
    def msg_header(kind):
        header = type(session).msg_header(session, kind)
        header["date"] += datetime.timedelta(minutes=minutes)
        return header
    return msg_header


if __name__ == "__main__":
    unittest.main()
