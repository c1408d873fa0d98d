"""The launcher: what it says when something is missing, and when it builds."""
import contextlib
import io
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import kernel
import lab
import settings


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
        return path

    def environment(self, **values):
        kept = {name: os.environ[name] for name in ["SYSTEMROOT"] if name in os.environ}  # Windows
        return mock.patch.dict(os.environ, dict(kept, PATH=str(self.folder / "bin"), **values),
                               clear=True)

    def problem(self, call, *args):
        with self.assertRaises(settings.Problem) as raised:
            call(*args)
        return str(raised.exception)

    def test_old_python(self):
        self.assertEqual(
            "Python 3.8 is too old: install Python 3.10 or newer and start lab.py with it.",
            self.problem(settings.check_python, (3, 8)))
        settings.check_python((3, 10))

    def test_no_java(self):
        with self.environment():
            self.assertEqual("No Java found: install a JDK 17 or newer (https://adoptium.net) and put "
                             "it on the PATH.", self.problem(settings.find_java))

    @unittest.skipIf(os.name == "nt", "stands on shell scripts")
    def test_old_java(self):
        self.program("java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
        with self.environment():
            self.assertEqual(f"{self.folder}/bin/java is Java 11: install a JDK 17 or newer and point "
                             "JAVA_HOME to it.", self.problem(settings.find_java))

    @unittest.skipIf(os.name == "nt", "stands on shell scripts")
    def test_jre_without_jshell(self):
        self.program("java", "echo 'openjdk version \"21.0.1\"'; echo java.base@21\n")
        with self.environment(JAVA_HOME=str(self.folder)):
            self.assertEqual(f"{self.folder}/bin/java is a Java without the module jdk.jshell (a JRE): "
                             "install a full JDK 17 or newer and point JAVA_HOME to it.",
                             self.problem(settings.find_java))

    @unittest.skipIf(os.name == "nt", "stands on shell scripts")
    def test_java_home_that_leads_nowhere(self):
        java = self.program("java", "")
        (self.folder / "file").write_text("")
        for given, meant in ((f"{self.folder}/bin", True), (f"{self.folder}/bin/", True), (str(java), True),
                             (f'"{self.folder}"', True), (f"'{self.folder}'", True), (f"{self.folder} ", True),
                             (f"{self.folder}/nowhere", False), (f"{self.folder}/file", False)):
            remedy = f"'{self.folder}'" if meant else \
                "the folder of a JDK 17 or newer, or remove it to use the java of the PATH"
            with self.subTest(given), self.environment(JAVA_HOME=given):
                self.assertEqual(f"JAVA_HOME is '{given}', where there is no bin/java: set JAVA_HOME to {remedy}.",
                                 self.problem(settings.find_java))

    @unittest.skipIf(os.name == "nt", "stands on shell scripts")
    def test_java_that_does_not_work(self):
        self.program("java", "echo 'No Java runtime'; echo present; exit 1\n")
        with self.environment():
            self.assertEqual(f"{self.folder}/bin/java does not work: install a JDK 17 or newer and point JAVA_HOME "
                             "to it. It says: No Java runtime present", self.problem(settings.find_java))
        with self.environment(JAVA_TOOL_OPTIONS="-Xbad"):
            self.assertEqual("The kernel's Java does not start: change JAVA_TOOL_OPTIONS. "
                             "It says: No Java runtime present", self.problem(settings.find_java))

    def test_java_says_itself_why_it_does_not_start(self):
        java = settings.find_java()
        with mock.patch.dict(os.environ, CONVNET_HEAP="4g"):
            for name in ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"):
                os.environ.pop(name, None)
            self.assertEqual(
                "The kernel's Java does not start: change CONVNET_HEAP. It says: Invalid maximum heap size: -Xmx4GB "
                "Error: Could not create the Java Virtual Machine. Error: A fatal exception has occurred. Program "
                "will exit.", self.problem(settings.try_java, kernel.argv(java, "4GB")))
            settings.try_java(kernel.argv(java, "300m"))

    def test_heap(self):
        java = settings.find_java()
        for given, used in (("", "1g"), (" ", "1g"), ("1g", "1g"), ("1G", "1g"), ("1GB", "1g"), ("1 g", "1g"),
                            (" 300m ", "300m"), ("300MiB", "300m")):
            with self.subTest(given), mock.patch.dict(os.environ, CONVNET_HEAP=given):
                self.assertEqual(used, settings.heap(java))
        for given in ("512", "0", "-4g", "4t", "1.5g", "1,5g", "g", "4 000m", "viel", "4g -Xss1g"):
            with self.subTest(given), mock.patch.dict(os.environ, CONVNET_HEAP=given):
                self.assertEqual(f"CONVNET_HEAP is '{given}': give a whole number of megabytes or gigabytes, for "
                                 "example CONVNET_HEAP=4g or CONVNET_HEAP=1500m.", self.problem(settings.heap, java))
        for given in ("0g", "255m"):
            with self.subTest(given), mock.patch.dict(os.environ, CONVNET_HEAP=given):
                self.assertEqual(f"CONVNET_HEAP is '{given}', too little for the notebooks: give 256m or more, for "
                                 "example CONVNET_HEAP=4g.", self.problem(settings.heap, java))
        with mock.patch.dict(os.environ, CONVNET_HEAP="999999g"):
            self.assertRegex(self.problem(settings.heap, java), r"^CONVNET_HEAP is '999999g', more than this "
                                                                r"machine's memory: give at most \d+m\.$")

    def test_no_maven(self):
        with self.environment():
            self.assertEqual("No Maven found: install Apache Maven 3.8 or newer "
                             "(https://maven.apache.org) and put mvn on the PATH.",
                             self.problem(settings.find_maven))

    def test_python_without_venv(self):
        with mock.patch.object(settings.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else 1):
            self.assertEqual(f"{sys.executable} cannot make .venv, it has no venv or ensurepip: install them (Debian "
                             "and Ubuntu: apt install python3-venv), or activate an environment that has jupyterlab "
                             "and nbclient.", self.problem(settings.check_venv))
        settings.check_venv()

    def test_nothing_leads_pip_or_python_astray(self):
        with self.environment(PIP_USER="1", PIP_TARGET="/x", PYTHONPATH="/x", PYTHONHOME="/x", PIP_INDEX_URL="u"):
            env = settings.environment()
        self.assertEqual("0", env["PIP_USER"])
        self.assertEqual("u", env["PIP_INDEX_URL"])
        self.assertFalse({"PIP_TARGET", "PYTHONPATH", "PYTHONHOME"} & set(env))

    @unittest.skipIf(os.name == "nt", "Windows has no such locales")
    def test_java_reads_letters_in_any_locale(self):
        for locale, given in (("C", "C.UTF-8"), ("POSIX", "C.UTF-8"), ("C.UTF-8", "C.UTF-8")):
            say = "import settings; print(settings.environment()['LC_ALL'])"
            done = subprocess.run([sys.executable, "-c", say], cwd=str(lab.NOTEBOOKS), text=True, capture_output=True,
                                  env=dict(os.environ, LC_ALL=locale))
            self.assertEqual(given + "\n", done.stdout, done.stderr)

    @unittest.skipIf(os.name == "nt", "Windows forbids such names")
    def test_folder_names(self):
        for name, what, why in (("a:b", ":", "divides paths in Java's class path"),
                                ("a!", "!", "at the end of a name ends a jar's path in Java"),
                                ("a\\b", "\\", "divides folders for Maven"),
                                ("{prefix}", "{prefix}", "is replaced by Jupyter in the kernel's command")):
            for path in (self.folder / name, self.folder / name / "project"):
                self.assertEqual(f"The project lies in {path}, where '{what}' {why}: rename the folder.",
                                 self.problem(settings.check_folder, path))
        for name in ("$HOME", "a!b", "日本語", "bl ank", "{", "a'b\"c", "100%", "#1", "{curly }"):
            settings.check_folder(self.folder / name)

    def test_read_only_folder(self):
        with mock.patch.object(os, "access", lambda path, mode: path != str(self.folder)):
            self.assertEqual(f"{self.folder} cannot be written to: copy the project into a folder of your own, and "
                             "start lab.py there.", self.problem(settings.check_folder, lab.ROOT, [self.folder]))

    @unittest.skipUnless(hasattr(os, "geteuid"), "Windows has no root")
    def test_root(self):
        sentence = ("JupyterLab does not start as root: start it as another user, or take the risk with "
                    "lab.py -- --allow-root.")
        with mock.patch.object(os, "geteuid", lambda: 0), \
                mock.patch.object(lab, "prepare", lambda **_: self.fail("something is built")):
            self.assertEqual(sentence, self.problem(lab.main, []))
            self.assertEqual(sentence, self.problem(lab.main, ["--", "--port", "9999"]))
            settings.check_root(["--allow-root"])
            settings.check_root(["--ServerApp.allow_root=True"])
        with mock.patch.object(os, "geteuid", lambda: 1000):
            settings.check_root([])

    def test_no_network_and_other_failures(self):
        say = [sys.executable, "-c", "import sys; print(sys.argv[1]); sys.exit(3)"]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual("Building failed, it seems for want of a network: connect (the first time "
                             "needs downloads) and start again.",
                             self.problem(lab.quietly, "Building", say + ["Unknown host x"]))
            self.assertEqual("Building failed with exit code 3, see above.",
                             self.problem(lab.quietly, "Building", say + ["syntax error"]))
            lab.quietly("Building", [sys.executable, "-c", "pass"])

    def test_unknown_arguments(self):
        with mock.patch.object(lab, "prepare", lambda **_: self.fail("something is built")):
            for args, sentence in (
                    (["dance"], "lab.py does not know 'dance': expected run, test, site, setup, install, uninstall or "
                                "nothing; options of JupyterLab go behind --, as in lab.py -- --port 9999."),
                    (["--port", "9"], "lab.py does not know '--port': expected run, test, site, setup, install, uninstall "
                                      "or nothing; options of JupyterLab go behind --, as in lab.py -- --port 9999."),
                    (["run", "--sav"], "lab.py run does not know '--sav': expected --save or names of notebooks."),
                    (["test", "x"], "lab.py test does not know 'x': expected nothing behind test."),
                    (["run", "--", "--port"], "lab.py run does not open JupyterLab: leave out what is behind --.")):
                with self.subTest(args):
                    self.assertEqual(sentence, self.problem(lab.main, args))

    def test_unknown_notebook_lists_each_once(self):
        with mock.patch.object(lab, "prepare", lambda **_: self.fail("something is built")):
            sentence = self.problem(lab.main, ["run", "nothing"])
        names = sorted(p.stem for p in lab.NOTEBOOKS.glob("*.ipynb"))
        self.assertEqual(f"There is no notebook 'nothing': expected one of {', '.join(names)}, or solutions/ and one "
                         "of these.", sentence)
        for name in ("07_8_summary", "07_8_summary.ipynb", str(lab.NOTEBOOKS / "07_8_summary.ipynb")):
            self.assertEqual(lab.NOTEBOOKS / "07_8_summary.ipynb", lab.find(name))
        self.assertEqual(lab.NOTEBOOKS / "solutions" / "07_8_summary.ipynb", lab.find("solutions/07_8_summary"))

    def built(self):
        """A project as it is after a build, everything equally old."""
        root = self.folder
        jar, runnable = kernel.jars(root / "lib" / "target")
        for path in (root / "pom.xml", root / "lib/pom.xml", root / "lib/src/main/A.java", jar, runnable,
                     root / "lib/target/dependency/x.jar"):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".jar":
                zipfile.ZipFile(path, "w").close()
            path.touch()
            os.utime(path, (1000, 1000))
        return mock.patch.multiple(lab, ROOT=root, TARGET=root / "lib" / "target", JAR=jar, VENV=root / ".venv",
                                   BUILDING=root / ".venv" / "building")

    def test_builds_when_a_source_is_newer(self):
        with self.built():
            self.assertFalse(lab.stale())
            os.utime(self.folder / "lib/src/main/A.java", (2000, 2000))
            self.assertTrue(lab.stale())
            os.utime(lab.JAR, (3000, 3000))
            self.assertFalse(lab.stale())
            shutil.rmtree(lab.TARGET / "dependency")
            self.assertTrue(lab.stale())

    def test_a_build_that_was_cut_short_begins_anew(self):
        calls = []
        with self.built(), mock.patch.object(lab, "maven", lambda what, java, *arguments: calls.append(arguments)):
            lab.build("java")
            self.assertEqual([], calls)
            kernel.jars(lab.TARGET)[1].write_bytes(b"half a jar")
            lab.build("java")
            self.assertIn("clean", calls.pop())
        with self.built(), mock.patch.object(lab, "maven", mock.Mock(side_effect=KeyboardInterrupt)):
            os.utime(self.folder / "pom.xml", (2000, 2000))
            self.assertRaises(KeyboardInterrupt, lab.build, "java")
            os.utime(lab.JAR, (3000, 3000))
            self.assertTrue(lab.stale())
        with self.built(), mock.patch.object(lab, "maven", lambda what, java, *arguments: calls.append(arguments)):
            lab.build("java")
            self.assertIn("clean", calls.pop())
            lab.build("java")
            self.assertEqual([], calls)

    def test_a_second_launcher_waits_for_the_first(self):
        say = ("import lab, pathlib, sys; lab.ROOT = pathlib.Path(sys.argv[1])\n"
               "with lab.alone(): print('in', flush=True); sys.stdin.readline(); print('out', flush=True)")

        def start():
            launcher = subprocess.Popen([sys.executable, "-c", say, str(self.folder)], cwd=str(lab.NOTEBOOKS),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.addCleanup(launcher.communicate)
            return launcher
        first = start()
        self.assertEqual("in\n", first.stdout.readline())
        second = start()
        self.assertEqual("Waiting for another lab.py that is preparing this project ...\n", second.stdout.readline())
        first.kill()  # however it ends
        self.assertEqual("in\n", second.stdout.readline())

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
        self.assertEqual("/opt/a jdk", settings.java_home(str(self.folder / "bin/java")))
        self.program("java", "")
        self.assertEqual(str(self.folder.resolve()), settings.java_home(str(self.folder / "bin/java")))

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

    @unittest.skipIf(os.name == "nt", "sends a signal to a process group")
    def test_an_interrupt_ends_in_a_line(self):
        say = ("import lab, sys, time\n"
               "def prepare(**_): print('preparing', flush=True); time.sleep(60)\n"
               "lab.prepare = prepare; sys.argv = ['lab.py', 'setup']\n"
               "sys.exit(lab.start())")
        launcher = subprocess.Popen([sys.executable, "-c", say], cwd=str(lab.NOTEBOOKS), stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.assertEqual("preparing\n", launcher.stdout.readline())
        os.killpg(launcher.pid, signal.SIGINT)
        self.assertEqual(("", "\nlab.py: stopped.\n"), launcher.communicate(timeout=60))
        self.assertEqual(130, launcher.returncode)

    def test_what_the_system_refuses_is_one_line(self):
        full = OSError(28, "No space left on device", "/x")
        with mock.patch.object(lab, "prepare", mock.Mock(side_effect=full)), \
                mock.patch.object(sys, "argv", ["lab.py", "setup"]):
            self.assertEqual("lab.py: The system refuses: [Errno 28] No space left on device: '/x'", lab.start())

    def opened(self, *args):
        with mock.patch.object(lab, "prepare", lambda **_: (Path("python"), {}, [])), \
                mock.patch.object(settings, "check_root", lambda options: None), \
                mock.patch.object(lab, "patiently", lambda command, env: command):
            return list(map(str, lab.main(list(args))))

    def test_jupyter_listens_on_this_machine_only_and_keeps_its_token(self):
        command = " ".join(self.opened())
        self.assertIn("--ServerApp.ip=127.0.0.1", command)
        for opening in ("token", "password", "allow_origin", "0.0.0.0", "allow-root"):
            self.assertNotIn(opening, command)

    def test_jupyter_opens_where_to_start_and_takes_options(self):
        command = self.opened("--", "--port", "9999", "--allow-root")
        self.assertIn("--LabApp.default_url=/lab/tree/07_0_start_here.ipynb", command)
        self.assertTrue((lab.NOTEBOOKS / lab.START).exists())
        self.assertEqual(["--port", "9999", "--allow-root"], command[-3:])

    def test_the_file_list_shows_what_a_learner_needs(self):
        listed = subprocess.run(["git", "ls-files"], cwd=str(lab.NOTEBOOKS), capture_output=True, text=True)
        if listed.returncode:
            self.skipTest("no git here")
        top = {line.split("/")[0] for line in listed.stdout.splitlines()}
        left = {name for name in top if name not in lab.TOOLING and not name.endswith(".ipynb")}
        self.assertEqual({"pictures", "solutions"}, left)
        self.assertLessEqual(set(lab.TOOLING), top)

    def test_at_most_two_retries(self):
        calls = []
        with mock.patch.object(lab, "VENV", self.folder / ".venv"), \
                mock.patch.object(lab, "quietly", lambda what, command, env=None:
                                  calls.append(list(map(str, command))) or
                                  (self.folder / ".venv").mkdir(exist_ok=True)):
            self.assertFalse(lab.installed())
            lab.make_venv()
        self.assertEqual(2, len(calls))
        retries = calls[1][calls[1].index("--retries") + 1]
        self.assertEqual("2", retries)


class Kernel(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.kernels = self.folder / "kernels"
        patch = mock.patch.dict(os.environ, JUPYTER_DATA_DIR=folder.name)
        patch.start()
        self.addCleanup(patch.stop)

    def spec(self, name):
        return json.loads((self.kernels / name / "kernel.json").read_text(encoding="utf-8"))

    def said(self, call, *args):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            call(*args)
        return out.getvalue()

    def test_a_dollar_in_a_path_stays(self):
        target = self.folder / "$HOME"
        kernel.describe(self.folder / "java", ["java"], target)
        spec = json.loads((self.folder / "java" / "kernel.json").read_text(encoding="utf-8"))
        self.assertEqual(["java", "-jar", str(target / "convnet.jar"), "{connection_file}"], spec["argv"])

    def test_install_and_uninstall(self):
        for _ in range(2):  # again is not an error
            self.assertEqual(f"Installed {self.kernels / 'java'}: choose Java (convnet) where a notebook asks for a "
                             "kernel. lab.py uninstall takes it back.\n",
                             self.said(kernel.install, lab.ROOT, ["/jdk/bin/java"], lab.TARGET))
        spec = self.spec("java")
        self.assertEqual("Java (convnet)", spec["display_name"])
        self.assertEqual(str(lab.ROOT), spec["metadata"]["convnet"])
        for path in [spec["argv"][0], spec["argv"][spec["argv"].index("-jar") + 1]]:
            self.assertTrue(os.path.isabs(path), path)
        self.assertEqual(f"Removed {self.kernels / 'java'}.\n", self.said(kernel.uninstall))
        self.assertEqual(f"Nothing to remove: no kernel of this project is in {self.kernels}.\n",
                         self.said(kernel.uninstall))

    def test_another_kernel_named_java_stays(self):
        for content in ('{"display_name": "IJava"}', '{"metadata": {}}', '{"metadata": null}', "not JSON"):
            other = self.kernels / "java" / "kernel.json"
            other.parent.mkdir(parents=True, exist_ok=True)
            other.write_text(content)
            said = self.said(kernel.install, lab.ROOT, ["/jdk/bin/java"], lab.TARGET)
            self.assertIn(f"There is another kernel named java in {self.kernels}: it stays, and this one is named "
                          "convnet-java.\n", said)
            self.assertEqual("Java (convnet)", self.spec("convnet-java")["display_name"])
            self.assertEqual(f"Removed {self.kernels / 'convnet-java'}.\n", self.said(kernel.uninstall))
            self.assertEqual(content, other.read_text())

    def test_fonts_without_a_system(self):
        """Java draws text with our fonts and its own list alone."""
        with zipfile.ZipFile(self.folder / "fonts.jar", "w") as jar:
            for name in [f + ".ttf" for f in kernel.STYLES.values()] + ["LICENSE"]:
                jar.writestr("net/sf/jasperreports/fonts/dejavu/" + name, name)
        kernel.unpack_fonts(self.folder / "fonts.jar", self.folder / "fonts")
        described = kernel.describe_fonts(self.folder / "fonts").read_text().splitlines()
        files = [line.split("=", 1)[1] for line in described if line.startswith("filename.")]
        self.assertEqual(4, len(files))
        for file in files:
            self.assertEqual(Path(file).name, Path(file).read_text())
        self.assertIn("sansserif.bold.latin=DejaVuSans-Bold", described)
        self.assertIn("-Dsun.awt.fontconfig=/f", kernel.argv("java", "1g", "/f"))
        self.assertNotIn("fontconfig", " ".join(kernel.argv("java", "1g")))


class Files(unittest.TestCase):
    def test_binder_repeats_environment(self):
        self.assertEqual((lab.ROOT / "environment.yml").read_text(encoding="utf-8"),
                         (lab.ROOT / ".binder/environment.yml").read_text(encoding="utf-8"))

    def test_binder_opens_where_to_start(self):
        self.assertIn("urlpath=lab/tree/notebooks/" + lab.START + "`",
                      (lab.ROOT / "README.md").read_text(encoding="utf-8"))

    def test_environment_and_requirements_name_the_same_versions(self):
        conda = (lab.ROOT / "environment.yml").read_text(encoding="utf-8")
        for line in lab.REQUIREMENTS.read_text(encoding="utf-8").split():
            name, version = line.split("==")
            if name != "jupyter-client":
                self.assertIn(f"- {name}={version.rsplit('.', 1)[0]}\n", conda)


if __name__ == "__main__":
    unittest.main()
