# make quick  set up what is needed, run a study of two minutes, say what was found
# make run    the same with the default study; VERBOSE=1 prints all that Snakemake says
# make deep   a convolutional network in the default study; results in studies/deep/results
# make test   set up what is needed, run all tests
# The rest: lint, bench, bench-study, identify FILES="a.gr b.gr", docs/scores.png, docs/packages.svg, docs/terminal.svg, docs/rerun.md,
# docs/rulegraph.svg, minerals, course, course-data, crate, docs, config-table, site, verify, kill-test, cluster, lock, envs, release-check TAG=v1.2.3, codemeta, image, image-test, clean
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# What a run needs, and what tests and linters need beside it.
READY := $(VENV)/.ready
DEV_READY := $(VENV)/.ready-dev
COURSE_READY := $(VENV)/.ready-course
DEEP_READY := $(VENV)/.ready-deep
CRATE_READY := $(VENV)/.ready-crate
# Byte-code is worth seconds for each of a run's many short jobs.
export PYTHONDONTWRITEBYTECODE :=
# Snakemake keeps a cache below the home folder, and does not start where none can be written.
ifneq ($(shell test -n "$$HOME" && mkdir -p "$$HOME/.cache" 2>&1 && test -w "$$HOME/.cache" && echo yes),yes)
export XDG_CACHE_HOME ?= $(CURDIR)/.snakemake/cache
endif

.PHONY: run quick deep minerals course course-data crate docs config-table site test lint bench bench-study identify verify kill-test cluster lock envs release-check codemeta image image-test clean docs/rulegraph.svg docs/rerun.md docs/packages.svg docs/terminal.svg

run: $(READY)
	@$(BIN)/snakemake --cores all
	@echo
	@cat results/summary.txt
	@echo "The report: results/report.html"

# A first look. Its results do not touch those of the default study.
quick: $(READY)
	@$(BIN)/snakemake --configfile config/quick.yaml --directory studies/quick --cores all
	@echo
	@cat studies/quick/results/summary.txt
	@echo "The report: studies/quick/results/report.html"

# The default study with networks by JAX in the ladder; docs/deep.md says what they gain.
deep: $(DEEP_READY)
	@$(BIN)/snakemake --configfile config/deep.yaml --directory studies/deep --cores all
	@echo
	@cat studies/deep/results/summary.txt
	@echo "The report: studies/deep/results/report.html"

# Space groups of a database of real crystals, split four ways (docs/minerals.md).
minerals: $(READY)
	@$(BIN)/snakemake --configfile config/minerals.yaml --directory studies/minerals --cores all -- minerals
	@echo
	@cat studies/minerals/results/minerals/summary.md

test: $(DEV_READY)
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(BIN)/snakemake --lint
	$(BIN)/lint-imports --no-cache
	$(BIN)/python envs/generate.py --check

bench: $(DEV_READY)
	$(BIN)/python tests/benchmarks/bench_scattering.py --out results/bench
	$(BIN)/python tests/benchmarks/bench_reading.py --out results/bench
	$(BIN)/python tests/benchmarks/bench_simulate.py --out results/bench
	$(BIN)/python tests/benchmarks/bench_refinement.py --out results/bench
	$(BIN)/python tests/benchmarks/bench_learning.py --out results/bench
	$(BIN)/python tests/benchmarks/bench_clustering.py --out results/bench
	$(BIN)/python tests/benchmarks/bench_identification.py --out results/bench
	$(BIN)/python tests/benchmarks/bench_verdicts.py --out results/bench
	$(BIN)/python tests/benchmarks/bench_chemistry.py --out results/bench
	$(BIN)/python tests/benchmarks/bench_clusters.py --out results/bench
	$(BIN)/python tests/benchmarks/bench_identify_page.py
	$(BIN)/python tests/benchmarks/bench_mixtures.py --out results/bench --sums
	$(BIN)/python tests/benchmarks/bench_none.py --out results/bench
	$(BIN)/python tests/benchmarks/bench_workflow.py --out results/bench

# What a whole study costs by rule, in units that other machines share.
bench-study: $(DEV_READY)
	$(BIN)/python tests/benchmarks/bench_study.py --out results/bench

# All lessons of docs/course, run and built to one page that works offline.
course: $(COURSE_READY)
	@$(BIN)/python docs/course/build.py results/course.html

# The documents, the lessons and the docstrings as pages that work offline; a warning fails.
site: $(DEV_READY)
	@$(BIN)/python docs/site/build.py results/site

# All that is drawn or listed from the code, and the site. What must run a study first has a target of
# its own: docs/terminal.svg, docs/scores.png, docs/rerun.md.
docs: docs/packages.svg docs/rulegraph.svg config-table codemeta site

# The table of defaults and limits in config/README.md, from the schema.
config-table: $(READY)
	$(BIN)/python docs/config_table.py --write

# The patterns that the lessons learn from, made anew.
course-data: $(READY)
	$(BIN)/snakemake --configfile config/quick.yaml config/course.yaml --directory studies/course \
	    --cores all -- results/dataset/development/index.parquet
	$(BIN)/python docs/course/make_data.py studies/course/results

