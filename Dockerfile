# The bot, ready for `docker run`; see docs/guide/running.md. Every package is compared with its digest.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PATH=/app/.venv/bin:$PATH \
    SAPA_DATA_DIR=/var/lib/sapa-daya \
    SAPA_LISTEN=0.0.0.0:8080

RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/sapa-daya --create-home --shell /usr/sbin/nologin sapa

WORKDIR /app
COPY deploy/requirements.txt deploy/
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r deploy/requirements.txt

COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY models models
COPY locales locales
COPY data data
# Installed in place, because data/ lies beside the code; compiled now, because the user of the bot may not write here.
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && .venv/bin/python -m compileall -q bot handlers models locales

USER sapa
WORKDIR /var/lib/sapa-daya
VOLUME /var/lib/sapa-daya
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['SAPA_LISTEN'].rpartition(':')[2] + '/health', timeout=4)"]
ENTRYPOINT ["sapa"]
CMD ["run"]
