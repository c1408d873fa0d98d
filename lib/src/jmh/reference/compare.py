"""Runs the Java benchmarks and PyTorch by turns on this machine, NumPy once, and prints the ratios.

    python3 lib/src/jmh/reference/compare.py [ROUNDS]      (from the project's folder)

Three rounds unless told otherwise, about six minutes each. A shared machine is fast for some minutes and
slow for the next: ratios within a round compare what ran side by side. Needs torch and numpy beside
Maven and a JDK: pip install torch numpy. Close everything else first.
"""
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[3]
RESULT = ROOT / "lib" / "target" / "jmh.json"


def java(threads):
    """Medians in ms by (benchmark, threads)."""
    jmh = ("-classpath %classpath org.openjdk.jmh.Main ConvNetBench|ConvolutionBench -f 1 "
           f"-p recipe=chapter -p threads={threads} -p size=larger -rf json -rff \"{RESULT}\"")
    subprocess.run([shutil.which("mvn"), "-q", "-B", "-ntp", "-pl", "lib", "-am", "-Pbench", "verify",
                    f"-Dexec.args={jmh}"],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    medians = {}
    for result in json.loads(RESULT.read_text(encoding="utf-8")):
        name = ".".join(result["benchmark"].rsplit(".", 2)[1:])
        medians[name, result["params"]["threads"]] = result["primaryMetric"]["scorePercentiles"]["50.0"]
        version = result["jdkVersion"]
    print(f"JDK {version}: " + ", ".join(
        f"{name} with {n}: {ms:.2f} ms" for (name, n), ms in medians.items()), flush=True)
    return medians


def python(script, *arguments):
    """What a reference prints, and its best ms of each kind."""
    run = subprocess.run([sys.executable, HERE / script, ROOT / "data" / "mnist", *arguments],
                         check=True, stdout=subprocess.PIPE, text=True)
    print(run.stdout, flush=True)
    found = {}
    for kind, pattern in {"update": r"update, batch 100: ([\d.]+) ms",
                          "evaluate": r"evaluate .*: ([\d.]+) ms",
                          "forward": r"larger convolution: forward ([\d.]+) ms",
                          "both": r"forward and backward ([\d.]+) ms"}.items():
        times = [float(ms) for ms in re.findall(pattern, run.stdout)]
        if times:
            found[kind] = min(times)
            found["memo's " + kind] = times[0]
    return found


def row(name, ours, theirs):
    """The medians of the rounds, and their ratios: the middle one, the lowest and the highest."""
    ratios = sorted(b / a for a, b in zip(ours, theirs))
    print(f"{name:46} {statistics.median(ours):9.2f} ms {statistics.median(theirs):9.2f} ms"
          f"   {statistics.median(ratios):6.2f} x  ({ratios[0]:.2f} to {ratios[-1]:.2f})")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    ours, torch = [], []
    for _ in range(rounds):
        ours.append(java("2,1"))
        torch.append(python("chapter7_torch.py", "bench"))
    numpy = python("chapter7_numpy.py")

    def of(name, threads="2"):
        return [medians[name, threads] for medians in ours]

    update, evaluate = of("ConvNetBench.update"), of("ConvNetBench.evaluate")
    forward, backward = of("ConvolutionBench.forward"), of("ConvolutionBench.backward")
    both = [a + b for a, b in zip(forward, backward)]
    print(f"{'':46} {'Java':>9}    {'other':>9}      other / Java")
    row("update, against PyTorch's best", update, [t["update"] for t in torch])
    row("update, against the memo's NumPy (float64)", update, [numpy["memo's update"]] * rounds)
    row("10,000 test images, against PyTorch's best", evaluate, [t["evaluate"] for t in torch])
    row("10,000 test images, against the memo's NumPy", evaluate, [numpy["memo's evaluate"]] * rounds)
    row("larger convolution, forward, PyTorch", forward, [t["forward"] for t in torch])
    row("larger convolution, both ways, PyTorch", both, [t["both"] for t in torch])
    row("update, our own with one thread", update, of("ConvNetBench.update", "1"))
    row("evaluation, our own with one thread", evaluate, of("ConvNetBench.evaluate", "1"))
    row("update layer by layer, against NumPy", of("ConvNetBench.chapterUpdate"), [numpy["memo's update"]] * rounds)
    row("accuracy layer by layer, against NumPy", of("ConvNetBench.chapterAccuracy"),
        [numpy["memo's evaluate"]] * rounds)


if __name__ == "__main__":
    main()
