"""Opens the notebooks, or runs them: one command from a fresh clone.

    python3 notebooks/lab.py                         open JupyterLab on the notebooks
    python3 notebooks/lab.py -- OPTIONS              ... with options of JupyterLab: -- --port 9999
    python3 notebooks/lab.py run [NOTEBOOK ...]      execute notebooks, compare with what is stored
    python3 notebooks/lab.py run --save [NOTEBOOK ...]   ... and store the new outputs
    python3 notebooks/lab.py test                    test the launcher and the kernel
    python3 notebooks/lab.py site                    write the stored notebooks as a site: target/site
    python3 notebooks/lab.py setup                   only prepare
    python3 notebooks/lab.py install                 make the kernel known to other Jupyters and VS Code
    python3 notebooks/lab.py uninstall               take it back

On Windows write py instead of python3. Needs Python 3.10 or newer, a JDK 17 or newer and Maven.
It builds lib/ if it is stale, takes the Jupyter of an active conda or virtual environment or else
makes .venv/ with its own, and describes the Java kernel in .venv/share/jupyter. README.md says what is
written where. CONVNET_HEAP sets the kernel's heap (default 1g).
"""
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # Python's safe path leaves it out
import kernel
import settings
from settings import WINDOWS, Problem

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
VENV = ROOT / ".venv"
TARGET = ROOT / "lib" / "target"
JAR = TARGET / "convnet.jar"
BUILDING = VENV / "building"  # is there as long as lib is being built
REQUIREMENTS = NOTEBOOKS / "requirements.txt"
START = "07_0_start_here.ipynb"
TOOLING = ["browser", "tests", "execute.py", "kernel.py", "lab.py", "publish.css", "publish.py", "settings.py",
           "requirements.txt"]
NO_NETWORK = ("Unknown host", "Could not transfer", "Network is unreachable", "No address associated",
              "Temporary failure in name resolution", "NewConnectionError", "No matching distribution")


@contextlib.contextmanager
def alone():
    """Keeps other launchers of this project waiting: they would build into the same folders. The system
    opens the lock when a launcher ends, however it does."""
    with open(str(ROOT / ".lock"), "w") as lock:
        for attempt in range(10 ** 9):
            try:
                if WINDOWS:
                    import msvcrt
                    msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
                else:
                    import fcntl
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if not attempt:
                    print("Waiting for another lab.py that is preparing this project ...", flush=True)
                time.sleep(0.2)
        yield


def quietly(what, command, env=None):
    """Runs a command that only speaks when it fails."""
    print(what + " ...", flush=True)
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        failed = subprocess.call(list(map(str, command)), cwd=str(ROOT), env=env or settings.environment(),
                                 stdout=log, stderr=subprocess.STDOUT)
        if not failed:
            return
        log.seek(0)
        text = log.read()
    sys.stderr.write(text[-4000:])
    if any(sign in text for sign in NO_NETWORK):
        raise Problem("%s failed, it seems for want of a network: connect (the first time needs "
                      "downloads) and start again." % what)
    raise Problem("%s failed with exit code %d, see above." % (what, failed))


def maven(what, java, *arguments):
    quietly(what, [settings.find_maven(), "-B", "-q"] + list(arguments),
            dict(settings.environment(), JAVA_HOME=settings.java_home(java)))


def damaged():
    """Whether a build of lib was cut short: nothing tells Maven that a file in target/ is half of one."""
    jars = kernel.jars(TARGET)
    return BUILDING.exists() or not all(zipfile.is_zipfile(str(jar)) for jar in jars if jar.exists())


def stale():
    """Whether lib must be built: a product is missing or damaged, or a source is newer than the jar."""
    if damaged() or not (all(jar.exists() for jar in kernel.jars(TARGET)) and (TARGET / "dependency").is_dir()):
        return True
    sources = [ROOT / "pom.xml", ROOT / "lib" / "pom.xml"]
    sources += [p for p in (ROOT / "lib" / "src" / "main").rglob("*") if p.is_file()]
    return max(p.stat().st_mtime for p in sources) > JAR.stat().st_mtime


