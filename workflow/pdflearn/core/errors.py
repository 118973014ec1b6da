"""The base class of every error that pdflearn raises about a user's input.

A message has four parts: what is wrong (the file or the config key), the value that was met, what
was expected, and what to do about it.
"""


class PdflearnError(ValueError):
    """Something a user gave cannot be used; the message says what, why and what to do."""
