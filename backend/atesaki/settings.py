"""Process settings: every `ATESAKI_…` variable, read once, with one clear sentence for a bad value."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from atesaki.judgement.errors import AtesakiError
from atesaki.setting_kinds import (
    Audiences,
    Authority,
    Domains,
    Guids,
    HttpsUrl,
    Issuer,
    Keys,
    MailAddress,
    MailAddresses,
    Names,
    Origins,
    Rate,
    Secret,
    SmtpUrl,
    Tenant,
    TlsAddress,
    Url,
    guid,
    sentence_of,
)

PREFIX = "ATESAKI_"
"""Every setting `name` is the environment variable `ATESAKI_NAME` and the flag `--name` of `atesaki serve`."""


class SettingsError(AtesakiError):
    """A setting that can't be used; `field` is its name."""

    type: ClassVar[str] = "bad-setting"


class Settings(BaseSettings):
    """Everything that a process is told from outside; see each field's description."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8765, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    data_dir: Path = Field(Path("data"), description="Folder of the SQLite store and of the journal's key.")
    database_url: SecretStr | None = Field(
        None, description="postgresql://… instead of SQLite; needed for more than one process."
    )
    public_url: Url | None = Field(None, description="Address at which clients reach this server.")
    deployment_keys: Keys = Field(
        (), max_length=2, description="Keys that clients send as Atesaki-Key, comma-separated; two while rotating."
    )
    admin_token: Secret | None = Field(None, description="Bearer token of admin and audit calls.")
    metrics_token: Secret | None = Field(None, description="Bearer token that may read /metrics and nothing else.")
    internal_domains: Domains = Field((), description="Our own mail domains; taken until others are declared.")
    policy_dir: Path | None = Field(None, description="Folder that is the truth for policies, reloaded on change.")
    four_eyes: bool = Field(
        False,  # noqa: FBT003  # A default has no name.
        description="Whether policies are published by somebody else than those who changed them.",
    )
    locale: Literal["ja", "en"] = Field("ja", description="Language of reasons where the client names none.")
    workers: int = Field(1, ge=1, le=64, description="Server processes; more than one needs PostgreSQL.")
    cors_origins: Origins = Field((), description="Origins whose pages may call the API, comma-separated.")
    max_body_bytes: int = Field(1_048_576, ge=1_024, le=67_108_864, description="Largest request body in bytes.")
    max_import_bytes: int = Field(33_554_432, ge=1_024, description="Largest roster import in bytes.")
    rate_per_key: Rate = Field(
        500,
        description="Requests per second of one deployment key per process, bursts of five seconds' worth; 0 = off.",
    )
    rate_per_sender: Rate = Field(
        5, description="Requests per second of one sender per process, bursts of five seconds' worth; 0 = off."
    )
    retention_days: int = Field(
        365, ge=1, le=36_500, description="Days until a record's personal data is deleted, if it has no own period."
    )
    fallback_people: int = Field(
        3, ge=1, le=10_000, description="Visible outsiders from which a message that can't be checked is held."
    )
    fallback_on_risk: Literal["prompt", "hold"] = Field(
        "prompt", description="What a client does with a risky message that can't be checked."
    )
    entra_tenants: Guids = Field(
        (), description="Microsoft Entra tenants (GUIDs, comma-separated) whose people are verified by their token."
    )
    entra_audiences: Audiences = Field(
        (),
        validate_default=True,
        description="Client id of the app registration in Entra, and further audiences of its tokens, comma-separated.",
    )
    entra_clients: Guids = Field(
        (), description="Client ids whose tokens are taken besides the add-in's own and those of Office."
    )
    entra_authority: Authority = Field(
        "https://login.microsoftonline.com",
        description="Sign-in service of Microsoft Entra; national clouds have their own.",
    )
    google_client_ids: Names = Field(
        (), description="OAuth client ids of the Gmail extension, comma-separated; their people are verified."
    )
    google_hosted_domains: Names = Field(
        (), description="Google Workspace domains whose people are verified; empty means every Google account."
    )
    gmail_addon_client_id: str | None = Field(
        None,
        min_length=1,
        description="OAuth client id of the Gmail add-on, as gcloud workspace-add-ons get-authorization shows it.",
    )
    gmail_addon_service_account: MailAddress | None = Field(
        None,
        validate_default=True,
        description="Service account that Google calls the Gmail add-on from, shown by the same command.",
    )
    oidc_issuer: Issuer | None = Field(
        None,
        description="OpenID provider that people sign in to the console with, as it names itself; https.",
    )
    oidc_client_id: str | None = Field(
        None, min_length=1, validate_default=True, description="Client id of the console at that provider."
    )
    oidc_client_secret: SecretStr | None = Field(
        None, min_length=1, description="Its client secret; a public client has none."
    )
    oidc_roles_claim: str = Field(
        "roles", min_length=1, description="Claim whose values give roles, such as roles, groups, realm_access.roles."
    )
    oidc_admins: Names = Field(
        (), description="Values of that claim, or verified e-mail addresses, that make admins; comma-separated."
    )
    oidc_auditors: Names = Field((), description="The same for auditors, who read the journal.")
    oidc_checkers: Names = Field((), description="The same for checkers, who check held messages as second person.")
    oidc_roster_owners: Names = Field((), description="The same for owners of rosters, who keep their own.")
    oidc_hosted_domains: Names = Field(
        (), description="Google Workspace domains whose people may sign in to the console; empty means every account."
    )
    oidc_trust_email: bool = Field(
        False,  # noqa: FBT003  # A default has no name.
        description="Takes e-mail addresses that the provider doesn't call verified, as Entra; for one tenant only.",
    )
    session_hours: float = Field(12, gt=0, le=24 * 30, description="Hours after which one signs in again, at most.")
    session_idle_minutes: float = Field(
        30, gt=0, le=60 * 24, description="Minutes without a page after which one signs in again."
    )
    graph_tenant: Tenant | None = Field(
        None, description="Microsoft tenant whose groups rosters follow: GUID or domain."
    )
    graph_client_id: Annotated[str, AfterValidator(guid)] | None = Field(
        None, validate_default=True, description="Client id of the app registration that reads the tenant's directory."
    )
    graph_client_secret: SecretStr | None = Field(None, min_length=1, description="Its client secret.")
    graph_certificate_file: Path | None = Field(
        None, description="Instead of the secret: a PEM file with private key and certificate."
    )
    google_service_account_file: Path | None = Field(
        None, description="JSON key of the service account that reads the Google Workspace directory."
    )
    google_admin: MailAddress | None = Field(
        None, description="Admin of the Workspace for whom the service account acts."
    )
    directory_sync_minutes: int = Field(
        60, ge=5, le=10_080, description="Minutes between two syncs of rosters with their groups."
    )
    journal_key_file: Path | None = Field(
        None, description="Ed25519 key that signs checkpoints; else a file in the data directory."
    )
    checkpoint_seconds: int = Field(60, ge=1, le=60, description="Seconds between two signed checkpoints.")
    checkpoint_minutes: int = Field(60, ge=1, le=10_080, description="Minutes between two deliveries of checkpoints.")
    checkpoint_folder: Path | None = Field(None, description="Folder to which new checkpoints are added, elsewhere.")
    checkpoint_webhook_url: HttpsUrl | None = Field(None, description="https://… to which new checkpoints are posted.")
    checkpoint_mail_to: MailAddresses = Field((), description="Addresses to which new checkpoints are mailed.")
    second_check_mail_to: MailAddresses = Field((), description="Addresses that are told when a second check waits.")
    smtp_url: SmtpUrl | None = Field(None, description="smtps://user@host:465, or smtp://user@host:587 with STARTTLS.")
    smtp_password: SecretStr | None = Field(None, description="Password of the user in ATESAKI_SMTP_URL.")
    smtp_from: MailAddress | None = Field(None, description="Address that our mails come from.")
    feed_webhook_url: HttpsUrl | None = Field(None, description="https://… of a SIEM to which all records are posted.")
    feed_webhook_secret: SecretStr | None = Field(
        None, min_length=16, max_length=200, description="Secret that signs what is posted to webhooks (HMAC-SHA256)."
    )
    feed_syslog: TlsAddress | None = Field(
        None, description="tls://host:6514 of a SIEM that gets all records (RFC 5425)."
    )
    feed_ca_file: Path | None = Field(
        None, description="Certificates (PEM) by which receivers are trusted, not the system's."
    )
    feed_from: Literal["beginning", "now"] = Field(
        "beginning", description="Where a new receiver starts: with all that is recorded, or with what comes."
    )
    feed_purpose: str | None = Field(
        None, min_length=1, max_length=500, description="Sends people and subjects too; what for is recorded."
    )
    queue_limit: int = Field(10_000, ge=1, description="Most records waiting for the disk; more is answered 503.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")

    @property
    def store_address(self) -> str | Path:
        """What `storage.engine.open_store` is given: the database URL, else the data directory."""
        return self.data_dir if self.database_url is None else self.database_url.get_secret_value()

    @property
    def uses_google(self) -> bool:
        """Whether anybody's token of Google has to be verified."""
        return bool(self.google_client_ids or self.gmail_addon_client_id)

    @property
    def on_sqlite(self) -> bool:
        """Whether the store is a file of this machine, which only one process may write."""
        return isinstance(self.store_address, Path) or not self.store_address.startswith("postgres")

    @property
    def entra_client_id(self) -> str | None:
        """The add-in's own client id: the first audience that is one."""
        return next((each for each in self.entra_audiences if "/" not in each), None)

    @field_validator("entra_audiences")
    @classmethod
    def _audience_where_tenants(cls, audiences: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("entra_tenants") and not any("/" not in each for each in audiences):
            raise ValueError("with ATESAKI_ENTRA_TENANTS it must hold the client id of the app registration")
        return audiences

    @field_validator("oidc_client_id")
    @classmethod
    def _client_where_issuer(cls, client: str | None, info: ValidationInfo) -> str | None:
        if (client is None) != (info.data.get("oidc_issuer") is None):
            raise ValueError("it and ATESAKI_OIDC_ISSUER are set together")
        return client

    @field_validator("gmail_addon_service_account")
    @classmethod
    def _whole_addon_or_none(cls, account: str | None, info: ValidationInfo) -> str | None:
        client = info.data.get("gmail_addon_client_id")
        if (account is None) != (client is None):
            raise ValueError("it and ATESAKI_GMAIL_ADDON_CLIENT_ID are set together")
        if account is not None and not str(info.data.get("public_url")).startswith("https://"):
            raise ValueError("Google calls the add-on only where ATESAKI_PUBLIC_URL is https://…")
        return account

    @model_validator(mode="after")
    def _whole_directory_or_none(self) -> "Settings":
        credential = self.graph_client_secret or self.graph_certificate_file
        if len({self.graph_tenant is None, self.graph_client_id is None, credential is None}) > 1:
            raise ValueError("ATESAKI_GRAPH_TENANT, _CLIENT_ID and _CLIENT_SECRET (or _CERTIFICATE_FILE) go together")
        if (self.google_service_account_file is None) != (self.google_admin is None):
            raise ValueError("ATESAKI_GOOGLE_SERVICE_ACCOUNT_FILE and ATESAKI_GOOGLE_ADMIN go together")
        return self

    @model_validator(mode="after")
    def _whole_receivers_or_none(self) -> "Settings":
        if (self.feed_webhook_url or self.checkpoint_webhook_url) and self.feed_webhook_secret is None:
            raise ValueError("a webhook needs ATESAKI_FEED_WEBHOOK_SECRET, by which its receiver knows us")
        if (self.checkpoint_mail_to or self.second_check_mail_to) and None in {self.smtp_url, self.smtp_from}:
            raise ValueError("to send mail, ATESAKI_SMTP_URL and ATESAKI_SMTP_FROM are needed")
        if self.second_check_mail_to and self.public_url is None:
            raise ValueError("ATESAKI_SECOND_CHECK_MAIL_TO needs ATESAKI_PUBLIC_URL, which its links lead to")
        return self

    @model_validator(mode="after")
    def _one_process_on_sqlite(self) -> "Settings":
        if self.workers > 1 and self.on_sqlite:
            message = "more than one worker needs PostgreSQL; set ATESAKI_DATABASE_URL=postgresql://… or use one worker"
            raise ValueError(message)
        return self


def read_settings(**overrides: Any) -> Settings:  # noqa: ANN401  # Each value is validated by its field.
    """Read the environment; `overrides` that are not `None` win.

    Raises `SettingsError` with one sentence about the first bad value, which is never repeated: it may be a secret.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise _settings_error(first["loc"], sentence_of(first)) from None


def _settings_error(path: tuple[str | int, ...], message: str) -> SettingsError:
    sentence = message.removeprefix("Value error, ").rstrip(".")
    if not path:
        return SettingsError(f"{sentence[0].upper()}{sentence[1:]}.", field="workers")
    name = str(path[0])
    return SettingsError(f"{PREFIX}{name.upper()} can't be used: {sentence[0].lower()}{sentence[1:]}.", field=name)
