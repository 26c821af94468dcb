"""What is derived from the journal: search index, figures, features for what-if, and its runs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables of the index."""
    _index_cursors()
    _index_names()
    _decision_index()
    _decision_recipients()
    _decision_findings()
    _decision_features()
    _rule_days()
    _day_figures()
    _what_if_runs()


def _index_cursors() -> None:
    op.create_table(
        "index_cursors",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_index_cursors")),
    )


def _index_names() -> None:
    op.create_table(
        "index_names",
        sa.Column("id", _Number, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_names")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_index_names_kind_name")),
    )


def _decision_index() -> None:
    op.create_table(
        "decision_index",
        sa.Column("number", _Number, autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=True),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("assurance", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("department", sa.Integer(), nullable=True),
        sa.Column("sender", sa.LargeBinary(), nullable=True),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("disclosures", sa.BigInteger(), nullable=False),
        sa.Column("degraded", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("released", sa.Text(), nullable=True),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_decision_index")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_decision_index_decision_id")),
    )
    op.create_index(op.f("ix_decision_index_action_number"), "decision_index", ["action", "number"])
    op.create_index(op.f("ix_decision_index_assurance_number"), "decision_index", ["assurance", "number"])
    op.create_index(op.f("ix_decision_index_client_number"), "decision_index", ["client", "number"])
    op.create_index(op.f("ix_decision_index_department_number"), "decision_index", ["department", "number"])
    op.create_index(op.f("ix_decision_index_outcome_number"), "decision_index", ["outcome", "number"])
    op.create_index(op.f("ix_decision_index_release_number"), "decision_index", ["release", "number"])
    op.create_index(op.f("ix_decision_index_revision_number"), "decision_index", ["revision", "number"])
    op.create_index(op.f("ix_decision_index_sender_number"), "decision_index", ["sender", "number"])


def _decision_recipients() -> None:
    op.create_table(
        "decision_recipients",
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("recipient", "number", name=op.f("pk_decision_recipients")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_decision_recipients_number"), "decision_recipients", ["number"])


def _decision_findings() -> None:
    op.create_table(
        "decision_findings",
        sa.Column("rule", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("rule", "number", name=op.f("pk_decision_findings")),
        sqlite_with_rowid=False,
    )


def _decision_features() -> None:
    op.create_table(
        "decision_features",
        sa.Column("number", _Number, autoincrement=False, nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_decision_features")),
    )


def _rule_days() -> None:
    op.create_table(
        "rule_days",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("rule", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("overridden", sa.Integer(), nullable=False),
        sa.Column("fixed", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "rule", "mode", name=op.f("pk_rule_days")),
    )


def _day_figures() -> None:
    op.create_table(
        "day_figures",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column("blocked", sa.Integer(), nullable=False),
        sa.Column("overridden", sa.Integer(), nullable=False),
        sa.Column("fixed", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("people_spared", sa.BigInteger(), nullable=False),
        sa.Column("disclosures_spared", sa.BigInteger(), nullable=False),
        sa.Column("degraded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "client", name=op.f("pk_day_figures")),
    )


def _what_if_runs() -> None:
    op.create_table(
        "what_if_runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("draft_title", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_what_if_runs")),
    )
    op.create_index(op.f("ix_what_if_runs_created_at"), "what_if_runs", ["created_at"])
    op.create_index(op.f("ix_what_if_runs_person_key"), "what_if_runs", ["person_key"])
