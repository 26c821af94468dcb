"""Measures durable decisions against a constant answer, both in one run, alternately; see `--help`."""

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import func, select

from atesaki.storage import tables
from atesaki.storage.engine import open_store
from bodies import ROSTER, bodies, roster_members
from server import ADMIN_TOKEN, HERE, KEY, Server, atesaki, constant, cores

SIZES = (26, 100, 500)
TARGETS = {26: 0.30, 100: 0.25, 500: 0.12}
DIFFERENT_MESSAGES = 1_000
WARM_UP_MESSAGES = 100
WARM_UP_SECONDS = 5
"""At least so long, so that every address was met before."""

CONNECTIONS = 16

Run = dict[str, float]
Runs = dict[tuple[str, int], list[Run]]


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark, print its table and write `latest.json`; a failed answer or a missing record is an error."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(dir=HERE, prefix=".store-") as folder:
        files = {size: _write_bodies(Path(folder), size) for size in SIZES}
        store, settings = _store(Path(folder), options.database_url)
        with constant() as yardstick, atesaki(Path(folder), settings) as ours:
            _import_roster(ours)
            actions = {size: _warm_up(ours, files[size]) for size in SIZES}
            runs = _measure((yardstick, ours), files, options)
        answers = sum(
            int(run["answers"]) for (name, _), measured in runs.items() if name == ours.name for run in measured
        )
        _check_records(store, answers)
    _report(runs, actions)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure POST /v1/decisions against a constant answer.")
    parser.add_argument("--rounds", type=int, default=8, help="how often each is measured; medians are reported")
    parser.add_argument("--seconds", type=int, default=2, help="length of one measurement")
    parser.add_argument("--database-url", help="a fresh PostgreSQL database instead of a fresh SQLite file")
    return parser.parse_args(arguments)


def _store(folder: Path, database_url: str | None) -> tuple[str | Path, dict[str, str]]:
    return (database_url, {"ATESAKI_DATABASE_URL": database_url}) if database_url else (folder, {})


def _write_bodies(folder: Path, size: int) -> Path:
    path = folder / f"bodies-{size}.jsonl"
    path.write_text("\n".join(bodies(size, DIFFERENT_MESSAGES)) + "\n", encoding="utf-8")
    return path


def _import_roster(server: Server) -> None:
    """Register the large roster through the API, as an admin would."""
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    roster = {"name": ROSTER, "owner": "office", "purpose": "benchmark", "handling": "protected"}
    with httpx2.Client(base_url=server.url, headers=headers, timeout=300) as client:
        client.post("/v1/rosters", json=roster).raise_for_status()
        text = "address\n" + "\n".join(roster_members())
        answer = client.put(
            f"/v1/rosters/{ROSTER}/members", content=text.encode(), headers={"Content-Type": "text/csv"}
        )
        answer.raise_for_status()
    if answer.json()["accepted"] != len(roster_members()):
        raise SystemExit(f"The roster was not imported whole: {answer.text[:300]}")


def _warm_up(server: Server, path: Path) -> Counter[str]:
    """Post some messages one by one and count the actions, so that a run of refusals is not taken for speed."""
    lines = path.read_text(encoding="utf-8").splitlines()[:WARM_UP_MESSAGES]
    with httpx2.Client(base_url=server.url, headers={"Atesaki-Key": KEY}, timeout=60) as client:
        answers = [client.post("/v1/decisions", content=line.encode()).raise_for_status() for line in lines]
    return Counter(answer.json()["action"] for answer in answers)


def _measure(servers: Sequence[Server], files: Mapping[int, Path], options: argparse.Namespace) -> Runs:
    """Measure in turn; the first round only warms up and is not counted."""
    runs: Runs = {(server.name, size): [] for server in servers for size in SIZES}
    for server in servers:
        server.pause()
    for turn in range(options.rounds + 1):
        for size, server in itertools.product(SIZES, servers):
            run = _one_run(server, files[size], options.seconds if turn else max(options.seconds, WARM_UP_SECONDS))
            if turn:
                runs[server.name, size].append(run)
        print(f"Round {turn} of {options.rounds} is done.", file=sys.stderr)
    for server in servers:
        server.resume()
    return runs


def _one_run(server: Server, path: Path, seconds: int) -> Run:
    server.resume()
    wrk = ("taskset", "--cpu-list", str(cores()[1]), "wrk", "--threads", "1", "--connections", str(CONNECTIONS))
    load = (
        "--duration",
        f"{seconds}s",
        "--timeout",
        "30s",
        "--script",
        str(HERE / "post.lua"),
        f"{server.url}/v1/decisions",
    )
    printed = subprocess.run((*wrk, *load, "--", str(path), KEY), check=True, capture_output=True, text=True).stdout
    server.pause()
    run: Run = json.loads(printed.splitlines()[-1])
    if run["failed"]:
        raise SystemExit(f"{run['failed']} of {run['answers']} answers of {server.name} failed.")
    return {**run, "rps": run["answers"] / run["seconds"]}


def _check_records(store: str | Path, answers: int) -> None:
    """Count what is in the journal: no answer without a record."""
    opened = open_store(store)
    with opened.read() as connection:
        kind = tables.records.c.kind == "decision.recorded"
        count = connection.execute(select(func.count()).select_from(tables.records).where(kind)).scalar_one()
    opened.close()
    if count < answers:
        raise SystemExit(f"{answers} decisions were answered and only {count} are in the journal.")


def _report(runs: Runs, actions: Mapping[int, Counter[str]]) -> None:
    rows = {size: _row(runs, size) for size in SIZES}
    print("recipients  ratio  target  constant/s  atesaki/s  p50 ms  p99 ms  actions")
    for size, row in rows.items():
        mix = " ".join(f"{action} {count}" for action, count in sorted(actions[size].items()))
        print(
            f"{size:10}  {row['ratio']:5.2f}  {TARGETS[size]:6.2f}  {row['constant_rps']:10,.0f}  {row['rps']:9,.0f}"
            f"  {row['p50_ms']:6.1f}  {row['p99_ms']:6.1f}  {mix} %"
        )
    latest = {
        "ratios": {str(size): round(row["ratio"], 3) for size, row in rows.items()},
        "targets": TARGETS,
        "medians": rows,
        "actions": actions,
        "runs": [{"server": name, "recipients": size, "runs": measured} for (name, size), measured in runs.items()],
    }
    (HERE / "latest.json").write_text(json.dumps(latest, indent=2) + "\n")


def _row(runs: Runs, size: int) -> dict[str, Any]:
    def median(server: str, key: str) -> float:
        return statistics.median(run[key] for run in runs[server, size])

    row = {key: median("atesaki", key) for key in ("rps", "p50_ms", "p99_ms")}
    constant_row = {f"constant_{key}": median("constant", key) for key in ("rps", "p50_ms", "p99_ms")}
    # Of neighbours in time: on a shared machine the speed of both swings by a third within a minute.
    pairs = zip(runs["atesaki", size], runs["constant", size], strict=True)
    return {"ratio": statistics.median(ours["rps"] / theirs["rps"] for ours, theirs in pairs), **row, **constant_row}


if __name__ == "__main__":
    main(sys.argv[1:])
