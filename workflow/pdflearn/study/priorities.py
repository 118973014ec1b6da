"""Which jobs start first where several could: those with the higher number.

Verdicts on measured files come first. Snakemake takes a job's own number, not the highest of those
that wait for it, so every rule on the way to a verdict has one.

Snakemake reads this while it parses: standard library only.
"""

# On the longest way to a verdict: from the structures to the networks, to the selection of a model,
# to the identification.
VERDICT = 3
# Verdicts wait for it, but it takes less: other candidates for the selection, reference patterns.
VERDICT_SHORT = 2
# No verdict waits for it. It takes long, or something long waits for it: started late, it would run
# alone at the end.
LONG = 1
OTHER = 0
