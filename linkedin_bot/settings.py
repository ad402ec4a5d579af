"""Settings, all from the environment; .env.example documents every variable."""

import logging
import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

import environ
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)


# What tells a restored or copied database from the one that was used last (campaigns/outside.py).
INSTALLATION_FILE = "installation.json"


def _secret_key() -> str:
    """The key from the environment, or one that this installation made for itself and keeps (mode 0600)."""
    if given := env.str("SECRET_KEY", default=""):
        return str(given)
    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        # Written whole before it gets its name: two processes may come here at once, and the first one's stays.
        with NamedTemporaryFile("w", dir=DATA_DIR) as fresh:
            fresh.write(get_random_secret_key())
            fresh.flush()
            with suppress(FileExistsError):
                os.link(fresh.name, kept)
    return kept.read_text()


SECRET_KEY = _secret_key()
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    "unfold",
    "linkedin_bot.admin_config.FoundLaterConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework_api_key",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "linkedin_bot.api",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "linkedin_bot.lockout_config.FoundLaterConfig",  # axes
    "django_tasks_db",
    "engine",
    "contacts",
    "campaigns",
    "linkedin_bot.audit",
    "linkedin_bot.staff",  # the last: its groups are given the rights of all the others
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # outermost, so that no answer goes out without its policy
    "linkedin_bot.api.answers.JsonProblems",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "linkedin_bot.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "linkedin_bot.api.languages.LanguageOfPages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "linkedin_bot.staff.requiring.RequireSecondFactor",
    "linkedin_bot.audit.requests.Audited",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
    "axes.middleware.AxesMiddleware",
    "linkedin_bot.api.idempotency.Idempotent",
]

ROOT_URLCONF = "linkedin_bot.urls"
WSGI_APPLICATION = "linkedin_bot.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "linkedin_bot" / "templates"],  # before django-unfold's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"look": "linkedin_bot.look", "list_rows": "linkedin_bot.list_rows"},
        },
    },
]

# The database is the record of who was contacted, so SQLite waits for the disk (synchronous=FULL) and takes
# its write lock at BEGIN: a count and the insert that depends on it are one step.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=30,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    )
else:
    # A server that swallows what is sent to it holds up a run, or an answer of /ready, for so many seconds.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            # One second and no retry: a paused Redis must not hold up a run (redis-py's default is 30 s).
            "OPTIONS": {
                "SOCKET_CONNECT_TIMEOUT": 1,
                "SOCKET_TIMEOUT": 1,
                "CONNECTION_POOL_KWARGS": {"retry": None},
            },
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
# Begins the limiter's keys in Redis: two installations that share one Redis need two.
REDIS_KEY_PREFIX = env.str("REDIS_KEY_PREFIX", default="linkedin_bot")

# Background runs wait in the project's own database, so a run and its task are one transaction.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["runs"]}}
# A run that no worker began so many minutes after it was to start ends as "expired".
RUN_QUEUE_MINUTES = env.int("RUN_QUEUE_MINUTES", default=60)

# Where notices by mail are handed over: smtp://user:password@host:587 with smtp+tls, or smtp+ssl.
vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="linkedin_bot@localhost")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["linkedin_bot.formats"]
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "linkedin_bot" / "static"]
WHITENOISE_USE_FINDERS = True

# One switch for an installation that is served over HTTPS; plain HTTP on this machine's own address otherwise.
HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
X_FRAME_OPTIONS = "DENY"
# What pages may load and run: files of this site only; no script and no style in a page's own text, no eval.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
    }
}
# So many proxies in front append the client's address to X-Forwarded-For; 0: the connection's own address counts.
PROXIES_IN_FRONT = env.int("PROXIES_IN_FRONT", default=0)

# Guessing a password: after so many wrong ones for a name from an address, neither gets in for so many minutes.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = env.int("SIGN_IN_ATTEMPTS", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("SIGN_IN_WAIT_MINUTES", default=15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # both: nobody locks others out from elsewhere
AXES_CLIENT_IP_CALLABLE = "linkedin_bot.api.authentication.address_of"
AXES_LOCKOUT_CALLABLE = "linkedin_bot.staff.sign_in.answer_locked_out"
AXES_RESET_ON_SUCCESS = True
# Else whoever goes on trying would keep the owner of the name out for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the audit log tells who signed in
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "csrfmiddlewaretoken"]
AXES_ENABLE_ADMIN = False  # linkedin_bot/staff/admin shows it in the admin's own style
AXES_VERBOSE = False

