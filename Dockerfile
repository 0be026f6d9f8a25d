# One image for web, worker, beat, vault and the one-shot commands; a second target for the proxy.

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.lock .
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY manage.py Procfile ./
COPY trialsite trialsite
COPY screening screening
COPY randomization randomization
COPY visits visits
COPY templates templates
COPY static static
# Names only; nothing is reached while static files are collected.
RUN DEBUG=0 SECRET_KEY=unused ALLOWED_HOSTS=unused REDIS_URL=redis://unused EMAIL_URL=dummymail:// \
    DATABASE_URL=postgres://trial_web@unused/edc /opt/venv/bin/python manage.py collectstatic --no-input \
 && /opt/venv/bin/python -m compileall -q manage.py trialsite screening randomization visits

FROM python:3.11-slim-bookworm AS app
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin edc \
 && install --directory --owner=10001 --mode=0700 /anchors /exports
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DEBUG=0 \
    HOST=0.0.0.0 \
    PORT=8000 \
    EDC_VAR=/tmp
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "python:trialsite.gunicorn_config", "trialsite.wsgi"]

FROM caddy:2-alpine AS proxy
# Without its file capability the program also runs where all capabilities are dropped; its ports are above 1024.
RUN setcap -r /usr/bin/caddy \
 && adduser -D -H -u 10001 edc \
 && chown -R 10001:10001 /data /config
COPY docs/deployment/Caddyfile /etc/caddy/Caddyfile
USER 10001:10001
EXPOSE 8080 8443