def build(java):
    if not stale():
        return
    what = "Building lib"
    if WINDOWS and JAR.exists():
        what += " (notebooks that still run hold the old one: close them if it fails)"
    goals = ["clean", "package"] if damaged() else ["package"]
    kernel.write(BUILDING, "")
    maven(what, java, "-pl", "lib", "-am", *(goals + ["-DskipTests", "-Dspotless.check.skip"]))
    os.utime(str(JAR))
    BUILDING.unlink()


def fonts(java):
    """Java's list of fonts where the system has none, else None; fetches them once."""
    if kernel.has_fonts():
        return None
    folder = VENV / "share" / "fonts"
    try:
        if not (folder / "LICENSE").exists():
            with tempfile.TemporaryDirectory() as download:
                maven("Fetching fonts for the pictures (this machine has none)", java, "-N",
                      "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy",
                      "-Dartifact=" + kernel.FONTS, "-DoutputDirectory=" + download)
                kernel.unpack_fonts(next(Path(download).glob("*.jar")), folder)
    except Problem as problem:
        raise Problem("%s Or install some: on Debian and Ubuntu, apt install fontconfig fonts-dejavu-core." % problem)
    return kernel.describe_fonts(folder)


def active_python():
    """The Python of an active environment that has Jupyter; None without one."""
    prefix = os.environ.get("VIRTUAL_ENV") or os.environ.get("CONDA_PREFIX")
    if not prefix:
        return None
    python = python_of(Path(prefix))
    has = [str(python), "-c", "import jupyterlab, nbclient"]
    found = python.exists() and subprocess.call(has, stderr=subprocess.DEVNULL, env=settings.environment()) == 0
    return python if found else None


def python_of(prefix):
    if not WINDOWS:
        return prefix / "bin" / "python"
    conda = prefix / "python.exe"
    return conda if conda.exists() else prefix / "Scripts" / "python.exe"


def requirements():
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def installed():
    """Whether .venv/ holds the Jupyter that is wanted now; the mark is written when all of it is there."""
    mark = VENV / "installed"
    return python_of(VENV).exists() and mark.exists() and mark.read_text() == requirements()


def make_venv():
    quietly("Making .venv", [sys.executable, "-m", "venv", "--clear", VENV])
    # Every retry costs minutes where the index cannot be reached; two forgive a poor network.
    quietly("Installing Jupyter into .venv (a few minutes)",
            [python_of(VENV), "-m", "pip", "install", "--retries", "2", "-r", REQUIREMENTS])
    (VENV / "installed").write_text(requirements())


# Without these JupyterLab's first start lays a question about news over the notebook.
NO_NEWS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
HIDDEN = {"ContentsManager": {"hide_globs": TOOLING + ["__pycache__", "*.pyc", "*~", ".DS_Store"]}}


def configure():
    """Writes JupyterLab's settings; returns the environment in which it finds them and the kernel."""
    folder = VENV / "etc" / "jupyter"
    kernel.write(folder / "labconfig" / "default_setting_overrides.json", json.dumps(NO_NEWS))
    kernel.write(folder / "jupyter_server_config.json", json.dumps(HIDDEN))
    return dict(settings.environment(), JUPYTER_PATH=before("JUPYTER_PATH", VENV / "share" / "jupyter"),
                JUPYTER_CONFIG_PATH=before("JUPYTER_CONFIG_PATH", folder))


def before(variable, path):
    """A path in front of those that an environment variable already lists."""
    return os.pathsep.join([str(path)] + [p for p in [os.environ.get(variable)] if p])


def prepare(jupyter=True):
    """Checks all settings, then makes what is missing; returns Jupyter's Python, its environment, and the
    kernel's Java with its options."""
    java = settings.find_java()
    heap = settings.heap(java)
    settings.check_folder(ROOT, [ROOT / ".lock", ROOT / "lib", TARGET, VENV, NOTEBOOKS])
    settings.try_java(kernel.argv(java, heap))
    if stale():
        settings.find_maven()
    python = active_python() if jupyter else None
    making = jupyter and not python
    if making and not installed():
        settings.check_venv()
    with alone():
        build(java)
        if making and not installed():
            make_venv()
        command = kernel.argv(java, heap, fonts(java))
        kernel.describe(VENV / "share" / "jupyter" / "kernels" / "java", command, TARGET)
        return python or python_of(VENV), configure(), command


