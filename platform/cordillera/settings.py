"""Every setting, read from the environment and explained in deploy/environment.example."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from cordillera import environment, schedule

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PACKAGE = Path(__file__).resolve().parent

DEBUG = environment.boolean("DEBUG", False)
DEMO = environment.boolean("DEMO", False)
SECRET_KEY = environment.text("SECRET_KEY")
# Encrypts the Parties' private keys at rest; 32 bytes in base64; never in the database.
KEY_ENCRYPTION_KEY = environment.text("KEY_ENCRYPTION_KEY")
# After how many days keys are rotated by themselves.
KEY_SIGNING_DAYS = environment.integer("KEY_SIGNING_DAYS", 90, least=1)
KEY_SEALING_DAYS = environment.integer("KEY_SEALING_DAYS", 14, least=1)
# The sealing suites that are allowed; our own sealing keys are made for the first one.
EXCHANGE_SUITES = environment.items("EXCHANGE_SUITES", "HPKE-XWING-SHAKE256-AES256GCM")
# On for a node that accepts no inbound connection: it fetches from its peers what waits for it.
EXCHANGE_FETCHES = environment.boolean("EXCHANGE_FETCHES", False)
# Nodes come in at a process of their own (sharing/exchange/apart.py), where a body has so many seconds.
EXCHANGE_APART = environment.boolean("EXCHANGE_APART", True)
EXCHANGE_BODY_SECONDS = environment.integer("EXCHANGE_BODY_SECONDS", 15, least=1)
# How many requests of other nodes each process that takes them works on at once.
EXCHANGE_AT_ONCE = environment.integer("EXCHANGE_AT_ONCE", 3, least=1)
HOSTED_PARTIES = environment.items("HOSTED_PARTIES", "US MX CA")
# The originator of a disputed record has so many days to decide.
DISPUTE_DAYS = environment.integer("DISPUTE_DAYS", 30, least=1)
ALLOWED_HOSTS = environment.items("ALLOWED_HOSTS", "localhost 127.0.0.1 [::1]")
PUBLIC_URL = environment.text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
LIVE_URL = environment.text("LIVE_URL", "http://127.0.0.1:8100/events")
LIVE_TICKET_SECONDS = 60
DATA_DIR = Path(environment.text("DATA_DIR", str(BASE_DIR / ".var")))

INSTALLED_APPS = [
    "cordillera.access",
    "cordillera.parties",
    "cordillera.events",
    "cordillera.web",
    "cordillera.api",
    "audit",
    "sharing.records",
    "sharing.search",
    "sharing.exchange",
    "sharing.desk",
    "sharing.oversight",
    "sharing.demo",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_prometheus",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "sharing.exchange.entrance.nodes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cordillera.access.middleware.identity",
    "cordillera.parties.middleware.preferences",
    "cordillera.parties.middleware.second_factor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cordillera.parties.middleware.activity",
    "django_htmx.middleware.HtmxMiddleware",
    "cordillera.web.middleware.wrong_method",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "cordillera.urls"
WSGI_APPLICATION = "cordillera.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cordillera.web.context.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# The runtime role, which row-level security binds. Migrations run with the owner's URL instead.
DATABASES = {
    "default": {
        **environment.database("DATABASE_URL"),
        "CONN_MAX_AGE": environment.integer("DATABASE_CONN_MAX_AGE", 300),
        "CONN_HEALTH_CHECKS": True,
    }
}
# What one statement may take, in a request and in a task, and how long a transaction may idle: a
# query that went astray or a process that hangs must not hold locks and connections for ever.
STATEMENT_SECONDS = environment.integer("STATEMENT_SECONDS", 30)
TASK_STATEMENT_SECONDS = environment.integer("TASK_STATEMENT_SECONDS", 300)
IDLE_IN_TRANSACTION_SECONDS = environment.integer("IDLE_IN_TRANSACTION_SECONDS", 120)
DATABASE_RUNTIME_ROLE = environment.text("DATABASE_RUNTIME_ROLE", "cordillera_runtime")

REDIS_URL = environment.text("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Signing in -------------------------------------------------------------------------------
AUTH_USER_MODEL = "parties.Officer"
AUTHENTICATION_BACKENDS = ["cordillera.parties.sign_in.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "cordillera.parties.passwords.WithoutNames"},
    {"NAME": "cordillera.parties.passwords.Varied"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "cordillera.parties.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Cordillera: "
# Failed sign-ins: by address, by user name and address, and by user name wherever they come from;
# the last one holds up only strangers (cordillera/parties/attempts.py).
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/5m/ip,5/10m/key",
    "login_failed_name": "20/10m/key",
    "reauthenticate": "10/m/user",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = environment.integer("REAUTHENTICATION_SECONDS", 900)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
MFA_TOTP_ISSUER = "Cordillera"
MFA_ADAPTER = "cordillera.parties.sign_in.MFAAdapter"
MFA_FORMS = {
    "add_webauthn": "cordillera.parties.forms.PasskeyForm",
    "edit_webauthn": "cordillera.parties.forms.PasskeyNameForm",
}
MFA_REQUIRED = environment.boolean("MFA_REQUIRED", not DEMO)
USERSESSIONS_TRACK_ACTIVITY = True
# A browser sends a host's cookies to all its ports, so nodes that share a host need their own names.
COOKIE_PREFIX = environment.text("COOKIE_PREFIX", "")
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
SESSION_COOKIE_AGE = environment.integer("SESSION_SECONDS", 12 * 3600)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cordillera.web.views.errors.forged"

# --- Transport and headers ----------------------------------------------------------------------
SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE and environment.boolean("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
if environment.boolean("BEHIND_PROXY", False):
    ALLAUTH_TRUSTED_PROXY_COUNT = environment.integer("PROXY_COUNT", 1, least=1)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, "/".join(LIVE_URL.split("/")[:3])] if "://" in LIVE_URL else [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# --- Languages and times --------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("fr", "Français")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = "cordillera.formats"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Files ------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [("vendor", PACKAGE / "web" / "vendor")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": environment.text(
            "STATICFILES_BACKEND", "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
MEDIA_ROOT = DATA_DIR / "files"
# What a plain form sends is read in memory: nothing lies on the disk before it is encrypted.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# Where files are scanned before anybody gets them; empty: they are not.
CLAMD_URL = environment.text("CLAMD_URL", "")
# So many bytes may lie here of files that are not released yet, of one officer and of one Party.
ATTACHMENT_OFFICER_BYTES = environment.integer("ATTACHMENT_OFFICER_BYTES", 4 * 1024**3, least=1)
ATTACHMENT_PARTY_BYTES = environment.integer("ATTACHMENT_PARTY_BYTES", 64 * 1024**3, least=1)
# So many bytes may lie here of the files of one Party on another node; more of them wait.
ATTACHMENT_ORIGINATOR_BYTES = environment.integer(
    "ATTACHMENT_ORIGINATOR_BYTES", 64 * 1024**3, least=1
)
# An upload that is not whole after so many hours is removed.
ATTACHMENT_ABANDONED_HOURS = environment.integer("ATTACHMENT_ABANDONED_HOURS", 24, least=1)

# --- E-mail: says that something waits, never what -----------------------------------------------
EMAIL_BACKEND = environment.text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.console.EmailBackend"
    if DEMO
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = environment.text("EMAIL_HOST", "localhost")
EMAIL_PORT = environment.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.boolean("EMAIL_USE_TLS", False)
# A mail server that does not answer must not hold a worker for ever.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", "cordillera@localhost")

# --- Celery: the doorbell -----------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60,
    # Without these a killed worker's task came back only after 100 seconds (measured).
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}
CELERY_TIMEZONE = "UTC"
# So many tasks may share a connection; cordillera.celery looks after it as Django does after requests.
CELERY_DB_REUSE_MAX = 10_000
CELERY_TASK_DEFAULT_QUEUE = "cordillera"
CELERY_BEAT_SCHEDULER = "cordillera.beat:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = schedule.schedule(scans=bool(CLAMD_URL), fetches=EXCHANGE_FETCHES)

# --- Retention ------------------------------------------------------------------------------------
# So many days after its expiry or recall a record is locked: for auditors only.
RETENTION_LOCK_AFTER_DAYS = environment.integer("RETENTION_LOCK_AFTER_DAYS", 30, least=0)
# So many days it stays locked before what it said is deleted.
RETENTION_LOCKED_DAYS = environment.integer("RETENTION_LOCKED_DAYS", 365, least=30)

# --- Exchange with other nodes -----------------------------------------------------------------
# An envelope holds at most so many items and bytes; the protocol allows 500 and 8 MiB.
EXCHANGE_BATCH_ITEMS = environment.integer("EXCHANGE_BATCH_ITEMS", 500, least=1)
EXCHANGE_BATCH_BYTES = environment.integer("EXCHANGE_BATCH_BYTES", 4 * 1024 * 1024, least=1024)
# One exchange with a peer from connecting to its answer's last byte, however slowly that comes.
EXCHANGE_TIMEOUT = environment.integer("EXCHANGE_TIMEOUT", 20, least=1)
# An HTTP proxy that envelopes leave through, as http://proxy.example.org:3128, and user:password for
# it. What is on this machine is never asked through it.
EXCHANGE_PROXY = environment.text("EXCHANGE_PROXY", "")
EXCHANGE_PROXY_CREDENTIALS = environment.text("EXCHANGE_PROXY_CREDENTIALS", "")
EXCHANGE_CONNECT_TIMEOUT = environment.integer("EXCHANGE_CONNECT_TIMEOUT", 5, least=1)
# So many seconds behind, and the administrators are told of a channel.
EXCHANGE_ALERT_SECONDS = environment.integer("EXCHANGE_ALERT_SECONDS", 600, least=10)
# Who shows it may read /metrics; nobody may without it.
METRICS_TOKEN = environment.text("METRICS_TOKEN", "")
# The longest pause between two tries to reach a peer.
EXCHANGE_LONGEST_PAUSE = environment.integer("EXCHANGE_LONGEST_PAUSE", 300, least=1)
# After so many seconds a drain lets other work of its worker pass, and goes on behind it.
EXCHANGE_TURN_SECONDS = environment.integer("EXCHANGE_TURN_SECONDS", 15, least=1)

# --- The log's witnesses -------------------------------------------------------------------------
# The Parties whose nodes must have co-signed a checkpoint of the log; empty: every enrolled one.
LOG_WITNESSES = environment.items("LOG_WITNESSES")
# Other Parties who share a node, and so its log and its witness, as CA+US.
LOG_SHARED = environment.items("LOG_SHARED")
# How long a witness may take to answer.
LOG_WITNESS_TIMEOUT = environment.integer("LOG_WITNESS_TIMEOUT", 5, least=1)
# How many seconds a log may leave it open whether two trees that it signed are one.
LOG_PROOF_PATIENCE = environment.integer("LOG_PROOF_PATIENCE", 3600)

# --- Oversight ---------------------------------------------------------------------------------
# How long the disclosure ledger keeps a line, and for how many days an export of it can be fetched.
LEDGER_YEARS = environment.integer("LEDGER_YEARS", 5, least=5)
LEDGER_EXPORT_DAYS = environment.integer("LEDGER_EXPORT_DAYS", 7, least=1)
# For how many days a signed bundle of the log that was made in the background can be fetched, and how
# much room the bundles of one Party may take in all.
BUNDLE_DAYS = environment.integer("BUNDLE_DAYS", 7, least=1)
BUNDLE_MEGABYTES = environment.integer("BUNDLE_MEGABYTES", 2000, least=1)
# Which part of all searches is drawn for review, and in how many days one is reviewed.
SEARCH_SAMPLE = environment.share("SEARCH_SAMPLE", 0.02, least=0.01)
SEARCH_REVIEW_DAYS = environment.integer("SEARCH_REVIEW_DAYS", 14, least=1)

# --- API ------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["cordillera.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["cordillera.api.authentication.HasIdentity"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cordillera.api.parsers.JSON"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "cordillera.api.errors.problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
}
API_REQUESTS_PER_MINUTE = environment.integer("API_REQUESTS_PER_MINUTE", 600)
SPECTACULAR_SETTINGS = {
    "TITLE": "Cordillera",
    "DESCRIPTION": "Enforcement information sharing under USMCA chapter 7.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["cordillera.api.schema.complete"],
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "docExpansion": "list",
        "defaultModelsExpandDepth": 0,
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO")},
    # It tells each letter that it leaves out of a PDF.
    "loggers": {"fontTools": {"level": "WARNING"}},
}
