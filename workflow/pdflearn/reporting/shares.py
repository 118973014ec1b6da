"""How the share of a phase is written, with its standard error."""

import pandas as pd


def format_share(share: float, stderr: float) -> str:
    """A share in per cent with its standard error to one digit.

    Parameters
    ----------
    share, stderr : float
        From 0 to 1; an error that is not a number is left out.

    Examples
    --------
    >>> format_share(0.314, 0.012), format_share(0.314, float("nan"))
    ('31 ± 1 %', '31 %')
    >>> format_share(0.88, 0.43), format_share(0.046, 0.0034)
    ('88 ± 40 %', '4.6 ± 0.3 %')
    """
    if pd.isna(stderr):
        return f"{100 * share:.0f} %"
    error = float(f"{100 * stderr:.0e}")
    n_digits = 1 if 0 < error < 1 else 0
    return f"{100 * share:.{n_digits}f} ± {error:.{n_digits}f} %"