def javadoc(java, folder):
    """The library's Javadoc, by the JDK's own tool."""
    tool = Path(settings.java_home(java)) / "bin" / ("javadoc.exe" if WINDOWS else "javadoc")
    jars = list((TARGET / "dependency").glob("*.jar")) + kernel.jars(TARGET)
    quietly("Writing Javadoc", [
        tool, "-quiet", "-Xdoclint:none", "-notimestamp", "-encoding", "UTF-8", "-d", folder, "--add-modules",
        "jdk.incubator.vector", "-sourcepath", ROOT / "lib" / "src" / "main" / "java", "-subpackages", "convnet",
        "-cp", os.pathsep.join(map(str, jars))])


def patiently(command, env=None):
    """Runs a command to its end. Ctrl-C reaches it too: it decides, and stops its kernels itself."""
    usual = signal.signal(signal.SIGINT, lambda *_: None)  # not ignored, or the command would ignore it, too
    try:
        return subprocess.call(list(map(str, command)), env=env)
    finally:
        signal.signal(signal.SIGINT, usual)


def notebooks():
    return sorted(p for p in NOTEBOOKS.rglob("*.ipynb")
                  if not any(q.startswith(".") or q == "node_modules" for q in p.relative_to(NOTEBOOKS).parts))


def find(name):
    for candidate in (Path(name), NOTEBOOKS / name, NOTEBOOKS / (name + ".ipynb")):
        if candidate.is_file() and candidate.suffix == ".ipynb":
            return candidate.resolve()
    raise Problem("There is no notebook '%s': expected one of %s, or solutions/ and one of these."
                  % (name, ", ".join(p.stem for p in notebooks() if p.parent == NOTEBOOKS)))


def parse(args):
    """The command, its arguments, and what is for JupyterLab, behind --."""
    end = args.index("--") if "--" in args else len(args)
    own, options = args[:end], args[end + 1:]
    command = own[0] if own else "open"
    if "-h" in own or "--help" in own:
        return "help", [], []
    if own and command not in ("run", "test", "site", "setup", "install", "uninstall"):
        raise Problem("lab.py does not know '%s': expected run, test, site, setup, install, uninstall or nothing; "
                      "options of JupyterLab go behind --, as in lab.py -- --port 9999." % command)
    if options and command != "open":
        raise Problem("lab.py %s does not open JupyterLab: leave out what is behind --." % command)
    unknown = [a for a in own[1:] if command != "run" or a.startswith("-") and a != "--save"]
    if unknown:
        raise Problem("lab.py %s does not know '%s': expected %s." % (
            command, unknown[0], "--save or names of notebooks" if command == "run" else "nothing behind " + command))
    return command, own[1:], options


def main(args):
    settings.check_python()
    command, arguments, options = parse(args)
    if command == "help":
        print(__doc__)
        return 0
    if command == "uninstall":
        return kernel.uninstall()
    if command == "open":
        settings.check_root(options)
    names = [a for a in arguments if a != "--save"]
    paths = [find(name) for name in names] or notebooks()
    python, env, java_command = prepare(jupyter=command != "install")
    if command == "install":
        return kernel.install(ROOT, java_command, TARGET)
    if command == "setup":
        print("Ready: python3 notebooks/lab.py opens the notebooks.")
        return 0
    if command == "site":
        with tempfile.TemporaryDirectory() as documented:
            javadoc(java_command[0], documented)
            site = [NOTEBOOKS / "publish.py", ROOT / "target" / "site", documented]
            return patiently([python] + site, env)
    commands = {
        "open": ["-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", "--ServerApp.root_dir=" + str(NOTEBOOKS),
                 "--LabApp.default_url=/lab/tree/" + START] + options,
        "run": [NOTEBOOKS / "execute.py"] + ["--save"] * ("--save" in arguments) + paths,
        "test": ["-m", "unittest", "discover", "-s", NOTEBOOKS / "tests", "-v"],
    }
    code = patiently([python] + commands[command], env)
    if code in (-signal.SIGINT, 0xC000013A):  # by Ctrl-C, here and on Windows
        raise KeyboardInterrupt
    return code


def start():
    try:
        return main(sys.argv[1:])
    except Problem as problem:
        return "lab.py: %s" % problem
    except OSError as error:  # a full disk, a folder of somebody else's
        return "lab.py: The system refuses: %s" % error
    except KeyboardInterrupt:
        print("\nlab.py: stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(start())
