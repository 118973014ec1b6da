"""Draw one model under other splits and with less to learn from, and before types that training
never saw."""

from pdflearn.core.io import load_table
from pdflearn.reporting import scores, style
from pdflearn.study import logs

if __name__ == "__main__":
    logs.start(snakemake)
    splits, learning, novelty = (
        load_table(snakemake.input[name]) for name in ("splits", "learning", "novelty")
    )
    figures = {
        "audit": scores.audit(splits, learning, snakemake.params.settings["metric"]),
        "novelty": scores.novelty(novelty),
    }
    style.save_all(figures, snakemake.output)
