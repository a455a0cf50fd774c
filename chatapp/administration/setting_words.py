"""What each setting of the installation is for, in a few words; docs/settings.md has the whole of it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, Promise]

GROUPS: tuple[tuple[Promise, Words], ...] = (
    (
        _("The model"),
        {
            "CLOUDFLARE_ACCOUNT_ID": _("Account whose Workers AI answers."),
            "CLOUDFLARE_AUTH_TOKEN": _("Token of that account."),
            "CLOUDFLARE_API_BASE": _("Where Cloudflare's API is."),
            "MODEL_NAME": _("The model's name, tried first."),
            "MODEL_FORM": _("Which of Cloudflare's two forms is asked."),
            "OPENAI_BASE_URL": _("Another server with the same model; it wins over Cloudflare."),
            "OPENAI_API_KEY": _("Its key."),
            "MODEL_CONTEXT": _("Window of the model, in tokens."),
            "MODEL_PRICE_INPUT": _("US dollars for a million tokens in."),
            "MODEL_PRICE_OUTPUT": _("US dollars for a million tokens out."),
            "MODEL_FIRST_TOKEN_TIMEOUT": _("Seconds of silence before the first token."),
            "MODEL_BETWEEN_TOKENS_TIMEOUT": _("Seconds of silence between tokens."),
        },
    ),
    (
        _("Where it runs"),
        {
            "HOST": _("Address on which it listens."),
            "PORT": _("Port on which it listens."),
            "SITE_URL": _("The address people type."),
            "ALLOWED_ORIGINS": _("Addresses from which pages may come."),
            "BEHIND_PROXY": _("A reverse proxy of yours stands in front."),
            "TRUSTED_PROXIES": _("How many proxies of yours stand in front."),
            "SSL_REDIRECT": _("Sends http to https."),
            "HSTS_SECONDS": _("How long browsers insist on https, in seconds."),
            "PROCESSES": _("Processes on one socket."),
            "MAX_CONNECTIONS": _("Connections at once in one process."),
            "MAX_BODY_BYTES": _("Longest body of a request."),
            "DRAIN_SECONDS": _("How long answers may go on when the server stops."),
            "DATA_DIR": _("Folder of what is kept."),
            "SECRET_KEY": _("Signs sessions and links."),
            "DEBUG": _("For development only."),
        },
    ),
    (
        _("Database and doorbell"),
        {
            "DATABASE_URL": _("Where the database is; SQLite in the data folder if it is not set."),
            "DATABASE_POOL": _("Connections to PostgreSQL for each process, at most."),
            "REDIS_URL": _("By which processes hear of each other."),
            "REDIS_PREFIX": _("Keeps two installations on one Redis apart."),
        },
    ),
    (
        _("Copies of the data"),
        {
            "BACKUP_DIR": _("Folder of the backups."),
            "BACKUP_KEEP": _("How many backups stay; 0 keeps all."),
            "BACKUP_BEFORE_MIGRATION": _("The data are copied before a new version changes the tables."),
        },
    ),
    (
        _("Limits and people"),
        {
            "MAX_RUNNING": _("Answers written at once by one process."),
            "MAX_RUNNING_PER_MEMBER": _("Answers written at once for one member."),
            "POSTS_PER_MINUTE": _("Posts of one member in a minute."),
            "IMPORT_MAX_MB": _("Largest file that a member may import, in megabytes."),
            "MAX_QUESTION_CHARS": _("Longest question, in characters."),
            "SHARE_PUBLIC": _("Members may share a chat with anyone who has the link."),
            "TEAM_LANGUAGE": _("Language of those who have chosen none."),
            "TEAM_TIME_ZONE": _("Where the days begin by which usage is counted."),
            "TRASH_DAYS": _("Days that a deleted chat stays in the trash."),
            "TEMPORARY_HOURS": _("Hours that a temporary chat is kept."),
            "REVIEW_IDLE_MINUTES": _("Minutes after which a reviewer gives a reason anew."),
            "INVITATION_DAYS": _("Days that an invitation can be used."),
            "EMAIL_URL": _("The mail server, for password resets."),
            "EMAIL_FROM": _("Sender of mails."),
        },
    ),
    (
        _("Watching it"),
        {
            "METRICS_TOKEN": _("Who has it may read the metrics."),
            "LOG_FORMAT": _("Form of the log."),
            "LOG_LEVEL": _("From which level on the log tells."),
        },
    ),
)
