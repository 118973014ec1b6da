"""Draw what each criterion says of the number of clusters."""

from pdflearn import figure_style, figures_of_clusters, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    scores = storage.load_table(snakemake.input.scores)
    labels = scores[scores["method"] == "true_labels"].iloc[0]
    figure_style.save(
        figures_of_clusters.numbers(
            storage.load_table(snakemake.input.numbers),
            labels["view"],
            int(labels["clusters"]),
            float(labels["silhouette"]),
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
