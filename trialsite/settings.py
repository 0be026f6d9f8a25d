"""Django's settings. What they read from outside is in environment.py and listed in docs/operations.md."""

from datetime import timedelta

import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF

from trialsite import broker, databases, environment
from trialsite.embedded import redis

BASE_DIR = environment.ROOT

DEBUG = environment.development()
# Demonstration: accounts with known passwords, mails that are read inside the application, a generated list.
DEMO = environment.flag("DEMO", default=DEBUG)
if DEMO and not DEBUG:
    environment.refuse("DEMO=1 is refused while DEBUG is off: demonstration accounts have known passwords.")


def _outside(name: str, what: str, development: str) -> str:
    """A variable that production must set and development need not."""
    return environment.value(name) or (development if DEBUG else environment.required(name, what))


SECRET_KEY = environment.value("SECRET_KEY") or (
    environment.generated("secret_key")
    if DEBUG
    else environment.required("SECRET_KEY", "signs sessions and forms")
)
ALLOWED_HOSTS = _outside("ALLOWED_HOSTS", "the names this site is reached by", "localhost,127.0.0.1").split(
    ","
)
# How the links in mails begin.
PUBLIC_URL = environment.value("PUBLIC_URL").rstrip("/") or (
    f"http://localhost:{environment.number('PORT', default=8000)}" if DEBUG else f"https://{ALLOWED_HOSTS[0]}"
)

INSTALLED_APPS = [
    "trialsite",
    "trialsite.accounts",
    "trialsite.audit",
    "trialsite.crf",
    "trialsite.export",
    "trialsite.simulation",
    "screening",
    "randomization",
    "randomization.vault",
    "visits",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "crispy_forms",
    "csp",
    "django_htmx",
    "heroicons",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "trialsite.middleware.private_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "trialsite.middleware.session_limits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "trialsite.accounts.declared.DeclaredViewsOnly",
    "trialsite.crf.study_lock_answer.StudyLockAnswer",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "trialsite.urls"
WSGI_APPLICATION = "trialsite.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "trialsite.context_processors.site",
                "trialsite.navigation.site",
                "trialsite.crf.study_lock_sign.study_lock",
            ],
        },
    },
]

DATABASES = {"default": databases.default()}
DATABASE_ROLE = environment.role()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The private key of the allocation list is read by the vault's process alone.
VAULT_KEY_FILE = environment.vault_key_file()

REDIS_URL = _outside("REDIS_URL", "the broker of the workers", f"unix://{redis.socket_path()}")
CELERY_BROKER_URL = broker.address(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A task outlives the worker that was killed over it, and comes back once this many seconds have passed.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "build_waiting_exports": {"task": "export.build_waiting", "schedule": timedelta(minutes=1)},
    "write_anchors": {
        "task": "trialsite.audit.tasks.write_anchors",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    # What a lost message or a killed process left behind: requests without answer, answers not taken up.
    "sweep_vault": {
        "task": "vault.sweep",
        "schedule": timedelta(seconds=10),
        "options": {"queue": "vault", "expires": 10},
    },
    # At night in China: whether the loaded list is still the one that was committed to.
    "check_list": {
        "task": "vault.check_list",
        "schedule": crontab(hour=19, minute=30),
        "options": {"queue": "vault", "expires": 3600},
    },
    "take_up_answers": {
        "task": "randomization.take_up_answers",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "plan_reminders": {
        "task": "visits.plan_reminders",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "deliver_reminders": {
        "task": "visits.deliver_reminders",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(environment.var() / "beat")

EXPORT_DIR = environment.value("EXPORT_DIR") or environment.var() / "exports"

# Kept outside the database, best on another machine: what history is verified against.
ANCHOR_FILE = environment.value("ANCHOR_FILE") or environment.var() / "anchors.log"

AUTH_USER_MODEL = "accounts.User"
CRF_PARTICIPANT_MODEL = "screening.Participant"
CRISPY_TEMPLATE_PACK = "trial"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("trial",)
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "trialsite.accounts.backend.PersonWithRoles",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # guessing on does not prolong it
AXES_SENSITIVE_PARAMETERS = ["password"]
AXES_CLIENT_IP_CALLABLE = "trialsite.accounts.address.address_of"
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are events of trialsite.audit
AXES_LOCKOUT_TEMPLATE = "errors/429.html"
CSRF_FAILURE_VIEW = "trialsite.pages.errors.page_too_old"

SESSION_IDLE = timedelta(minutes=30)
SESSION_ABSOLUTE = timedelta(hours=12)
SESSION_ENGINE = "trialsite.accounts.sessions"
SESSION_COOKIE_AGE = int(SESSION_IDLE.total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "edc_session" if DEBUG else "__Host-edc_session"
CSRF_COOKIE_NAME = "edc_csrf" if DEBUG else "__Host-edc_csrf"
CSRF_COOKIE_HTTPONLY = True

SECURE_PROXY_SSL_HEADER = None if DEBUG else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else int(timedelta(days=365).total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Whether browsers are shipped with the knowledge that this domain is https only, its owner decides.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en-gb"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = environment.value("STATIC_ROOT") or BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

EMAIL_URL = _outside("EMAIL_URL", "the mail server of the reminders", "dummymail://")
vars().update(environ.Env.email_url_config(EMAIL_URL))
# Who is told of an unblinding besides the data managers, and of serious adverse events.
SPONSOR_EMAIL = environment.value("SPONSOR_EMAIL") or ("sponsor@demonstration.invalid" if DEMO else "")
MEDICAL_MONITOR_EMAIL = environment.value("MEDICAL_MONITOR_EMAIL") or (
    "medical.monitor@demonstration.invalid" if DEMO else ""
)
# Whom a site calls when the vault does not answer.
UNBLINDING_PHONE = environment.value("UNBLINDING_PHONE") or (
    "+86 000 0000 0000 (demonstration)" if DEMO else ""
)
if DEMO:  # nothing leaves a demonstration: its mails are files, read on the page /demo/mail/
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = environment.var() / "mail"
DEFAULT_FROM_EMAIL = environment.value("EMAIL_FROM") or "edc@localhost"
EMAIL_TIMEOUT = 20
# Reminders wait for the working hours of a site; whoever tries a demonstration need not.
REMINDERS_AT_ANY_HOUR = environment.flag("REMINDERS_AT_ANY_HOUR", default=DEMO)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": environment.value("LOG_LEVEL") or ("WARNING" if DEBUG else "INFO"),
    },
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
