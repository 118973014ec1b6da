"""The course: its lessons run, its checks explain typical mistakes, its changes are valid."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from pdflearn.study.study import Study

ROOT = Path(__file__).resolve().parents[2]
COURSE = ROOT / "docs" / "course"
LESSONS = sorted(COURSE.glob("[0-9][0-9]_*.py"))
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in LESSONS}
sys.path.insert(0, str(COURSE))

import check  # noqa: E402
import solutions  # noqa: E402


def solved(text: str) -> str:
    """A lesson with the solutions in place of its exercises."""
    lines, answers = text.splitlines(), ast.parse((COURSE / "solutions.py").read_text())
    by_name = {node.name: node for node in answers.body if hasattr(node, "name")}
    for node in reversed(ast.parse(text).body):
        if getattr(node, "name", None) in solutions.EXERCISES:
            lines[node.lineno - 1 : node.end_lineno] = ast.unparse(by_name[node.name]).splitlines()
    return "\n".join(lines)


def test_there_are_fifteen_lessons_and_each_exercise_stands_in_one():
    assert len(LESSONS) == 15
    written = [
        node.name
        for text in TEXTS.values()
        for node in ast.parse(text).body
        if getattr(node, "name", None) in solutions.EXERCISES
    ]
    assert sorted(written) == sorted(solutions.EXERCISES)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_lesson_runs_without_and_with_the_solutions(lesson, tmp_path):
    solved_lesson = tmp_path / lesson.name
    solved_lesson.write_text(solved(TEXTS[lesson.stem]), encoding="utf-8")
    program = (
        f"import runpy, sys; sys.path.insert(0, {str(COURSE)!r})\n"
        f"for path in sys.argv[1:]:\n"
        "    print('-' * 8)\n"
        "    runpy.run_path(path)\n"
    )
    environment = {**os.environ, "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT / "workflow")}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(lesson), str(solved_lesson)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    _, unwritten, written = run.stdout.split("-" * 8)
    exercises = TEXTS[lesson.stem].count('tags=["exercise"]')
    assert unwritten.count("Not written yet") == exercises
    assert written.count("Right.") == exercises
    assert "Not" not in written


@pytest.mark.parametrize("name", solutions.EXERCISES)
def test_solution_passes_its_check(name, capsys):
    answer = getattr(solutions, name)
    assert getattr(check, name)(answer) is answer
    assert capsys.readouterr().out == "Right.\n"


def softmax(score, axis=1):
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    return weight / weight.sum(axis=axis, keepdims=True)


def hidden(X, W1, b1, W2, b2):
    return np.maximum(X @ W1 + b1, 0) @ W2 + b2


class Overwriting(solutions.Value):
    def __mul__(self, other):
        result = Overwriting(self.data * other.data, (self, other))

        def pass_on():
            self.grad = other.data * result.grad
            other.grad = self.data * result.grad

        result.pass_on = pass_on
        return result


class OwnFactor(solutions.Value):
    def __mul__(self, other):
        result = OwnFactor(self.data * other.data, (self, other))

        def pass_on():
            self.grad += self.data * result.grad
            other.grad += other.data * result.grad

        result.pass_on = pass_on
        return result


class Unsorted(solutions.Value):
    def backward(self):
        self.grad = 1.0
        waiting = [self]
        while waiting:
            value = waiting.pop()
            value.pass_on()
            waiting += value.parents


# Each typical mistake, and a word of what the student is told.
D = solutions.pair_distances
MISTAKES = [
    ("pair_distances", lambda p: np.linalg.norm(p[:, None] - p, axis=-1).ravel(), "with itself"),
    ("pair_distances", lambda p: D(p) ** 2, "squared"),
    ("pair_distances", lambda p: D(p)[::-1], "shortest does not stand first"),
    ("normalise", lambda g: g / np.sqrt((g**2).mean()), "Each row needs its own"),
    ("normalise", lambda g: g / np.abs(g).max(axis=1, keepdims=True), "largest value"),
    ("normalise", lambda g: g / g.std(axis=1, keepdims=True), "standard deviation"),
    ("balanced_accuracy", lambda t, p: (t == p).mean(), "plain share"),
    (
        "balanced_accuracy",
        lambda t, p: np.mean([(t[p == c] == c).mean() for c in np.unique(p)]),
        "precision",
    ),
    ("balanced_accuracy", lambda t, p: 100 * solutions.balanced_accuracy(t, p), "percent"),
    (
        "split_by_group",
        lambda g, share, seed: np.random.default_rng(seed).random(len(g)) < share,
        "Draw the groups",
    ),
    (
        "split_by_group",
        lambda g, share, seed: np.flatnonzero(solutions.split_by_group(g, share, seed)),
        "not a mask",
    ),
    ("split_by_group", lambda g, share, seed: solutions.split_by_group(g, share, 0), "Three seeds"),
    ("perceptron_step", lambda w, x, y: w + y * x, "on its right side"),
    ("perceptron_step", lambda w, x, y: w if y * (w @ x) > 0 else w + x, "always adds x"),
    ("perceptron_step", lambda w, x, y: w if y * (w @ x) >= 0 else w + y * x, "never begins"),
    ("normal_equations", lambda X, y, a: np.linalg.solve(X.T @ X, X.T @ y), "changes nothing"),
    ("normal_equations", lambda X, y, a: np.linalg.solve(X.T @ X + a, X.T @ y), "every entry"),
    (
        "normal_equations",
        lambda X, y, a: np.linalg.solve(X.T @ X + a * np.eye(4), -X.T @ y),
        "sign",
    ),
    ("gradient_step", lambda w, X, y, r: 2 * w - solutions.gradient_step(w, X, y, r), "uphill"),
    (
        "gradient_step",
        lambda w, X, y, r: solutions.gradient_step(w, X, y, r * len(y)),
        "Take the mean",
    ),
    (
        "gradient_step",
        lambda w, X, y, r: w - r * X.T @ (X @ w - y) / len(y),
        "step of linear regression",
    ),
    ("momentum_step", lambda w, v, g, r, m: (w - r * g, -r * g), "forgotten"),
    ("momentum_step", lambda w, v, g, r, m: (w + m * v + r * g, m * v + r * g), "uphill"),
    ("momentum_step", lambda w, v, g, r, m: (w + v, m * v - r * g), "old velocity"),
    ("forward", lambda X, W1, b1, W2, b2: softmax((X @ W1 + b1) @ W2 + b2), "activation"),
    ("forward", hidden, "softmax is missing"),
    ("forward", lambda *a: np.exp(hidden(*a)) / np.exp(hidden(*a)).sum(0), "axis=1"),
    (
        "forward",
        lambda *a: np.exp(hidden(*a)) / np.exp(hidden(*a)).sum(axis=1, keepdims=True),
        "overflows",
    ),
    ("Value", Overwriting, "do not overwrite"),
    ("Value", OwnFactor, "OTHER factor"),
    ("Value", Unsorted, "sort first"),
    ("convolve", lambda s, k: np.correlate(s, k, mode="same"), "beyond the signal"),
    ("convolve", lambda s, k: np.convolve(s, k, mode="valid"), "turned around"),
    ("convolve", lambda s, k: solutions.convolve(s, k)[:-1], "positions"),
    (
        "folds_by_group",
        lambda g, n, seed: np.array_split(np.random.default_rng(seed).permutation(len(g)), n),
        "deal out groups",
    ),
    ("folds_by_group", lambda g, n, seed: solutions.folds_by_group(g, n + 1, seed)[:n], "no fold"),
    (
        "folds_by_group",
        lambda g, n, seed: [np.arange(len(g))] * n,
        "two folds",
    ),
    ("kmeans_step", lambda p, c: np.tile(p.mean(axis=0), (len(c), 1)), "mean of all points"),
    ("kmeans_step", lambda p, c: ((p[:, None] - c) ** 2).sum(-1).argmin(1), "moved centres"),
    (
        "kmeans_step",
        lambda p, c: np.stack(
            [
                p[((p[:, None] - c) ** 2).sum(-1).argmin(1) == k].sum(axis=0)
                / (((p[:, None] - c) ** 2).sum(-1).argmin(1) == k).sum()
                for k in range(len(c))
            ]
        ),
        "NaN",
    ),
    ("probabilities_at", lambda s, t: softmax(s * t), "multiplies"),
    ("probabilities_at", lambda s, t: softmax(s) / t, "do not add up"),
    ("probabilities_at", lambda s, t: softmax(s), "first row should be"),
    ("rw", lambda m, c: ((m - c) ** 2).sum() / (m**2).sum(), "square root"),
    ("rw", lambda m, c: np.sqrt(((m - c) ** 2).sum() / (c**2).sum()), "measured one"),
    ("rw", lambda m, c: np.abs(m - c).sum() / np.abs(m).sum(), "squares"),
]


@pytest.mark.parametrize(("name", "answer", "words"), MISTAKES)
def test_typical_mistake_is_explained(name, answer, words, capsys):
    assert getattr(check, name)(answer) is getattr(solutions, name)
    told = capsys.readouterr().out
    assert words in told
    assert told.startswith("Not right yet.")


def test_each_exercise_has_three_typical_mistakes():
    counted = [name for name, _, _ in MISTAKES]
    assert min(counted.count(name) for name in solutions.EXERCISES) >= 3


def test_an_answer_that_fails_or_changes_its_arguments_is_told(capsys):
    def changing(w, x, y):
        w += y * x
        return w

    check.perceptron_step(changing)
    assert "Compute a new one instead" in capsys.readouterr().out
    check.rw(lambda measured, calculated: 1 / 0)
    assert "ZeroDivisionError" in capsys.readouterr().out


@pytest.mark.parametrize("text", list(TEXTS.values()), ids=list(TEXTS))
def test_lesson_has_all_its_parts(text):
    assert "**Aim**" in text
    assert "**You need**" in text
    assert "minutes" in text
    assert text.count("<details>") == text.count("</details>") >= 2
    assert "Runs" in text.split("```diff")[1]


@pytest.mark.parametrize("text", list(TEXTS.values()), ids=list(TEXTS))
def test_one_line_change_is_valid(text):
    plain = "\n".join(line.removeprefix("# ").removeprefix("#") for line in text.splitlines())
    ((name, body),) = re.findall(r"```diff (config/\w+\.yaml)\n(.*?)\n```", plain, re.DOTALL)
    before = "".join(line[1:] + "\n" for line in body.splitlines() if line.startswith("-"))
    after = "".join(line[1:] + "\n" for line in body.splitlines() if line.startswith("+"))
    files = {
        path: (ROOT / path).read_text() for path in ("config/config.yaml", "config/quick.yaml")
    }
    assert files[name].count(before) == 1
    unchanged, changed = (
        configured(files, name),
        configured({**files, name: files[name].replace(before, after)}, name),
    )
    assert changed != unchanged
    Study(changed)


def configured(files, name):
    """The settings of the study that a changed file belongs to."""
    config = yaml.safe_load(files["config/config.yaml"])
    if name == "config/quick.yaml":
        merge(config, yaml.safe_load(files[name]))
        config["structures"]["folder"] = str(ROOT / "resources/structures")
        config["measured"]["folder"] = str(ROOT / "resources/measured")
    return config


def merge(config, changes):
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(config.get(key), dict):
            merge(config[key], value)
        else:
            config[key] = value


def test_files_that_lessons_name_exist():
    named = set(re.findall(r"`((?:workflow|config)/[\w/.]+)`", "\n".join(TEXTS.values())))
    assert len(named) >= 6
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_page_has_formulae_figures_and_interactive_parts_that_work(tmp_path, page):
    file = tmp_path / "course.html"
    build_page = [str(COURSE / "build.py"), str(file)]
    lessons = [str(COURSE / name) for name in ("04_perceptron.py", "06_logistic_regression.py")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow")}
    subprocess.run([sys.executable, *build_page, *lessons], env=environment, check=True)
    page.goto(file.as_uri())
    assert page.locator("math").count() > 3
    assert page.locator(".figure svg").count() == 4
    state = page.locator("#perceptron .state")
    assert state.inner_text().startswith("0 points looked at")
    for _ in range(10):
        page.get_by_role("button", name="A look at all points").click()
    assert state.inner_text().endswith("done.")
    rate = page.locator("#learning_rate input[type=range]")
    rate.fill("0.4")
    assert "diverges" in page.locator("#learning_rate .state").inner_text()
    rate.fill("-0.2")
    assert "away from the minimum" in page.locator("#learning_rate .state").inner_text()
    assert page.faults == []
    assert page.requests == [file.as_uri()]
