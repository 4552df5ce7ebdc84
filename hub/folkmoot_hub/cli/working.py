"""``folkmoot worker`` and ``beat``."""

from __future__ import annotations

import click

from folkmoot_hub.cli.running import Command, clock, configuration, live_hub, log_to_standard_error
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs import celery_app
from folkmoot_hub.jobs.samples import refuse_samples
from folkmoot_hub.jobs.scheduler import AT_ONCE
from folkmoot_hub.registry import load_plugins
from folkmoot_hub.sources import configured_sources


@click.command("worker", cls=Command, examples=["folkmoot worker", "folkmoot worker --concurrency 8"])
@click.option("--concurrency", type=click.IntRange(1, 64), default=AT_ONCE, show_default=True, metavar="N",
              help="So many sources are harvested at a time.")  # fmt: skip
@click.pass_context
def worker(context: click.Context, concurrency: int) -> None:
    """Harvest what the broker asks for (folkmoot beat).

    Ctrl+C or SIGTERM ends it when what it harvests is done, SIGQUIT at once: what is cut off is gone on with later.
    """
    config, time = configuration(), clock()
    broker = celery_app.broker_of(config.broker, config.file)
    refuse_samples(config.data)
    # What is wrong with the configuration is said now, and not by each process at its first task.
    configured_sources(load_plugins(), config, time.now())
    config.fetch_settings()
    log_to_standard_error()
    app = celery_app.make_app(broker, lambda: Hub(config, time, load_plugins()))
    context.exit(celery_app.run_worker(app, concurrency))


@click.command("beat", cls=Command, examples=["folkmoot beat"])
def beat() -> None:
    """Ask workers, through the broker, to harvest every enabled source at its rhythm. One for each hub."""
    config = configuration()
    broker = celery_app.broker_of(config.broker, config.file)
    log_to_standard_error()
    with live_hub() as hub:
        celery_app.run_beat(celery_app.make_app(broker, lambda: hub), hub)


COMMANDS = (worker, beat)
