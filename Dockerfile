# syntax=docker/dockerfile:1
# Build with `docker build -t atesaki .`; the image serves on port 8765 and keeps its store in /data.

FROM node:20-bookworm-slim AS clients
WORKDIR /build/manifest
COPY manifest/ ./
# The dialog in Gmail takes the console's look.
COPY backend/atesaki/console/static/atesaki.css /build/backend/atesaki/console/static/
RUN npm ci && npm run build

FROM python:3.11-slim-bookworm AS server
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes -r requirements-build.lock \
    && python -m venv --without-pip /opt/atesaki \
    && /opt/build/bin/pip --python /opt/atesaki install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY backend/ backend/
COPY policies/ policies/
COPY manifest/gmail/addon/ manifest/gmail/addon/
COPY tests/cases/ tests/cases/
COPY --from=clients /build/manifest/dist/ manifest/dist/
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/build/bin/pip --python /opt/atesaki install --no-deps dist/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --home-dir /data --no-create-home atesaki && install -d -m 700 -o atesaki -g atesaki /data
COPY --from=server /opt/atesaki /opt/atesaki
ENV PATH=/opt/atesaki/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ATESAKI_HOST=0.0.0.0 \
    ATESAKI_PORT=8765 \
    ATESAKI_DATA_DIR=/data
USER 10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8765
# A proxy of the environment is for the way out.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open(f\"http://127.0.0.1:{os.environ['ATESAKI_PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["atesaki"]
CMD ["serve"]