# Staff without a second factor see nothing but the page on which they set one up.
REQUIRE_OTP = env.bool("REQUIRE_OTP", default=False)
OTP_TOTP_ISSUER = "linkedin_bot"
OTP_ADMIN_HIDE_SENSITIVE_DATA = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "linkedin_bot.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["linkedin_bot.api.permissions.HasScope"],
    "DEFAULT_PARSER_CLASSES": ["linkedin_bot.api.bodies.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "linkedin_bot.api.negotiation.StaffPagesRenderer",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "linkedin_bot.api.negotiation.JsonUnlessAsked",
    "DEFAULT_FILTER_BACKENDS": ["linkedin_bot.api.filtering.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "linkedin_bot.api.cursors.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "linkedin_bot.api.schema.ApiSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "linkedin_bot.api.problems.answer_problem",
    "URL_FORMAT_OVERRIDE": None,
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "linkedin_bot",
    "DESCRIPTION": "Keeps in touch with your own professional network. docs/api.md tells how to use it.",
    "VERSION": "1",
    "SERVE_PERMISSIONS": ["linkedin_bot.api.permissions.IsKnown"],
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "ContactStatus": "contacts.models.Contact.Status",
        "InteractionType": "contacts.models.Interaction.Type",
        "CampaignKind": "campaigns.models.Campaign.Kind",
        "RunStatus": "campaigns.models.Run.Status",
        "RunOutcome": "campaigns.models.Run.Outcome",
        "ActionStatus": "campaigns.models.Action.Status",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "linkedin_bot.api.schema.as_it_is",
    ],
}

# The network: the real one, or a loopback address in a rehearsal. engine/checks.py refuses everything else.
NETWORK_URL = env.str("NETWORK_URL", default="https://www.linkedin.com").rstrip("/")
REHEARSAL = env.bool("REHEARSAL", default=False)

# Fernet keys for the stored sessions, newest first; the others still decrypt, so keys can be rotated.
SESSION_KEYS = env.list("SESSION_KEYS", default=[])

# Hashes what identifies those who said no, so that the list outlives an erasure (contacts/suppression.py).
PRIVACY_KEY = env.str("PRIVACY_KEY", default="") or SECRET_KEY

# The browser.
SELENIUM_REMOTE_URL = env.str("SELENIUM_REMOTE_URL", default="")
CHROME_BINARY = env.str("CHROME_BINARY", default="")
CHROMEDRIVER = env.str("CHROMEDRIVER", default="")
DRIVER_DOWNLOADS = env.bool("DRIVER_DOWNLOADS", default=False)
HEADLESS = env.bool("HEADLESS", default=True)

# Snapshots of unexpected pages are removed after so many days.
SNAPSHOT_DAYS = env.int("SNAPSHOT_DAYS", default=7)
# What a sourcing campaign read of people's profiles is removed after so many days: 24 months.
PROFILE_DAYS = env.int("PROFILE_DAYS", default=730)

# The birthdays of 29 February in common years: "02-28" or "03-01".
LEAP_DAY_IN_COMMON_YEARS = env.str("LEAP_DAY_IN_COMMON_YEARS", default="02-28")
# The same text is not sent to the same person again within so many days.
SAME_TEXT_DAYS = env.int("SAME_TEXT_DAYS", default=730)
# A doubt is settled as "not sent" only by two readings of the thread at least so many seconds apart.
SETTLE_SECONDS = env.int("SETTLE_SECONDS", default=60)

# "json", "console", or "auto": for people where stderr is a terminal, else for programs.
LOG_FORMAT = env.str("LOG_FORMAT", default="auto")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "linkedin_bot.logs.Lines", "form": LOG_FORMAT}},
    "handlers": {"stderr": {"class": "linkedin_bot.logs.Stderr", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        name: {"level": env.str("LOG_LEVEL", default="INFO")}
        for name in ("contacts", "campaigns", "engine", "linkedin_bot", "django_structlog")
    }
    # At DEBUG these write the session cookie and the texts (they are pinned whatever LOG_LEVEL says).
    | {name: {"level": "WARNING"} for name in ("selenium", "urllib3", "WDM")},
}

# A request is one line, at its end; addresses of visitors and who they are stay out.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""

# Whoever scrapes /metrics shows it as a bearer token; empty: only staff who are signed in see them.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

UNFOLD = {
    "SITE_TITLE": "linkedin_bot",
    "SITE_HEADER": "linkedin_bot",
    "DASHBOARD_CALLBACK": "linkedin_bot.dashboard.home",
    "LOGIN": {"form": "linkedin_bot.staff.sign_in.SignInForm"},
    "ACCOUNT": {"navigation": "linkedin_bot.sidebar.own_pages"},
    "SHOW_LANGUAGES": True,
    "SIDEBAR": {"navigation": "linkedin_bot.sidebar.navigation"},
    "SITE_FAVICONS": [{"rel": "icon", "href": "linkedin_bot.look.icon", "type": "image/svg+xml"}],
    "GLOBAL_CALLBACK": "linkedin_bot.look.without_inline_style",
    "STYLES": ["linkedin_bot.look.colours"],
    "SCRIPTS": ["linkedin_bot.look.expressions", "linkedin_bot.look.labels"],
}
