"""Runs the Java benchmarks and their strongest peers by turns on this machine, and prints the ratios after each round.

    python3 lib/src/jmh/reference/compare.py [ROUNDS] [CASE ...]      (from the project's folder)

Three rounds of every case unless told otherwise, about fifteen minutes each. A shared machine is fast for
some minutes and slow for the next: ratios within a round compare what ran side by side. Needs Maven and a
JDK (JAVA_HOME chooses it) and pip install numpy tensorflow-cpu onnxruntime onnx torch; a peer that is not
installed is left out and named. Close everything else first.
"""
import json
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[3]
RESULT = ROOT / "lib" / "target" / "jmh.json"
PEERS = ["tensorflow", "onnxruntime", "torch"]
NETWORKS = ["chapter", "living", "small", "lenet", "deep"]
CONVOLUTIONS = {
    "32x64x32x32": "32x64x32x32 64 3 1",
    "100x16x28x28": "100x16x28x28 32 3 1",
    "100x6x14x14": "100x6x14x14 16 5 0",
    "100x64x7x7": "100x64x7x7 64 3 1",
}


def jmh(benchmarks, parameters):
    """Medians in ms by (case, kind); kind is the benchmark's name."""
    settings = " ".join(f"-p \"{key}={value}\"" for key, value in parameters.items())
    arguments = ("-classpath %classpath org.openjdk.jmh.Main "
                 f"{benchmarks} -f 1 -wi 4 -w 1 -i 4 -r 1 {settings} -rf json -rff \"{RESULT}\"")
    subprocess.run([shutil.which("mvn"), "-q", "-B", "-ntp", "-pl", "lib", "-am", "-Pbench", "verify",
                    f"-Dexec.args={arguments}"],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    medians = {}
    for result in json.loads(RESULT.read_text(encoding="utf-8")):
        case = result["params"].get("recipe") or result["params"]["size"].split()[0]
        kind = result["benchmark"].rsplit(".", 1)[1]
        medians[case, kind] = result["primaryMetric"]["scorePercentiles"]["50.0"]
        jmh.java = "JDK " + result["jdkVersion"]
    return medians


def java(cases):
    medians = {}
    networks = [case for case in cases if case in NETWORKS]
    if networks:
        medians |= jmh("ConvNetBench.(update|evaluate)",
                       {"recipe": ",".join(networks), "threads": 2, "trained": 1000})
    convolutions = [CONVOLUTIONS[case] for case in cases if case in CONVOLUTIONS]
    if convolutions:
        medians |= jmh("ConvolutionBench", {"size": ",".join(convolutions), "threads": 2})
    for case in cases:
        if case in CONVOLUTIONS:
            medians[case, "both"] = medians[case, "forward"] + medians.pop((case, "backward"))
    return medians


def peer(name, cases):
    """Medians in ms by (case, kind). What is zero changes no peer's speed: chapter is living."""
    asked = list(dict.fromkeys("living" if case == "chapter" else case for case in cases))
    run = subprocess.run([sys.executable, HERE / "peers.py", ROOT / "data" / "mnist", name, *asked],
                         stdout=subprocess.PIPE, text=True)
    if run.returncode:
        print(f"{name} is left out: it does not run here", flush=True)
    found = {}
    for line in run.stdout.splitlines():
        case, kind, ms = line.split()
        found[case, kind] = float(ms)
        if case == "living" and "chapter" in cases:
            found["chapter", kind] = float(ms)
    return found


def table(ours, theirs):
    """The rounds so far."""
    print(f"{jmh.java}, {platform.machine()}, {len(ours)} rounds; other / Java: their median, lowest and highest")
    print(f"{'':13} {'':9} {'Java':>9}    {'best peer':>24}")
    for case, kind in ours[0]:
        best = None
        for name in PEERS:
            times = [found.get((case, kind)) for found in theirs[name]]
            if None not in times and (best is None or statistics.median(times) < statistics.median(best[1])):
                best = name, times
        mine = [found[case, kind] for found in ours]
        line = f"{case:13} {kind:9} {statistics.median(mine):9.2f} ms"
        if best:
            ratios = sorted(b / a for a, b in zip(mine, best[1]))
            line += (f" {best[0]:>12} {statistics.median(best[1]):9.2f} ms   {statistics.median(ratios):5.2f}"
                     f"  ({ratios[0]:.2f} to {ratios[-1]:.2f})")
        print(line, flush=True)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    cases = sys.argv[2:] or [*NETWORKS, *CONVOLUTIONS]
    ours, theirs = [], {name: [] for name in PEERS}
    for _ in range(rounds):
        ours.append(java(cases))
        for name in PEERS:
            theirs[name].append(peer(name, cases))
        table(ours, theirs)  # after each round: what ends the command early loses one round only


if __name__ == "__main__":
    main()
