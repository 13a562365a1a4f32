"""One settings module; what differs between places comes from the environment."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from bihuan.base.analytics import analytics_databases
from bihuan.base.home import home, subfolder
from bihuan.base.logs import logging_settings
from bihuan.base.postgres import database_settings

PACKAGE = Path(__file__).resolve().parent


def env_bool(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, str(default))
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name} must be True or False, not {value!r}")
    return value == "True"


def env_count(name: str, *, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}")
    return int(value)


def env_choice(name: str, *options: str) -> str:
    """Return one of the options, the first when nothing is said."""
    value = os.environ.get(name) or options[0]
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}")
    return value


def secret_key() -> str:
    """Return the key from the environment, or one made once for this home."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    path = home() / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")


DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = secret_key()
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
HTTPS = env_bool("HTTPS", default=False)
PLAIN_HTTP = env_bool("PLAIN_HTTP", default=False)  # Others may sign in unencrypted: a trial.

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "bihuan.web",  # Before allauth, whose pages it dresses.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",  # Speaks where bihuan[saml] is installed.
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "bihuan.base",
    "bihuan.org",
    "bihuan.privacy",
    "bihuan.ai",
    "bihuan.facts",
    "bihuan.playbooks",
    "bihuan.inbox",
    "bihuan.customers",
    "bihuan.metrics",
    "bihuan.goals",
    "bihuan.rules",
    "bihuan.advice",
    "bihuan.reports",
    "bihuan.integrations",
    "bihuan.tenants",
    "bihuan.lineage",
    "bihuan.demo",
]

MIDDLEWARE = [
    "bihuan.base.request_id.RequestIdMiddleware",
    "bihuan.base.encrypted.EncryptedMiddleware",  # Refuses where the next would lead elsewhere.
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bihuan.base.wall.middleware.WallMiddleware",  # Outside of whatever finds out who comes.
    "bihuan.org.middleware.SessionMiddleware",
    "bihuan.web.middleware.LanguageMiddleware",
    "bihuan.org.middleware.PersonMiddleware",
    "bihuan.org.middleware.UsageMiddleware",
    "bihuan.org.middleware.FirstThingsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bihuan.base.uploads.middleware.RequestSizeMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bihuan.org.middleware.StandingMiddleware",
    "bihuan.base.refusals.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "bihuan.web.context.shell",
            ]
        },
    }
]

FORM_RENDERER = "bihuan.web.form_renderer.FormRenderer"
ANALYTICS_URL = os.environ.get("ANALYTICS_URL") or "duckdb"
ANALYTICS_FOLDER = os.environ.get("ANALYTICS_FOLDER", "")  # Where a cluster can read; the home.
OUTBOUND_ALLOWED = [o.strip() for o in os.environ.get("OUTBOUND_ALLOWED", "").split(",") if o]
AI_URL = os.environ.get("AI_URL", "")  # As of OpenAI, up to and with /v1; empty: texts stay here.
AI_KEY = os.environ.get("AI_KEY", "")
AI_MODEL = os.environ.get("AI_MODEL", "")
AI_AUDIO_MODEL = os.environ.get("AI_AUDIO_MODEL", "")  # Recordings leave the house as they are.
AI_TIMEOUT_SECONDS = env_count("AI_TIMEOUT_SECONDS", default=20)
AI_CALLS_PER_DAY = env_count("AI_CALLS_PER_DAY", default=500)  # Of each company.
AI_TOKENS_PER_DAY = env_count("AI_TOKENS_PER_DAY", default=1_000_000)
DATABASES: dict[str, dict[str, Any]] = {
    "default": database_settings(),
    **analytics_databases(ANALYTICS_URL),
}
CONN_MAX_AGE = 60
TENANT_WALL = env_choice("TENANT_WALL", "auto", "on", "off")  # See bihuan.base.wall.
SIGN_UP = env_choice("SIGN_UP", "closed", "invited", "open")  # Who founds a company by a page.
DELETION_NOTICE_DAYS = env_count("DELETION_NOTICE_DAYS", default=30)
BACKUP_FOLDER = os.environ.get("BACKUP_FOLDER", "")  # The folder “backups” of the home.
BACKUP_KEY_FILE = os.environ.get("BACKUP_KEY_FILE", "")  # Encrypts what is made by itself.
BACKUP_NIGHTLY = env_bool("BACKUP_NIGHTLY", default=True)
BACKUP_BEFORE_UPGRADE = env_bool("BACKUP_BEFORE_UPGRADE", default=True)
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None  # bihuan.base.jobs reads them when asked.
ROOT_URLCONF = "bihuan.urls"
WSGI_APPLICATION = "bihuan.wsgi.application"
AUTH_USER_MODEL = "org.Login"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USAGE_IS_METERED = env_bool("USAGE_IS_METERED", default=True)  # Limits of API and exports.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")  # Without it nobody is shown any.
LEAST_FREE_BYTES = int(os.environ.get("LEAST_FREE_BYTES", 512 * 1024 * 1024))
LOGGING = logging_settings(os.environ.get("LOG_FORMAT", "text"))

