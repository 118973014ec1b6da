# All that a run needs, in one image: make image
#
#   docker run --rm --volume "$PWD:/data" --user "$(id -u):$(id -g)" pdflearn
#
# runs the default study in the folder that is mounted, with that folder's resources/, and leaves
# results/ there. Another command: docker run ... pdflearn pdflearn identify a.gr
#
# Every package is at the version of requirements.lock and is checked by hash. All come as wheels or as
# pure Python, so there is no compiler in either stage. Numba compiles with its own LLVM.
FROM python:3.12-slim-bookworm AS build
WORKDIR /opt/pdflearn
COPY requirements.lock pyproject.toml ./
# uv comes from the lock like everything else, and stays in this stage.
RUN python -m venv /opt/uv \
    && sed -n '/^uv==/,/[^\\]$/p' requirements.lock > /tmp/uv.txt \
    && /opt/uv/bin/python -m pip install --no-cache-dir --require-hashes -r /tmp/uv.txt \
    && python -m venv --without-pip /opt/venv \
    && /opt/uv/bin/uv pip install --no-cache --python /opt/venv/bin/python \
       --require-hashes --constraints requirements.lock --requirements pyproject.toml

FROM python:3.12-slim-bookworm
COPY --from=build /opt/venv /opt/venv
WORKDIR /opt/pdflearn
COPY LICENSE CITATION.cff README.md pyproject.toml requirements.lock Snakefile ./
COPY config config
COPY envs envs
COPY profiles profiles
COPY resources resources
COPY workflow workflow
# The package is imported from its sources, and the command `pdflearn` starts it.
RUN printf '/opt/pdflearn/workflow\n' > "$(/opt/venv/bin/python -c 'import site; print(site.getsitepackages()[0])')/pdflearn.pth" \
    && printf '#!/bin/sh\nexec /opt/venv/bin/python -m pdflearn "$@"\n' > /opt/venv/bin/pdflearn \
    && chmod 755 /opt/venv/bin/pdflearn \
    && useradd --create-home --uid 1000 pdflearn \
    && mkdir /data && chown pdflearn:pdflearn /data
# What Snakemake, Matplotlib and Numba keep between runs lies where any user can write.
ENV PATH=/opt/venv/bin:$PATH \
    XDG_CACHE_HOME=/tmp/cache \
    NUMBA_CACHE_DIR=/tmp/cache/numba \
    PYTHONDONTWRITEBYTECODE=1
USER pdflearn
WORKDIR /data
CMD ["snakemake", "--snakefile", "/opt/pdflearn/Snakefile", "--workflow-profile", "/opt/pdflearn/profiles/default", "--cores", "all"]
