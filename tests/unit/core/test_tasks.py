"""Each metric has a direction."""

from pdflearn.core import tasks


def test_losses_are_better_when_they_are_small():
    better = {m: tasks.gain(m) for metrics in tasks.METRICS.values() for m in metrics}
    assert [metric for metric, sign in better.items() if sign < 0] == [
        "log_loss", "brier", "rmse", "mae",
    ]  # fmt: skip
    assert better["r2"] == better["accuracy"] == 1


def test_every_task_type_has_metrics():
    assert set(tasks.METRICS) == set(tasks.TASK_TYPES)
