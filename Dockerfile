# Chatapp in one image. Build: docker build -t chatapp .   Run it with compose.yaml, or on its own:
#   docker run -p 127.0.0.1:8000:8000 -v chatapp:/data chatapp
FROM python:3.12-slim AS packages
COPY requirements.txt .
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: \
        -r requirements.txt

FROM python:3.12-slim
# pg_dump, pg_restore and psql, for `manage.py backup` and `restore`.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /nonexistent --no-create-home chatapp \
 && install -d -o chatapp /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# The static files are part of the image: the running container writes to /data alone.
RUN SECRET_KEY=only-for-this-step /venv/bin/python manage.py shell -v 0 \
        -c 'from chatapp.server.prepare import collect_static; collect_static(print)' \
 && /venv/bin/python -m compileall -q chatapp
USER chatapp
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 DATA_DIR=/data SITE_URL=http://localhost:8000
VOLUME /data
EXPOSE 8000
# /readyz says no while the server drains; DRAIN_SECONDS (25) and saving must fit into the grace period.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["python", "manage.py", "serve"]
