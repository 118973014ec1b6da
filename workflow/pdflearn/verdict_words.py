"""The verdicts on a measured sample, as tables, figures and reports name them."""

ACCEPTED, AMBIGUOUS, NONE = "accepted", "ambiguous", "none of these"
