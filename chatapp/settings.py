"""Settings, all from the environment; a wrong value stops the start with one sentence.

Any secret `X` can be given as a file instead, by `X_FILE=/run/secrets/x`.
docs/settings.md lists them; tests/test_settings.py holds the two together.
"""

import os
import tempfile
import zoneinfo
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA_DIR", BASE_DIR / "data"))


def _env_from_files(names: tuple[str, ...]) -> None:
    """Fill `X` from the file named by `X_FILE`; both given, or no such file, stops the start."""
    for name in names:
        path = os.environ.get(f"{name}_FILE")
        if not path:
            continue
        if os.environ.get(name):
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set. Keep one of them.")
        try:
            os.environ[name] = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE names {path}, which cannot be read: {error.strerror}."
            ) from None


# Never shown: of these only whether they are set.
SECRETS = (
    "SECRET_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "CLOUDFLARE_ACCOUNT_ID",
    "CLOUDFLARE_AUTH_TOKEN",
    "OPENAI_API_KEY",
    "METRICS_TOKEN",
    "EMAIL_URL",
)
_env_from_files(SECRETS)
# What was read, for /team/settings/: by name the value (of a secret, whether there is one) and where it came from.
SETTINGS_READ: dict[str, tuple[object, str]] = {}


def _note(name: str, value: Any) -> Any:
    """`value`, remembered as that of the setting `name`."""
    given = os.environ.get(name, "").strip()
    source = "file" if os.environ.get(f"{name}_FILE") else "environment" if given else "default"
    SETTINGS_READ[name] = (bool(given) if name in SECRETS else value, source)
    return value


for _secret in SECRETS:
    _note(_secret, None)
_note("DATA_DIR", DATA_DIR)
env = environ.Env()


def env_text(name: str, default: str) -> str:
    return str(_note(name, os.environ.get(name, default)))


