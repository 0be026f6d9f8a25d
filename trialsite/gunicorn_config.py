"""How the web server runs. Variables: HOST, PORT, WEB_WORKERS, WEB_THREADS."""

from pathlib import Path

from trialsite import environment

bind = f"{environment.value('HOST') or '127.0.0.1'}:{environment.number('PORT', default=8000)}"
workers = environment.number("WEB_WORKERS", default=2)
# Threads, because a browser keeps idle connections open, and one would hold a whole sync worker.
worker_class = "gthread"
threads = environment.number("WEB_THREADS", default=4)
keepalive = 30  # seconds
timeout = 60  # seconds
graceful_timeout = 4  # seconds
preload_app = True  # a mistake in the settings ends the server with its one line instead of a restart loop
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - heartbeats, never data
# Only the proxy reaches this port in production; it says whether the browser came by https.
forwarded_allow_ips = "127.0.0.1" if environment.development() else "*"
control_socket_disable = True
loglevel = "warning"
accesslog = None if environment.development() else "-"
# The path without the query, and nobody's name.
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'
