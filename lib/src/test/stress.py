"""Runs tests again and again, each time under another setting that they must not notice.

    python3 lib/src/test/stress.py [--times N] [--in SETTING,...] WHAT

WHAT is "verify" (mvn verify), "lab" (lab.py test), or test classes as Maven's -Dtest takes them. The N
runs take turns in the settings, at first all that this machine offers, once. Each prints a line;
the log of one that fails is kept in lib/target/stress. Needs what mvn verify has downloaded before.
"""
import argparse
import locale
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOGS = ROOT / "lib" / "target" / "stress"
NOBODY = 65534
ORDER = random.randrange(1_000_000)
WITHOUT_FONTS = ["unshare", "--mount", "sh", "-c", "for d in /usr/share/fonts /etc/fonts; do "
                 'mount -t tmpfs none $d || exit; done; exec "$@"', "sh"]
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()

# before: what goes before the command; copy: in a copy of the project; the others as subprocess has them.
SETTINGS = {
    "usual": {},
    "busy": {"busy": True},
    "one-core": {"before": ["taskset", "--cpu-list", "0"]},
    "de": {"env": {"LC_ALL": "de_DE.UTF-8"}},
    "tr": {"env": {"LC_ALL": "tr_TR.UTF-8"}},
    "ar": {"env": {"LC_ALL": "ar_EG.UTF-8"}},
    "C": {"env": {"LC_ALL": "C"}},
    "options": {"env": {"JAVA_TOOL_OPTIONS": "-Dx=y"}},
    "no-fma": {"maven": ["-Dtest.jvm=-Xmx1g -Djava.awt.headless=true -XX:-UseFMA"]},
    "order": {"maven": ["-Dsurefire.runOrder=random", f"-Dsurefire.runOrder.random.seed={ORDER}",
                        f"-Djunit.jupiter.execution.order.random.seed={ORDER}",
                        "-Djunit.jupiter.testmethod.order.default=org.junit.jupiter.api.MethodOrderer$Random"]},
    "no-fonts": {"before": WITHOUT_FONTS, "root": True},
    "umask": {"umask": 0o077, "copy": "umask"},
    "path": {"copy": "wüst und leer", "env": {"LC_ALL": "C.UTF-8"}},
    "user": {"user": NOBODY, "copy": "user", "root": True},
}


def missing(setting):
    """What this machine lacks for a setting; None if it has all."""
    tools = [t for t in setting.get("before", [])[:1] if not shutil.which(t)]
    if tools:
        return tools[0]
    if "root" in setting and (os.name == "nt" or os.getuid() != 0):
        return "root's rights"
    wanted = setting.get("env", {}).get("LC_ALL")
    try:
        locale.setlocale(locale.LC_ALL, wanted or "")
    except locale.Error:
        return f"the locale {wanted}" if wanted else None
    return None


def command(what, setting):
    if what == "lab":
        return [sys.executable, "notebooks/lab.py", "test"]
    maven = [shutil.which("mvn"), "-B", "-o", "-q", *setting.get("maven", [])]
    if what == "verify":
        return maven + ["verify"]
    return maven + ["-pl", "lib", "test", "-Dtest=" + what, "-Djacoco.skip", "-Dspotless.check.skip"]


def copy_project(folder):
    """What git has or would take."""
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                           stdout=subprocess.PIPE, check=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def give_away(folder):
    """Another user's project, with a Maven repository of its own."""
    shutil.copytree(Path.home() / ".m2" / "repository", folder / "repository")
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)


def run(what, setting, log):
    """Whether a run succeeds."""
    env = dict(os.environ, **setting.get("env", {}))
    if (ROOT / ".venv").exists():
        env.setdefault("VIRTUAL_ENV", str(ROOT / ".venv"))
    options = {name: setting[name] for name in ("umask", "user") if name in setting}
    with tempfile.TemporaryDirectory() as temporary:
        folder = ROOT
        if "copy" in setting:
            os.chmod(temporary, 0o755)
            folder = Path(temporary) / setting["copy"]
            folder.mkdir()
            copy_project(folder)
        if "user" in setting:
            give_away(folder)
            env.update(HOME=str(folder), MAVEN_OPTS=f"-Dmaven.repo.local={folder}/repository")
            options.update(group=NOBODY, extra_groups=[])
        spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
                    for _ in range(CORES if "busy" in setting else 0)]
        try:
            line = setting.get("before", []) + command(what, setting)
            log.write((" ".join(line) + "\n").encode())
            log.flush()
            done = subprocess.run(line, cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT, **options)
            return done.returncode == 0
        finally:
            for process in spinning:
                process.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what")
    parser.add_argument("--times", type=int)
    parser.add_argument("--in", dest="settings", default=",".join(SETTINGS), metavar="SETTING,...",
                        help="of " + ", ".join(SETTINGS))
    arguments = parser.parse_args()
    chosen = []
    for name in arguments.settings.split(","):
        if name not in SETTINGS:
            parser.error(f"no setting {name}; there are {', '.join(SETTINGS)}")
        lack = missing(SETTINGS[name])
        if lack:
            print(f"left out: {name}, for want of {lack}")
        else:
            chosen.append(name)
    if not chosen:
        parser.error("no setting is left")
    LOGS.mkdir(parents=True, exist_ok=True)
    failed = 0
    times = arguments.times or len(chosen)
    for number in range(1, times + 1):
        name = chosen[(number - 1) % len(chosen)]
        path = LOGS / f"{number}-{name}.log"
        start = time.monotonic()
        with path.open("wb") as log:
            passed = run(arguments.what, SETTINGS[name], log)
        print(f"{number:3}  {name:8}  {time.monotonic() - start:6.1f} s  "
              + ("passed" if passed else f"FAILED, see {path.relative_to(ROOT)}"), flush=True)
        if passed:
            path.unlink()
        failed += not passed
    print(f"{times} runs, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