def env_bool(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("",):
        return bool(_note(name, default))
    if value in ("1", "true", "yes", "on"):
        return bool(_note(name, True))
    if value in ("0", "false", "no", "off"):
        return bool(_note(name, False))
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def env_int(name: str, default: int, minimum: int = 0, maximum: int | None = None) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return int(_note(name, default))
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if number < minimum or (maximum is not None and number > maximum):
        raise ImproperlyConfigured(f"{name} must be between {minimum} and {maximum}, not {number}.")
    return int(_note(name, number))


def env_float(name: str, default: float, minimum: float = 0) -> float:
    value = os.environ.get(name, "").strip()
    if not value:
        return float(_note(name, default))
    try:
        number = float(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.") from None
    if not number >= minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {value}.")
    return float(_note(name, number))


def env_zone(name: str, default: str) -> str:
    value = os.environ.get(name, "").strip() or default
    try:
        zoneinfo.ZoneInfo(value)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise ImproperlyConfigured(f"{name} must be a time zone such as Europe/Berlin, not {value!r}.") from None
    return str(_note(name, value))


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = os.environ.get(name, "").strip() or default
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return str(_note(name, value))


# ── where it runs ────────────────────────────────────────────────────────────────────────────
DEBUG = env_bool("DEBUG", False)
HOST = env_text("HOST", "127.0.0.1")
PORT = env_int("PORT", 8000, 0, 65535)


def _secret_key() -> str:
    """SECRET_KEY from the environment, else one made once and kept in the data folder."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = DATA_DIR / "secret_key"
    if not path.exists():
        from django.core.management.utils import get_random_secret_key

        DATA_DIR.mkdir(parents=True, exist_ok=True)
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # another process of the same start was faster
        else:
            with os.fdopen(fd, "w") as file:
                file.write(get_random_secret_key() + get_random_secret_key())
    return path.read_text(encoding="utf-8").strip()


SECRET_KEY = _secret_key()

# The address people type. Cookies, CSRF and the socket's origin check follow from it.
SITE_URL = env_text("SITE_URL", "").rstrip("/")
_default_origins = [SITE_URL] if SITE_URL else [f"http://{h}:{PORT}" for h in ("127.0.0.1", "localhost")]
ALLOWED_ORIGINS = [o.rstrip("/") for o in env.list("ALLOWED_ORIGINS", default=_default_origins)]
_note("ALLOWED_ORIGINS", ALLOWED_ORIGINS)
for _origin in ALLOWED_ORIGINS:
    if "*" in _origin or not _origin.startswith(("http://", "https://")):
        raise ImproperlyConfigured(
            f"ALLOWED_ORIGINS must be exact addresses such as https://chat.example.org, not {_origin!r}."
        )
HTTPS = all(o.startswith("https://") for o in ALLOWED_ORIGINS)
ALLOWED_HOSTS = sorted({environ.urlparse(o).hostname for o in ALLOWED_ORIGINS})
CSRF_TRUSTED_ORIGINS = ALLOWED_ORIGINS
if env_bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# ── rooms ────────────────────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "daphne",  # first: its runserver serves websockets
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "chatapp.audit",
    "chatapp.accounts",
    "chatapp.prompts",
    "chatapp.usage",
    "chatapp.conversations",
    "chatapp.sharing",
    "chatapp.feedback",
    "chatapp.takeout",
    "chatapp.review",
    "chatapp.chat",
    "chatapp.upkeep",
    "chatapp.server",
    "chatapp.demo",
    "chatapp.administration",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chatapp.accounts.language.in_its_language",
    "chatapp.accounts.zone.by_its_clock",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "chatapp.accounts.middleware.private_pages",
]
ROOT_URLCONF = "chatapp.urls"
ASGI_APPLICATION = "chatapp.asgi.application"
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
                "chatapp.accounts.context.theme",
                "chatapp.chat.context.page",
            ],
        },
    },
]

# ── database ─────────────────────────────────────────────────────────────────────────────────
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'chatapp.sqlite3'}")}
_database = DATABASES["default"]
_database_pool = env_int("DATABASE_POOL", 8, 2, 100)
if _database["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a read-then-write transaction never meets "database is locked" half-way.
    # synchronous=FULL: with WAL and NORMAL an acknowledged commit can vanish at power loss.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864;",
    }
    # Opening a file costs more than most queries. The threads that work with it live as long as the process.
    _database["CONN_MAX_AGE"] = None
    # In-memory test databases cannot be shared between threads and processes; a file can. One per run.
    _database["TEST"] = {"NAME": f"{tempfile.gettempdir()}/chatapp-test-{os.getpid()}.sqlite3"}
elif _database["ENGINE"].endswith("postgresql"):
    # Under ASGI a persistent connection per thread runs out; a pool does not.
    _database["CONN_MAX_AGE"] = 0
    _database.setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": _database_pool,
        "timeout": 10,
    }
else:
    raise ImproperlyConfigured("DATABASE_URL must be sqlite:///… or postgres://….")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── the doorbell between processes ───────────────────────────────────────────────────────────
REDIS_URL = os.environ.get("REDIS_URL", "")
_redis_prefix = env_text("REDIS_PREFIX", "chatapp")
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": _redis_prefix},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
# Counts of attempts and posts only. In the process, so that signing in does not depend on Redis either; with
# several processes each counts for itself.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # the default of 300 would forget attempts
    }
}

# ── the model ────────────────────────────────────────────────────────────────────────────────
CLOUDFLARE_ACCOUNT_ID = os.environ.get("CLOUDFLARE_ACCOUNT_ID", "")
CLOUDFLARE_AUTH_TOKEN = os.environ.get("CLOUDFLARE_AUTH_TOKEN", "")
if bool(CLOUDFLARE_ACCOUNT_ID) != bool(CLOUDFLARE_AUTH_TOKEN):
    raise ImproperlyConfigured(
        "Set both CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_AUTH_TOKEN, or neither (then the stand-in model answers)."
    )
CLOUDFLARE_API_BASE = env_text("CLOUDFLARE_API_BASE", "https://api.cloudflare.com/client/v4").rstrip("/")
MODEL_FORM = env_choice("MODEL_FORM", "run", ("run", "chat"))
MODEL_NAME = env_text("MODEL_NAME", "gpt-oss-20b")
# Another OpenAI-compatible server with the same model, e.g. http://127.0.0.1:11434/v1. It wins over Cloudflare.
OPENAI_BASE_URL = env_text("OPENAI_BASE_URL", "").rstrip("/")
OPENAI_API_KEY = os.environ.get("OPENAI_API_KEY", "")
# Window and prices as the model's page gives them (tokens; US dollars per million tokens).
MODEL_CONTEXT = env_int("MODEL_CONTEXT", 131_000, 1024)
MODEL_PRICE_INPUT = env_float("MODEL_PRICE_INPUT", 0.030)
MODEL_PRICE_OUTPUT = env_float("MODEL_PRICE_OUTPUT", 0.14)
MODEL_FIRST_TOKEN_TIMEOUT = env_float("MODEL_FIRST_TOKEN_TIMEOUT", 120)
MODEL_BETWEEN_TOKENS_TIMEOUT = env_float("MODEL_BETWEEN_TOKENS_TIMEOUT", 45)
# Replies running at once in one process; more wait their turn as `queued`.
MAX_RUNNING = env_int("MAX_RUNNING", 400, 1)
MAX_RUNNING_PER_MEMBER = env_int("MAX_RUNNING_PER_MEMBER", 8, 1)
POSTS_PER_MINUTE = env_int("POSTS_PER_MINUTE", 300, 10)
MAX_QUESTION_CHARS = env_int("MAX_QUESTION_CHARS", 400_000, 1000)
# Whether a conversation may be shared with anyone who has the link; if not, every link asks to sign in.
SHARE_PUBLIC = env_bool("SHARE_PUBLIC", True)
# How long a deleted conversation can be brought back, and how long a temporary one is kept at all.
TRASH_DAYS = env_int("TRASH_DAYS", 30, 1, 3650)
TEMPORARY_HOURS = env_int("TEMPORARY_HOURS", 24, 1, 8760)
# After so long without reading, a reviewer gives a reason anew.
REVIEW_IDLE_MINUTES = env_int("REVIEW_IDLE_MINUTES", 15, 1, 240)

# ── signing in ───────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["chatapp.accounts.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "chatapp.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "chatapp.accounts.signin_forms.LoginForm",
    "change_password": "chatapp.accounts.signin_forms.ChangePasswordForm",
    "set_password": "chatapp.accounts.signin_forms.SetPasswordForm",
    "reset_password": "chatapp.accounts.signin_forms.ResetPasswordForm",
    "reset_password_from_key": "chatapp.accounts.signin_forms.ResetPasswordKeyForm",
}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this browser stays signed in, all others are signed out
# Sign-in limits count by address and by client; behind a proxy the client is the n-th from the right.
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 1 if env_bool("BEHIND_PROXY", False) else 0, 0, 9)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds that a mailed link to a new password lives
INVITATION_DAYS = env_int("INVITATION_DAYS", 7, 1, 90)
SESSION_ENGINE = "chatapp.accounts.session_store"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = env_bool("SSL_REDIRECT", HTTPS) and HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
# chatapp.server.middleware sends X-Frame-Options on every answer, not on Django's alone.
SILENCED_SYSTEM_CHECKS = ["security.W002"]
# Without EMAIL_URL nothing is sent: mail on the console would put password links into the logs.
EMAIL_CONFIGURED = bool(os.environ.get("EMAIL_URL"))
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://" if DEBUG else "dummymail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env_text("EMAIL_FROM", "Chatapp <chatapp@localhost>")

# ── pages ────────────────────────────────────────────────────────────────────────────────────
# What runs for nobody (commands, answers, what is stored) speaks English; a page its reader's language.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
# Not `LANGUAGE`: desktops set that one for their own programs, with values of another form.
TEAM_LANGUAGE = env_choice("TEAM_LANGUAGE", "en", tuple(code for code, _ in LANGUAGES))
# Where the days begin by which usage is counted. What is shown to a person goes by that person's clock.
TEAM_TIME_ZONE = env_zone("TEAM_TIME_ZONE", "UTC")
LOCALE_PATHS = [BASE_DIR / "chatapp" / "locale"]
TIME_ZONE = "UTC"
USE_I18N = USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "chatapp.server.static.ModuleManifestStaticFilesStorage"
    },
}
# Bodies are cut by the server before Django sees them; this is the second fence.
MAX_BODY_BYTES = env_int("MAX_BODY_BYTES", 4 * 1024 * 1024, 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# The largest file that a member may import; it comes in parts, each within MAX_BODY_BYTES.
IMPORT_MAX_MB = env_int("IMPORT_MAX_MB", 512, 1, 100_000)

# ── copies of the data ───────────────────────────────────────────────────────────────────────
BACKUP_DIR = Path(env_text("BACKUP_DIR", "") or _note("BACKUP_DIR", DATA_DIR / "backups"))
BACKUP_KEEP = env_int("BACKUP_KEEP", 14, 0, 10_000)
BACKUP_BEFORE_MIGRATION = env_bool("BACKUP_BEFORE_MIGRATION", True)

# ── operating ────────────────────────────────────────────────────────────────────────────────
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
DRAIN_SECONDS = env_float("DRAIN_SECONDS", 25)
PROCESSES = env_int("PROCESSES", 1, 1, 64)
MAX_CONNECTIONS = env_int("MAX_CONNECTIONS", 4096, 16)
LOG_FORMAT = env_choice("LOG_FORMAT", "auto", ("auto", "json", "plain"))
LOG_LEVEL = env_choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "chatapp.server.logs.make_formatter", "style": LOG_FORMAT}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "chatapp": {"level": LOG_LEVEL},
        # Django's own handlers would print a second time; 4xx answers stand in the access log.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "daphne": {"level": "ERROR"},
    },
}