# The README's picture, from the default study that has run.
docs/scores.png: results/figures/scores_structure_type.png
	cp $< $@

# The picture of the packages, from their imports.
docs/packages.svg: $(DEV_READY)
	$(BIN)/python docs/draw_packages.py --write

# The rules and what follows from what, from the workflow's own graph; drawn by Graphviz.
docs/rulegraph.svg: $(DEV_READY)
	$(BIN)/python docs/draw_rules.py --write

# The README's picture of a run, from a terminal in which the study of `make quick` runs anew.
docs/terminal.svg: $(DEV_READY)
	$(BIN)/python docs/draw_terminal.py $(BIN)/snakemake --configfile config/quick.yaml \
	    --directory studies/quick --cores 2 --forceall

# What runs again after which change, from the workflow's own graph.
docs/rerun.md: $(DEV_READY)
	PYTHONPATH=workflow $(BIN)/python tests/integration/rerun_table.py --write

identify: $(READY)
	@$(BIN)/python -m pdflearn identify $(FILES)

# Whether inputs and results are still what results/provenance.json says.
verify: $(READY)
	@$(BIN)/python -m pdflearn verify

# The study as an RO-Crate, study.crate.zip: inputs, results, and what made them. For example
# make crate ONLY="measured report.html" LICENCE=https://spdx.org/licenses/CC-BY-4.0
crate: $(CRATE_READY)
	@$(BIN)/python -m pdflearn.study.crate $(if $(ONLY),--only $(ONLY)) $(if $(LICENCE),--licence $(LICENCE))

# The small study, killed fifty times, ends with the bytes of one left in peace.
kill-test: $(DEV_READY)
	KILLS=50 $(BIN)/python -m pytest -s tests/integration/test_kills.py

lock: $(READY)
	$(BIN)/uv pip compile --universal --fork-strategy fewest --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate --extra dev --extra cluster --extra course --extra crate --extra deep --extra docs --extra install pyproject.toml -o requirements.lock
	$(BIN)/python envs/generate.py

envs: $(DEV_READY)
	$(BIN)/python envs/generate.py

# Whether version, changelog, citation, lock and environments are in step; with TAG=v1.2.3, whether
# they are what a release of that name needs.
release-check: $(DEV_READY)
	@$(BIN)/python .ci/release_check.py $(if $(TAG),--tag $(TAG))

# What catalogues of research software read, from pyproject.toml and CITATION.cff.
codemeta: $(READY)
	$(BIN)/python .ci/codemeta.py

# The image of a container with all that a run needs. ENGINE=podman builds it with podman.
ENGINE ?= docker
image:
	$(ENGINE) build --tag pdflearn .

# The steps of the Dockerfile in a fresh Debian of their own, where no engine runs: as root, with
# debootstrap, and with the network. Not part of the tests.
image-test: $(READY)
	$(BIN)/python tests/image/run_steps.py

clean:
	rm -rf results/* studies/quick studies/deep studies/minerals .snakemake .pytest_cache .ruff_cache .hypothesis

# The environment: what a run needs, at the lock's versions and checked by hash, and the project
# itself. uv installs it; pip, which is slower, where uv cannot reach the package index (uv does not
# read pip's settings). Byte-code is written by the first import, once, and only of what is imported.
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	    { echo "pdflearn needs Python 3.11 to 3.13; $(PYTHON) is $$($(PYTHON) --version). Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV) from requirements.lock (once, some seconds and a download of 200 MB)"
	@$(PYTHON) -m venv --clear $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt
	@$(INSTALL) --require-hashes --constraints requirements.lock \
	    --requirements pyproject.toml --extra install || \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(INSTALL) --offline --no-deps --no-build-isolation --editable .
	@echo "Compiling what computes (once)"
	@$(BIN)/python -m pdflearn.study.compiled
	@touch $@

# Plugins for clusters, from the same lock. Every start of Snakemake imports the plugins that it finds,
# which takes half a second for these, so a run on this machine alone is better off without.
cluster: $(READY)
	$(INSTALL) --require-hashes --constraints requirements.lock --requirements pyproject.toml --extra cluster || \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock

# What runs the lessons, from the same lock.
$(COURSE_READY): $(READY)
	@echo "Adding what the lessons need"
	@$(INSTALL) --require-hashes --constraints requirements.lock --requirements pyproject.toml --extra course || \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# The library that differentiates, from the same lock.
$(DEEP_READY): $(READY)
	@echo "Adding JAX and Optax (a download of 100 MB)"
	@$(INSTALL) --require-hashes --constraints requirements.lock --requirements pyproject.toml --extra deep || \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# What packs a study, from the same lock.
$(CRATE_READY): $(READY)
	@$(INSTALL) --require-hashes --constraints requirements.lock --requirements pyproject.toml --extra crate || \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# Test tools, browsers' drivers and linters, from the same lock.
$(DEV_READY): $(READY)
	@echo "Adding what tests and linters need"
	@$(INSTALL) --require-hashes --requirements requirements.lock || \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@
