"""The process in which a watcher refines, so that first answers need not wait for it."""

import multiprocessing
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from pdflearn.core.errors import PdflearnError
from pdflearn.study.asked import Asked

MAX_FAILED = 3  # a process that does not start is started again so often


class WorkerError(PdflearnError):
    """The process that refines cannot be started."""


def _refine(connection: Connection, results: str, asked: Asked) -> None:
    """Answer what comes in, until the other end is closed or gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the watcher ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    from pdflearn.study.command_identify import asked_study

    try:
        study, _ = asked_study(results, asked)
        connection.send({})  # ready: what is sent from now on is taken at once
        while True:
            sample, g = connection.recv()
            try:
                answer = study.identify_sample(sample, g)
                result = answer.result
                reply: dict[str, Any] = {
                    "rows": result.types,
                    "parameters": result.parameters,
                    "rw": float(answer.rw),
                    "files": result.files,
                    "curves": answer.curves if answer.fit is not None else None,
                }
            except (PdflearnError, ArithmeticError, ValueError, MemoryError) as error:
                reply = {"error": f"It could not be refined: {error}"}
            connection.send(reply)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the watcher was killed


class Refiner:
    """One sample at a time is refined by a process of its own.

    Parameters
    ----------
    results : str
        The folder of results of a study.
    asked : Asked
    """

    def __init__(self, results: str, asked: Asked) -> None:
        self._given = (results, asked)
        self._n_failed = 0  # processes that ended before they were ready, in a row
        self._start()

    def _start(self) -> None:
        self.busy = True  # until it says that it is ready
        # a fresh process: nothing of this one is in it, so that its end is seen at once
        context = multiprocessing.get_context("spawn")
        self._connection, other = context.Pipe()
        self._process = context.Process(target=_refine, args=(other, *self._given), daemon=True)
        self._process.start()
        other.close()

    def send(self, sample: Any, g: Any) -> None:
        """Begin with a sample."""
        self.busy = True
        with suppress(BrokenPipeError, ConnectionResetError):  # `answer` tells
            self._connection.send((sample, g))

    def answer(self) -> dict[str, Any] | None:
        """The answer to what was sent; None where there is none yet."""
        try:
            if not self.busy or not self._connection.poll():
                return None
            reply = self._connection.recv()
        except (EOFError, ConnectionResetError, BrokenPipeError):
            self.close()
            self._n_failed += 1
            if self._n_failed > MAX_FAILED:
                raise WorkerError(
                    "the process that refines ended at its start again and again; its message is "
                    "above. Check that there is memory for it, and that the study is whole"
                ) from None
            self._start()
            return {"error": "It could not be refined: the process that refines was killed."}
        self.busy, self._n_failed = False, 0
        return reply or None

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.kill()
        self._process.join()
