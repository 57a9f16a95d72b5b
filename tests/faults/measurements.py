"""Every measurement by its name, in the order of the table."""

from tests.faults import (
    backlog,
    bank,
    crash_points,
    database,
    deploy,
    kills,
    mutations,
    outgoing,
    payouts,
    quota,
    taps,
    webhooks,
)
from tests.faults.figures import Measurement

MEASUREMENTS: dict[str, Measurement] = {
    "quota": quota.measure,
    "payouts": payouts.measure,
    "bank": bank.measure,
    "taps": taps.measure,
    "webhooks": webhooks.measure,
    "mutations": mutations.measure,
    "kills": kills.measure,
    "crash_points": crash_points.measure,
    "outgoing": outgoing.measure,
    "database": database.measure,
    "deploy": deploy.measure,
    "backlog": backlog.measure,
}
