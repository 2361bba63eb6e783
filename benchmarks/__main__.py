"""All benchmarks, one after the other: `python -m benchmarks`, or `make bench`."""

import click

from benchmarks import (
    bench_audit_jobs,
    bench_chain,
    bench_epoch,
    bench_exchange,
    bench_histories,
    bench_import,
    bench_log,
    bench_merkle,
    bench_node,
    bench_oracle,
    bench_past,
    bench_plan,
    bench_replay,
)


@click.command()
@click.option("--quick", is_flag=True, help="Fewer rounds, and a short log: to see that everything runs.")
def main(quick: bool) -> None:
    """Measure the log, replay and the epoch against something real, and print the ratios."""
    sections = {
        "The log": (bench_log.main, ["--rounds", "3", "--rows", "5000"]),
        "Replay of weight sets": (bench_replay.main, ["--rounds", "3", "--sets", "20000"]),
        "The past": (bench_past.main, ["--most", "20000"]),
        "Checkpoints": (bench_merkle.main, ["--rounds", "1", "--entries", "20000"]),
        "Recorded histories": (bench_histories.main, ["--rounds", "1"]),
        "Audits by two processes": (bench_audit_jobs.main, ["--entries", "20000"]),
        "What the plan for a whole chain stands on": (bench_plan.main, ["--stretch", "20", "--each", "200"]),
        "Imports from a node": (bench_import.main, ["--blocks", "640"]),
        "A whole chain": (bench_chain.main, ["--rounds", "1"]),
        "Exchanges": (bench_exchange.main, ["--rounds", "1"]),
        "The development node": (bench_node.main, ["--rounds", "1", "--requests", "200", "--extrinsics", "60"]),
        "Epochs": (bench_epoch.main, ["--rounds", "5"]),
        "Oracles": (bench_oracle.main, ["--rounds", "1", "--oracles", "50"]),
    }
    for title, (command, quick_options) in sections.items():
        click.secho(f"\n{title}", bold=True)
        command.main(quick_options if quick else [], standalone_mode=False)


if __name__ == "__main__":
    main()