USE_TZ = True
TIME_ZONE = "UTC"
BUSINESS_TIME_ZONE = os.environ.get("BUSINESS_TIME_ZONE", "Asia/Shanghai")
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# Named here, our words come before those that libraries have for the same English ones.
LOCALE_PATHS = sorted(PACKAGE.glob("*/locale"))
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = subfolder("static")
WHITENOISE_USE_FINDERS = True
WHITENOISE_MANIFEST_STRICT = False
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
LARGEST_REQUEST = env_count("LARGEST_REQUEST", default=512 * 1024 * 1024)  # In bytes.
LARGEST_OF_STRANGERS = 2 * 1024 * 1024  # Of pages for whoever is not signed in.
DATA_UPLOAD_MAX_MEMORY_SIZE = 110 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "bihuan.org.passwords.WordsOfTheHouse"},
]
CSRF_FAILURE_VIEW = "bihuan.web.views.csrf_failed"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "bihuan.org.views.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {  # Kept in the shared cache; a whole office may come from one address.
    "login": "600/m/ip",
    "login_failed": "60/m/ip,10/5m/key",
    "reset_password": "20/m/ip,3/10m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
MFA_ADAPTER = "bihuan.org.views.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # A phone whose clock goes half a minute wrong.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # Browsers themselves ask for HTTPS or localhost.
SOCIALACCOUNT_ADAPTER = "bihuan.org.views.adapters.ProviderAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # A form must not lead elsewhere, says the policy of content.
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # Whom a provider means is decided by the adapter.
ACCOUNT_SESSION_REMEMBER = False  # Twelve hours at most, for everybody.

PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://localhost:8000")  # Where messages lead to.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "bihuan@localhost")
MAIL_IS_ON = "EMAIL_HOST" in os.environ  # Without a server, nobody is told by mail.
MAIL_MODULE = "smtp" if MAIL_IS_ON else "console"
EMAIL_BACKEND = os.environ.get(
    "EMAIL_BACKEND", f"django.core.mail.backends.{MAIL_MODULE}.EmailBackend"
)
LIVE_STREAMS = int(os.environ.get("LIVE_STREAMS", "4"))  # Held open at once in each process.
WECOM_URL = os.environ.get("WECOM_URL", "https://qyapi.weixin.qq.com")
WECOM_TIMEOUT = int(os.environ.get("WECOM_TIMEOUT", "10"))

SESSION_ENGINE = "bihuan.org.sessions"
if HTTPS:  # No other host, and no page without encryption, can set or see these.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # No further cookie.
SESSION_COOKIE_AGE = 12 * 60 * 60  # Ended earlier by bihuan.org.middleware.
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # A list in browsers, for the whole domain of others.
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [
    r"^health/",
    r"^api/",
]  # Probes ask the process itself; programs are refused.
BEHIND_PROXY = env_bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # What the nearest proxy says of an address; no one else.
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],  # Not even files of ours, unless the page itself names them.
        "script-src-attr": [NONE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],  # Recordings of conversations.
        "connect-src": [SELF],
        "object-src": [NONE],
        "frame-src": [NONE],
        "worker-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
