"""`python -m pdflearn` is the command `pdflearn`."""

import sys

from pdflearn.study.cli import main

if __name__ == "__main__":
    sys.exit(main())
