"""The tables of the store as SQLAlchemy Core metadata, equal on SQLite and PostgreSQL.

Moments are BIGINT microseconds since 1970-01-01 UTC; JSON documents are Text holding exactly what was written.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    },
)

# SQLite numbers rows by itself only in a column of type INTEGER.
_Number = BigInteger().with_variant(Integer, "sqlite")

streams = Table(
    "streams",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("opened_at", BigInteger, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)
"""One Merkle tree a writer; `frontier` holds the right edge of the tree over the first `size` records."""

EVERYDAY_KINDS = ("decision.recorded", "decision.released", "outcome.reported")
"""The kinds of records that come with every mail."""

RARE_KINDS = text(" AND ".join(f"kind <> '{kind}'" for kind in EVERYDAY_KINDS))
"""All other kinds; written out, since a partial index serves a query only where both say the same.

Not as a list (NOT IN): SQLite would fill a table with it for every record that is inserted.
"""

records = Table(
    "records",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("record_id"),
    Index(None, "subject"),
    # Costs nothing at Send, and finds the one look at personal data among millions of decisions.
    Index("ix_records_rare", "kind", "record_id", sqlite_where=RARE_KINDS, postgresql_where=RARE_KINDS),
)
"""The journal; `body` holds the exact bytes that `leaf_hash` and the tree are computed over."""

personal = Table(
    "personal",
    metadata,
    Column("record_id", Text, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("blob", LargeBinary, nullable=False),
    Column("expires_at", BigInteger, nullable=True),
    Column("redacted", Boolean, nullable=False, server_default=false()),
    Index(None, "expires_at"),
)
"""Personal data of a record, apart, so that it can be deleted without breaking a proof."""

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
"""Signed heads of a stream (C2SP tlog-checkpoint)."""

policy_revisions = Table(
    "policy_revisions",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("revision", Text, nullable=False),
    Column("files", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Index(None, "revision"),
)
"""Every policy set that was ever published; the greatest `number` is in force."""

documents = Table(
    "documents",
    metadata,
    Column("name", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)
"""Small JSON documents by name, such as the organization."""

rosters = Table(
    "rosters",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("handling", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("members_at", BigInteger, nullable=True),
    UniqueConstraint("name"),
)
"""Registered lists of people; `revision` names the members in force, which are so since `members_at`."""

roster_members = Table(
    "roster_members",
    metadata,
    Column(
        "roster_id",
        _Number,
        ForeignKey("rosters.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("mailbox_key", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=True),
    Index(None, "mailbox_key"),
)
"""Members of one revision of a roster."""

releases = Table(
    "releases",
    metadata,
    Column("decision_id", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_by", Text, nullable=True),
    Index(None, "fingerprint"),
    Index(None, "expires_at"),
)
"""Held messages that were released, each for one use; `used_by` is the decision that used it."""

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key_hash", Text, primary_key=True),
    Column("request_hash", Text, nullable=False),
    Column("decision_id", Text, nullable=True),
    Column("status", Integer, nullable=True),
    Column("answer", LargeBinary, nullable=True),
    Column("expires_at", BigInteger, nullable=False),
    Index(None, "expires_at"),
)
"""Answers kept for a retry of the same request; without an `answer` the first try is still under way."""

credentials = Table(
    "credentials",
    metadata,
    Column("name", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=True),
)
"""Digests of keys and tokens; two of one name may be valid at a time."""

correspondents = Table(
    "correspondents",
    metadata,
    Column("sender_key_hash", Text, primary_key=True),
    Column("recipient_key_hash", Text, primary_key=True),
    Column("last_at", BigInteger, nullable=False),
)
"""Who has mailed whom, as keyed hashes; derived from the journal and rebuilt from it."""

accounts = Table(
    "accounts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("password_hash", Text, nullable=True),
    Column("totp_secret", Text, nullable=True),
    Column("totp_used", BigInteger, nullable=True),
    Column("roles", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger, nullable=True),
)
"""People who sign in to the console without an identity provider; `name` is their e-mail address."""

one_time_links = Table(
    "one_time_links",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("account", Text, nullable=True),
    Column("roles", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=True),
)
"""Links that work once: to create the first admin, to accept an invitation, to set a new password."""

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("person_key", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index(None, "person_key"),
    Index(None, "expires_at"),
)
"""Who is signed in to the console; `digest` is the SHA-256 of the cookie."""

policy_drafts = Table(
    "policy_drafts",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("title", Text, nullable=False),
    Column("base_number", Integer, nullable=False),
    Column("files", Text, nullable=False),
    Column("author_key", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("editors", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index(None, "state"),
)
"""Policy sets that are being worked on; `base_number` is the publication that a draft began from.

`editors` are the keys and names of everybody who has changed it, as a JSON list.
"""

roster_uploads = Table(
    "roster_uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("roster", Text, nullable=False),
    Column("person_key", Text, nullable=False),
    Column("file", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index(None, "expires_at"),
)
"""Files of members between their preview and their import."""

roster_sources = Table(
    "roster_sources",
    metadata,
    Column("roster_id", _Number, ForeignKey("rosters.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("provider", Text, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("group_name", Text, nullable=False),
    Column("synced_at", BigInteger, nullable=True),
    Column("problem", Text, nullable=True),
    Column("unresolved", Integer, nullable=False, server_default="0"),
)
"""Directory groups that rosters are kept in step with."""

trials = Table(
    "trials",
    metadata,
    Column("id", Text, primary_key=True),
    Column("trial", Text, nullable=False),
    Column("person_key", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index(None, "expires_at"),
)
"""Messages that admins have tried and kept for a while, with their addresses; `id` is the secret part of the link."""
