"""What is raised about structures; without the libraries that structures need."""

from pdflearn.core.errors import PdflearnError


class StructureError(PdflearnError):
    """A structure that cannot be used; the message is the reason and what to do."""
