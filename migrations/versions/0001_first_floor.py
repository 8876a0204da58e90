"""first floor.

Revision: 0001. Follows: .
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source_doc", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("loaded_by", sa.String(length=80), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("short", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("name", "year", name=op.f("uq_campaign_name_year")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_year"), ["year"], unique=False)

    op.create_table(
        "cause",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("right_kind", sa.String(length=30), nullable=False),
        sa.Column("agency", sa.String(length=20), nullable=False),
        sa.Column("fine_base", sa.String(length=12), nullable=False),
        sa.Column("crimes", sa.JSON(), nullable=False),
        sa.Column("seizable", sa.Boolean(), nullable=False),
        sa.Column("violates", sa.JSON(), nullable=False),
        sa.Column("penalises", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cause")),
        sa.UniqueConstraint("key", name=op.f("uq_cause_key")),
    )
    op.create_table(
        "errand",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("queue", sa.String(length=20), nullable=False),
        sa.Column("once", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errand")),
        sa.UniqueConstraint("once", name=op.f("uq_errand_once")),
    )
    with op.batch_alter_table("errand", schema=None) as batch_op:
        batch_op.create_index(
            "ix_errand_failed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )
        batch_op.create_index(
            "ix_errand_open",
            ["not_before"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )

    op.create_table(
        "guess",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guess")),
        sa.UniqueConstraint("key", name=op.f("uq_guess_key")),
    )
    op.create_table(
        "history",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_name", sa.String(length=80), nullable=False),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("from_status", sa.String(length=40), nullable=True),
        sa.Column("to_status", sa.String(length=40), nullable=True),
        sa.Column("law", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_history")),
        sa.UniqueConstraint("digest", name=op.f("uq_history_digest")),
    )
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.create_index("ix_history_organ", ["organ_id", "seq"], unique=False)
        batch_op.create_index("ix_history_subject", ["subject_type", "subject_id", "seq"], unique=False)

    op.create_table(
        "history_head",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_head")),
    )
    op.create_table(
        "instrument",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("short", sa.String(length=160), nullable=False),
        sa.Column("doc_no", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_instrument_key_version")),
    )
    op.create_table(
        "organ",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("short", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("police_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("procuratorate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["organ.id"], name=op.f("fk_organ_parent_id")),
        sa.ForeignKeyConstraint(["police_id"], ["organ.id"], name=op.f("fk_organ_police_id")),
        sa.ForeignKeyConstraint(["procuratorate_id"], ["organ.id"], name=op.f("fk_organ_procuratorate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organ")),
        sa.UniqueConstraint("name", name=op.f("uq_organ_name")),
    )
    with op.batch_alter_table("organ", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organ_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        sa.Column("certificate_no", sa.String(length=40), nullable=True),
        sa.Column("certificate_until", sa.Date(), nullable=True),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("account", name=op.f("uq_person_account")),
    )
    op.create_table(
        "search_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tokens", postgresql.TSVECTOR().with_variant(sa.Text(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("subject_type", "subject_id", name=op.f("uq_search_entry_subject_type_subject_id")),
        postgresql_with={"toast_tuple_target": 128},
    )
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.create_index("ix_search_entry_newest", ["subject_type", "organ_id", "id"], unique=False)

    op.create_table(
        "threshold_set",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_set")),
        sa.UniqueConstraint("version", name=op.f("uq_threshold_set_version")),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("instrument_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("article", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_article_instrument_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("instrument_id", "article", name=op.f("uq_article_instrument_id_article")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source_doc", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["year"], ["calendar_year.year"], name=op.f("fk_calendar_day_year")),
        sa.PrimaryKeyConstraint("date", name=op.f("pk_calendar_day")),
    )
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_day_year"), ["year"], unique=False)

    op.create_table(
        "campaign_target",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_target_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_target")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_campaign_target_campaign_id_number")),
    )
    op.create_table(
        "counter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_counter_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
        sa.UniqueConstraint("organ_id", "series", "year", name=op.f("uq_counter_organ_id_series_year")),
    )
    op.create_table(
        "deadline",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("term", sa.String(length=60), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start_event", sa.String(length=120), nullable=False),
        sa.Column("start_set_by", sa.String(length=80), nullable=False),
        sa.Column("calendar_version", sa.String(length=60), nullable=False),
        sa.Column("raw_end", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_warning", sa.String(length=12), nullable=True),
        sa.Column("next_warning_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_deadline_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deadline_open",
            ["organ_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('running', 'paused', 'missed')"),
            postgresql_where=sa.text("state IN ('running', 'paused', 'missed')"),
        )
        batch_op.create_index("ix_deadline_subject", ["subject_type", "subject_id"], unique=False)
        batch_op.create_index(
            "ix_deadline_warning",
            ["next_warning_at"],
            unique=False,
            sqlite_where=sa.text("next_warning_at IS NOT NULL"),
            postgresql_where=sa.text("next_warning_at IS NOT NULL"),
        )

    op.create_table(
        "issued_number",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=80), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_issued_number_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_number")),
        sa.UniqueConstraint("organ_id", "series", "year", "n", name=op.f("uq_issued_number_organ_id_series_year_n")),
        sa.UniqueConstraint("text", name=op.f("uq_issued_number_text")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_state", sa.String(length=10), nullable=False),
        sa.Column("mail_error", sa.Text(), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_person", ["person_id", "id"], unique=False)
        batch_op.create_index(
            "ix_notice_unread",
            ["person_id", "id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )
        batch_op.create_index(
            "ix_notice_unsent",
            ["mail_state", "id"],
            unique=False,
            sqlite_where=sa.text("mail_state IN ('waiting', 'failed')"),
            postgresql_where=sa.text("mail_state IN ('waiting', 'failed')"),
        )

    op.create_table(
        "paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("verify_code", sa.String(length=20), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("template_version", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state <> 'ready' OR sha256 IS NOT NULL", name=op.f("ck_paper_ready_has_pdf")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["person.id"], name=op.f("fk_paper_issued_by_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_paper_organ_id")),
        sa.ForeignKeyConstraint(["superseded_by_id"], ["paper.id"], name=op.f("fk_paper_superseded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("verify_code", name=op.f("uq_paper_verify_code")),
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index("ix_paper_number", ["number"], unique=False)
        batch_op.create_index("ix_paper_subject", ["subject_type", "subject_id", "id"], unique=False)

    op.create_table(
        "party",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_key", sa.String(length=160), nullable=False),
        sa.Column("trade_name", sa.String(length=160), nullable=False),
        sa.Column("former_names", sa.JSON(), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("legacy_no", sa.String(length=15), nullable=True),
        sa.Column("id_kind", sa.String(length=20), nullable=True),
        sa.Column("id_number", sa.Text(), nullable=True),
        sa.Column("id_blind", sa.String(length=64), nullable=True),
        sa.Column("legal_representative", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_party_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_party_credit_code")),
        sa.UniqueConstraint("id_blind", name=op.f("uq_party_id_blind")),
    )
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_legacy_no"), ["legacy_no"], unique=False)
        batch_op.create_index("ix_party_name_key", ["name_key", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_party_phone"), ["phone"], unique=False)

    op.create_table(
        "post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=120), nullable=False),
        sa.Column("acting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_post_organ_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_post_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index("ix_post_current", ["organ_id", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_organ_id"), ["organ_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_person_id"), ["person_id"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uploaded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("thumbnail", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_stored_file_organ_id")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["person.id"], name=op.f("fk_stored_file_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_file_sha256"), ["sha256"], unique=False)
        batch_op.create_index("ix_stored_file_subject", ["subject_type", "subject_id", "id"], unique=False)

    op.create_table(
        "submission",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_submission_person_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_submission")),
    )
    op.create_table(
        "deadline_exclusion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deadline_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ground", sa.String(length=80), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_deadline_exclusion_deadline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_exclusion")),
    )
    with op.batch_alter_table("deadline_exclusion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_exclusion_deadline_id"), ["deadline_id"], unique=False)

    op.create_table(
        "deadline_extension",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deadline_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("law", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_deadline_extension_deadline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_extension")),
    )
    with op.batch_alter_table("deadline_extension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_extension_deadline_id"), ["deadline_id"], unique=False)

    op.create_table(
        "legal_basis",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_legal_basis_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_basis")),
        sa.UniqueConstraint("key", "article_id", name=op.f("uq_legal_basis_key_article_id")),
    )
    op.create_table(
        "right",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder_source", sa.String(length=120), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("goods", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("well_known", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_right_created_by_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["party.id"], name=op.f("fk_right_holder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right")),
    )
    with op.batch_alter_table("right", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_right_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index("ix_right_name_key", ["name_key", "id"], unique=False)
        batch_op.create_index("ix_right_number", ["kind", "number"], unique=False)

    op.create_table(
        "service",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proof_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("addressee", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("manner", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receiver", sa.String(length=60), nullable=False),
        sa.Column("refusal", sa.String(length=300), nullable=False),
        sa.Column("witness", sa.String(length=120), nullable=False),
        sa.Column("mail_no", sa.String(length=60), nullable=False),
        sa.Column("remarks", sa.String(length=300), nullable=False),
        sa.Column("receipt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_service_organ_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_service_paper_id")),
        sa.ForeignKeyConstraint(["proof_id"], ["paper.id"], name=op.f("fk_service_proof_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["stored_file.id"], name=op.f("fk_service_receipt_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_service_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
    )
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_paper_id"), ["paper_id"], unique=False)
        batch_op.create_index("ix_service_subject", ["subject_type", "subject_id"], unique=False)

    op.create_table(
        "signed_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signed_in_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_signed_in_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signed_in_token_hash")),
    )
    with op.batch_alter_table("signed_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signed_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "case",
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("cause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("right_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("right_kind", sa.String(length=30), nullable=False),
        sa.Column("procedure", sa.String(length=20), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("act_place", sa.String(length=200), nullable=False),
        sa.Column("act_from", sa.Date(), nullable=True),
        sa.Column("act_to", sa.Date(), nullable=True),
        sa.Column("sold_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unsold_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("asked", sa.String(length=20), nullable=True),
        sa.Column("asked_ground", sa.String(length=40), nullable=False),
        sa.Column("asked_reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_ground", sa.String(length=40), nullable=False),
        sa.Column("held_since", sa.Date(), nullable=True),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("born_under", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_case_asked_by_id")),
        sa.ForeignKeyConstraint(["cause_id"], ["cause.id"], name=op.f("fk_case_cause_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_case_created_by_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_case_organ_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_case_party_id")),
        sa.ForeignKeyConstraint(["right_id"], ["right.id"], name=op.f("fk_case_right_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("number", name=op.f("uq_case_number")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index("ix_case_amount", ["organ_id", "business_fen", "id"], unique=False)
        batch_op.create_index(
            "ix_case_asked",
            ["organ_id", "asked"],
            unique=False,
            sqlite_where=sa.text("asked IS NOT NULL"),
            postgresql_where=sa.text("asked IS NOT NULL"),
        )
        batch_op.create_index("ix_case_band", ["organ_id", "band", "filed_at", "id"], unique=False)
        batch_op.create_index("ix_case_cause", ["organ_id", "cause_id", "filed_at", "id"], unique=False)
        batch_op.create_index("ix_case_newest", ["organ_id", "filed_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_organ_id"), ["organ_id"], unique=False)
        batch_op.create_index("ix_case_organ_status", ["organ_id", "status", "filed_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_right_id"), ["right_id"], unique=False)
        batch_op.create_index("ix_case_right_kind", ["organ_id", "right_kind", "filed_at", "id"], unique=False)
        batch_op.create_index("ix_case_standing", ["organ_id", "standing", "filed_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_status"), ["status"], unique=False)

    op.create_table(
        "clue",
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("headline", sa.String(length=200), nullable=False),
        sa.Column("source_kind", sa.String(length=30), nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("order_no", sa.String(length=60), nullable=False),
        sa.Column("sender", sa.String(length=120), nullable=False),
        sa.Column("letter_no", sa.String(length=80), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("report_back_on", sa.Date(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_set_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verify_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place_tags", sa.JSON(), nullable=False),
        sa.Column("object_tags", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("place_key", sa.String(length=200), nullable=False),
        sa.Column("act_place", sa.String(length=200), nullable=False),
        sa.Column("act_time", sa.String(length=80), nullable=False),
        sa.Column("platform", sa.String(length=80), nullable=False),
        sa.Column("shop_url", sa.String(length=500), nullable=False),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("right_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("seen_similar_ids", sa.JSON(), nullable=False),
        sa.Column("verified_facts", sa.Text(), nullable=False),
        sa.Column("check_result", sa.Text(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("act_ended_on", sa.Date(), nullable=True),
        sa.Column("act_continues", sa.Boolean(), nullable=False),
        sa.Column("limitation_years", sa.Integer(), nullable=False),
        sa.Column("cause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposed_articles", sa.Text(), nullable=False),
        sa.Column("proposed_officer_ids", sa.JSON(), nullable=False),
        sa.Column("proposal_note", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_filed_ground", sa.String(length=20), nullable=False),
        sa.Column("not_filed_reason", sa.Text(), nullable=False),
        sa.Column("tell_informer", sa.String(length=20), nullable=False),
        sa.Column("endorsement", sa.Text(), nullable=False),
        sa.Column("endorsed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_ground", sa.String(length=40), nullable=False),
        sa.Column("pause_document", sa.String(length=200), nullable=False),
        sa.Column("pause_from", sa.Date(), nullable=True),
        sa.Column("result_document", sa.String(length=200), nullable=False),
        sa.Column("extension_state", sa.String(length=12), nullable=False),
        sa.Column("extension_reason", sa.Text(), nullable=False),
        sa.Column("extension_asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("transferred_to", sa.String(length=120), nullable=False),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("born_under", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_clue_campaign_id")),
        sa.ForeignKeyConstraint(["cause_id"], ["cause.id"], name=op.f("fk_clue_cause_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_clue_created_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_clue_decided_by_id")),
        sa.ForeignKeyConstraint(["endorsed_by_id"], ["person.id"], name=op.f("fk_clue_endorsed_by_id")),
        sa.ForeignKeyConstraint(["extension_asked_by_id"], ["person.id"], name=op.f("fk_clue_extension_asked_by_id")),
        sa.ForeignKeyConstraint(["found_set_by_id"], ["person.id"], name=op.f("fk_clue_found_set_by_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["clue.id"], name=op.f("fk_clue_merged_into_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_clue_organ_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_clue_party_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_clue_proposed_by_id")),
        sa.ForeignKeyConstraint(["right_id"], ["right.id"], name=op.f("fk_clue_right_id")),
        sa.ForeignKeyConstraint(["target_id"], ["campaign_target.id"], name=op.f("fk_clue_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clue")),
        sa.UniqueConstraint("number", name=op.f("uq_clue_number")),
    )
    with op.batch_alter_table("clue", schema=None) as batch_op:
        batch_op.create_index("ix_clue_campaign", ["campaign_id", "organ_id", "found_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clue_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index("ix_clue_newest", ["found_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clue_organ_id"), ["organ_id"], unique=False)
        batch_op.create_index("ix_clue_organ_newest", ["organ_id", "found_at", "id"], unique=False)
        batch_op.create_index("ix_clue_organ_status", ["organ_id", "status", "found_at", "id"], unique=False)
        batch_op.create_index("ix_clue_party", ["party_id", "found_at"], unique=False)
        batch_op.create_index("ix_clue_place_key", ["organ_id", "place_key", "found_at"], unique=False)
        batch_op.create_index("ix_clue_right", ["right_id", "party_id", "found_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_clue_status"), ["status"], unique=False)
        batch_op.create_index("ix_clue_status_newest", ["status", "found_at", "id"], unique=False)

    op.create_table(
        "case_clue",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_clue_case_id")),
        sa.ForeignKeyConstraint(["clue_id"], ["clue.id"], name=op.f("fk_case_clue_clue_id")),
        sa.PrimaryKeyConstraint("case_id", "clue_id", name=op.f("pk_case_clue")),
    )
    with op.batch_alter_table("case_clue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_clue_clue_id"), ["clue_id"], unique=False)

    op.create_table(
        "case_findings",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("crimes", sa.JSON(), nullable=False),
        sa.Column("objects", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("modes", sa.JSON(), nullable=False),
        sa.Column("mark_sources", sa.Integer(), nullable=True),
        sa.Column("patents", sa.Integer(), nullable=True),
        sa.Column("knowledge", sa.Boolean(), nullable=True),
        sa.Column("knowledge_ground", sa.String(length=30), nullable=False),
        sa.Column("knowledge_reasons", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Boolean(), nullable=True),
        sa.Column("purpose_reasons", sa.Text(), nullable=False),
        sa.Column("priors_checked", sa.Boolean(), nullable=False),
        sa.Column("priors", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("assessments", sa.JSON(), nullable=False),
        sa.Column("suspicion_facts", sa.Text(), nullable=False),
        sa.Column("police_measures", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_findings_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_findings")),
    )
    op.create_table(
        "case_officer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("certificate_no", sa.String(length=40), nullable=False),
        sa.Column("certificate_until", sa.Date(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_officer_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_officer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_officer")),
    )
    with op.batch_alter_table("case_officer", schema=None) as batch_op:
        batch_op.create_index("ix_case_officer_case", ["case_id"], unique=False)
        batch_op.create_index("ix_case_officer_mine", ["person_id", "case_id"], unique=False)
        batch_op.create_index(
            "uq_case_officer_active",
            ["case_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "case_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("articles", sa.Text(), nullable=False),
        sa.Column("discretion", sa.Text(), nullable=False),
        sa.Column("defence", sa.Text(), nullable=False),
        sa.Column("repeat_check", sa.Text(), nullable=False),
        sa.Column("transfer_check", sa.Text(), nullable=False),
        sa.Column("goods_handling", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_report_case_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_case_report_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_report")),
        sa.UniqueConstraint("case_id", "n", name=op.f("uq_case_report_case_id_n")),
    )
    op.create_table(
        "clue_officer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assigned_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assigned_by_id"], ["person.id"], name=op.f("fk_clue_officer_assigned_by_id")),
        sa.ForeignKeyConstraint(["clue_id"], ["clue.id"], name=op.f("fk_clue_officer_clue_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_clue_officer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clue_officer")),
    )
    with op.batch_alter_table("clue_officer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clue_officer_clue_id"), ["clue_id"], unique=False)
        batch_op.create_index("ix_clue_officer_mine", ["person_id", "until", "clue_id"], unique=False)

    op.create_table(
        "crime_screening",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_crime_screening_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_crime_screening_case_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_crime_screening_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crime_screening")),
        sa.UniqueConstraint("case_id", "n", name=op.f("uq_crime_screening_case_id_n")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("proves", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("carrier", sa.String(length=120), nullable=False),
        sa.Column("tool", sa.String(length=120), nullable=False),
        sa.Column("time_source", sa.String(length=20), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("original", sa.Boolean(), nullable=False),
        sa.Column("same_remark", sa.String(length=300), nullable=False),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.Column("foreign", sa.Boolean(), nullable=False),
        sa.Column("foreign_proof", sa.String(length=300), nullable=False),
        sa.Column("officer_a_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("officer_b_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party_signed", sa.Boolean(), nullable=False),
        sa.Column("unsigned_reason", sa.String(length=300), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_evidence_case_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_evidence_created_by_id")),
        sa.ForeignKeyConstraint(["officer_a_id"], ["person.id"], name=op.f("fk_evidence_officer_a_id")),
        sa.ForeignKeyConstraint(["officer_b_id"], ["person.id"], name=op.f("fk_evidence_officer_b_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_evidence_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("case_id", "n", name=op.f("uq_evidence_case_id_n")),
    )
    op.create_table(
        "goods_list",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("goes_with", sa.String(length=80), nullable=False),
        sa.Column("goes_with_no", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("storage", sa.String(length=200), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("refusal", sa.String(length=300), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_goods_list_case_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_goods_list_created_by_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_goods_list_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_list")),
        sa.UniqueConstraint("case_id", "n", name=op.f("uq_goods_list_case_id_n")),
    )
    op.create_table(
        "informer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=True),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["clue_id"], ["clue.id"], name=op.f("fk_informer_clue_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_informer_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_informer")),
        sa.UniqueConstraint("clue_id", name=op.f("uq_informer_clue_id")),
    )
    with op.batch_alter_table("informer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_informer_phone_hash"), ["phone_hash"], unique=False)

    op.create_table(
        "interview",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("officers", sa.JSON(), nullable=False),
        sa.Column("recorder", sa.String(length=60), nullable=False),
        sa.Column("person_name", sa.String(length=60), nullable=False),
        sa.Column("sex", sa.String(length=4), nullable=False),
        sa.Column("nation", sa.String(length=20), nullable=False),
        sa.Column("birth", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("employer", sa.String(length=120), nullable=False),
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("relation", sa.String(length=60), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_interview_case_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_interview_created_by_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_interview_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
        sa.UniqueConstraint("case_id", "n", name=op.f("uq_interview_case_id_n")),
    )
    op.create_table(
        "evidence_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_version_evidence_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_evidence_version_file_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_evidence_version_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_version")),
        sa.UniqueConstraint("evidence_id", "n", name=op.f("uq_evidence_version_evidence_id_n")),
    )
    with op.batch_alter_table("evidence_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_version_file_id"), ["file_id"], unique=False)
        batch_op.create_index("ix_evidence_version_hash", ["sha256"], unique=False)

    op.create_table(
        "goods_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("list_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.Column("mark_source", sa.String(length=120), nullable=False),
        sa.Column("spec", sa.String(length=80), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_kind", sa.String(length=20), nullable=False),
        sa.Column("price_reason", sa.String(length=300), nullable=False),
        sa.Column("sold", sa.Boolean(), nullable=False),
        sa.Column("purchase_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("seal_no", sa.String(length=60), nullable=False),
        sa.Column("storage", sa.String(length=200), nullable=False),
        sa.Column("features", sa.String(length=300), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("photo_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "price_fen >= 0 AND (purchase_fen IS NULL OR purchase_fen >= 0)", name=op.f("ck_goods_line_price")
        ),
        sa.CheckConstraint("quantity_milli > 0", name=op.f("ck_goods_line_quantity")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_goods_line_case_id")),
        sa.ForeignKeyConstraint(["list_id"], ["goods_list.id"], name=op.f("fk_goods_line_list_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["evidence.id"], name=op.f("fk_goods_line_photo_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_line")),
        sa.UniqueConstraint("list_id", "n", name=op.f("uq_goods_line_list_id_n")),
    )
    with op.batch_alter_table("goods_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goods_line_case_id"), ["case_id"], unique=False)

    op.create_table(
        "interview_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("interview_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Boolean(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name=op.f("fk_interview_row_interview_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_row")),
    )
    with op.batch_alter_table("interview_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interview_row_interview_id"), ["interview_id"], unique=False)

    op.create_table(
        "site_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("officers", sa.JSON(), nullable=False),
        sa.Column("recorder", sa.String(length=60), nullable=False),
        sa.Column("on_site", sa.String(length=300), nullable=False),
        sa.Column("party_absent", sa.String(length=300), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("photos", sa.String(length=300), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("party_words", sa.Text(), nullable=False),
        sa.Column("witness", sa.String(length=120), nullable=False),
        sa.Column("goods_list_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_site_record_case_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_site_record_created_by_id")),
        sa.ForeignKeyConstraint(["goods_list_id"], ["goods_list.id"], name=op.f("fk_site_record_goods_list_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_site_record_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_record")),
        sa.UniqueConstraint("case_id", "n", name=op.f("uq_site_record_case_id_n")),
    )
    op.create_table(
        "transfer",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ground", sa.String(length=30), nullable=False),
        sa.Column("crimes", sa.JSON(), nullable=False),
        sa.Column("screening_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("suspicion_facts", sa.Text(), nullable=False),
        sa.Column("police_measures_needed", sa.Text(), nullable=False),
        sa.Column("report_source", sa.Text(), nullable=False),
        sa.Column("report_facts", sa.Text(), nullable=False),
        sa.Column("report_evidence", sa.Text(), nullable=False),
        sa.Column("right_holder_opinion", sa.Text(), nullable=False),
        sa.Column("report_measures", sa.Text(), nullable=False),
        sa.Column("penalties_imposed", sa.Text(), nullable=False),
        sa.Column("report_proposal", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_required", sa.Boolean(), nullable=False),
        sa.Column("team_opinion", sa.Text(), nullable=False),
        sa.Column("unit_opinion", sa.Text(), nullable=False),
        sa.Column("unit_opinion_by", sa.String(length=60), nullable=False),
        sa.Column("unit_opinion_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_opinion", sa.Text(), nullable=False),
        sa.Column("legal_opinion_by", sa.String(length=60), nullable=False),
        sa.Column("legal_opinion_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decision_reasons", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_as", sa.String(length=40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter_number", sa.String(length=80), nullable=True),
        sa.Column("police_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("procuratorate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_police_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("handed_to", sa.String(length=80), nullable=False),
        sa.Column("medium", sa.String(length=20), nullable=False),
        sa.Column("no_appraisal_reason", sa.Text(), nullable=False),
        sa.Column("goods_with_case", sa.Boolean(), nullable=False),
        sa.Column("copy_received_by", sa.String(length=80), nullable=False),
        sa.Column("copy_received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_by", sa.String(length=80), nullable=False),
        sa.Column("receipt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supplement_list", sa.Text(), nullable=False),
        sa.Column("supplement_received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supplied", sa.Text(), nullable=False),
        sa.Column("police_extension", sa.Integer(), nullable=True),
        sa.Column("police_case_no", sa.String(length=80), nullable=False),
        sa.Column("filed_received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_filed_reasons", sa.Text(), nullable=False),
        sa.Column("not_filed_received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconsideration_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supervision_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("goods_handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("goods_giver", sa.String(length=60), nullable=False),
        sa.Column("goods_receiver", sa.String(length=60), nullable=False),
        sa.Column("goods_witnesses", sa.String(length=120), nullable=False),
        sa.Column("party_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("born_under", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_transfer_case_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_transfer_created_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_transfer_decided_by_id")),
        sa.ForeignKeyConstraint(["first_police_id"], ["organ.id"], name=op.f("fk_transfer_first_police_id")),
        sa.ForeignKeyConstraint(["handed_by_id"], ["person.id"], name=op.f("fk_transfer_handed_by_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_transfer_organ_id")),
        sa.ForeignKeyConstraint(["police_id"], ["organ.id"], name=op.f("fk_transfer_police_id")),
        sa.ForeignKeyConstraint(["procuratorate_id"], ["organ.id"], name=op.f("fk_transfer_procuratorate_id")),
        sa.ForeignKeyConstraint(["screening_id"], ["crime_screening.id"], name=op.f("fk_transfer_screening_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("letter_number", name=op.f("uq_transfer_letter_number")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_organ_id"), ["organ_id"], unique=False)
        batch_op.create_index("ix_transfer_organ_status", ["organ_id", "status", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_police_id"), ["police_id"], unique=False)
        batch_op.create_index("ix_transfer_police_status", ["police_id", "status", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_procuratorate_id"), ["procuratorate_id"], unique=False)
        batch_op.create_index("ix_transfer_procuratorate_status", ["procuratorate_id", "status", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_status"), ["status"], unique=False)
        batch_op.create_index(
            "uq_transfer_open",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("status != 'closed'"),
            postgresql_where=sa.text("status != 'closed'"),
        )

    op.create_table(
        "police_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("doc_no", sa.String(length=80), nullable=False),
        sa.Column("issuing_body", sa.String(length=80), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("scan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_police_event_recorded_by_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["stored_file.id"], name=op.f("fk_police_event_scan_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_police_event_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_police_event")),
        sa.UniqueConstraint("transfer_id", "n", name=op.f("uq_police_event_transfer_id_n")),
    )
    with op.batch_alter_table("police_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_police_event_transfer_id"), ["transfer_id"], unique=False)

    op.create_table(
        "transfer_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("certificate_no", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_transfer_member_person_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_transfer_member_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_member")),
    )
    with op.batch_alter_table("transfer_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_member_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_member_transfer_id"), ["transfer_id"], unique=False)
        batch_op.create_index(
            "uq_transfer_member_active",
            ["transfer_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
    _guard()


def _guard() -> None:
    """What no table definition can say: history is final, and the full-text index of each database."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION history_is_final() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'history is final'; END $$"
        )
        op.execute(
            "CREATE TRIGGER history_final BEFORE UPDATE OR DELETE ON history FOR EACH ROW EXECUTE FUNCTION history_is_final()"
        )
        op.create_index(
            "ix_search_entry_tokens",
            "search_entry",
            ["tokens"],
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        )
        return
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER history_no_{act} BEFORE {act.upper()} ON history BEGIN SELECT RAISE(ABORT, 'history is final'); END"
        )
    op.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(tokens, content='', detail=none, tokenize='ascii')"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE IF EXISTS search_fts")
    with op.batch_alter_table("transfer_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_transfer_member_active",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_transfer_member_transfer_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_member_person_id"))

    op.drop_table("transfer_member")
    with op.batch_alter_table("police_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_police_event_transfer_id"))

    op.drop_table("police_event")
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_transfer_open",
            sqlite_where=sa.text("status != 'closed'"),
            postgresql_where=sa.text("status != 'closed'"),
        )
        batch_op.drop_index(batch_op.f("ix_transfer_status"))
        batch_op.drop_index("ix_transfer_procuratorate_status")
        batch_op.drop_index(batch_op.f("ix_transfer_procuratorate_id"))
        batch_op.drop_index("ix_transfer_police_status")
        batch_op.drop_index(batch_op.f("ix_transfer_police_id"))
        batch_op.drop_index("ix_transfer_organ_status")
        batch_op.drop_index(batch_op.f("ix_transfer_organ_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_case_id"))

    op.drop_table("transfer")
    op.drop_table("site_record")
    with op.batch_alter_table("interview_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interview_row_interview_id"))

    op.drop_table("interview_row")
    with op.batch_alter_table("goods_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goods_line_case_id"))

    op.drop_table("goods_line")
    with op.batch_alter_table("evidence_version", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_version_hash")
        batch_op.drop_index(batch_op.f("ix_evidence_version_file_id"))

    op.drop_table("evidence_version")
    op.drop_table("interview")
    with op.batch_alter_table("informer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_informer_phone_hash"))

    op.drop_table("informer")
    op.drop_table("goods_list")
    op.drop_table("evidence")
    op.drop_table("crime_screening")
    with op.batch_alter_table("clue_officer", schema=None) as batch_op:
        batch_op.drop_index("ix_clue_officer_mine")
        batch_op.drop_index(batch_op.f("ix_clue_officer_clue_id"))

    op.drop_table("clue_officer")
    op.drop_table("case_report")
    with op.batch_alter_table("case_officer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_case_officer_active", sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL")
        )
        batch_op.drop_index("ix_case_officer_mine")
        batch_op.drop_index("ix_case_officer_case")

    op.drop_table("case_officer")
    op.drop_table("case_findings")
    with op.batch_alter_table("case_clue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_clue_clue_id"))

    op.drop_table("case_clue")
    with op.batch_alter_table("clue", schema=None) as batch_op:
        batch_op.drop_index("ix_clue_status_newest")
        batch_op.drop_index(batch_op.f("ix_clue_status"))
        batch_op.drop_index("ix_clue_right")
        batch_op.drop_index("ix_clue_place_key")
        batch_op.drop_index("ix_clue_party")
        batch_op.drop_index("ix_clue_organ_status")
        batch_op.drop_index("ix_clue_organ_newest")
        batch_op.drop_index(batch_op.f("ix_clue_organ_id"))
        batch_op.drop_index("ix_clue_newest")
        batch_op.drop_index(batch_op.f("ix_clue_merged_into_id"))
        batch_op.drop_index("ix_clue_campaign")

    op.drop_table("clue")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_status"))
        batch_op.drop_index("ix_case_standing")
        batch_op.drop_index("ix_case_right_kind")
        batch_op.drop_index(batch_op.f("ix_case_right_id"))
        batch_op.drop_index(batch_op.f("ix_case_party_id"))
        batch_op.drop_index("ix_case_organ_status")
        batch_op.drop_index(batch_op.f("ix_case_organ_id"))
        batch_op.drop_index("ix_case_newest")
        batch_op.drop_index("ix_case_cause")
        batch_op.drop_index("ix_case_band")
        batch_op.drop_index(
            "ix_case_asked", sqlite_where=sa.text("asked IS NOT NULL"), postgresql_where=sa.text("asked IS NOT NULL")
        )
        batch_op.drop_index("ix_case_amount")

    op.drop_table("case")
    with op.batch_alter_table("signed_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signed_in_person_id"))

    op.drop_table("signed_in")
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_index("ix_service_subject")
        batch_op.drop_index(batch_op.f("ix_service_paper_id"))

    op.drop_table("service")
    with op.batch_alter_table("right", schema=None) as batch_op:
        batch_op.drop_index("ix_right_number")
        batch_op.drop_index("ix_right_name_key")
        batch_op.drop_index(batch_op.f("ix_right_holder_id"))

    op.drop_table("right")
    op.drop_table("legal_basis")
    with op.batch_alter_table("deadline_extension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deadline_extension_deadline_id"))

    op.drop_table("deadline_extension")
    with op.batch_alter_table("deadline_exclusion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deadline_exclusion_deadline_id"))

    op.drop_table("deadline_exclusion")
    op.drop_table("submission")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_file_subject")
        batch_op.drop_index(batch_op.f("ix_stored_file_sha256"))

    op.drop_table("stored_file")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_person_id"))
        batch_op.drop_index(batch_op.f("ix_post_organ_id"))
        batch_op.drop_index("ix_post_current")

    op.drop_table("post")
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_phone"))
        batch_op.drop_index("ix_party_name_key")
        batch_op.drop_index(batch_op.f("ix_party_legacy_no"))

    op.drop_table("party")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_index("ix_paper_subject")
        batch_op.drop_index("ix_paper_number")

    op.drop_table("paper")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notice_unsent",
            sqlite_where=sa.text("mail_state IN ('waiting', 'failed')"),
            postgresql_where=sa.text("mail_state IN ('waiting', 'failed')"),
        )
        batch_op.drop_index(
            "ix_notice_unread", sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL")
        )
        batch_op.drop_index("ix_notice_person")

    op.drop_table("notice")
    op.drop_table("issued_number")
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deadline_warning",
            sqlite_where=sa.text("next_warning_at IS NOT NULL"),
            postgresql_where=sa.text("next_warning_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_deadline_subject")
        batch_op.drop_index(
            "ix_deadline_open",
            sqlite_where=sa.text("state IN ('running', 'paused', 'missed')"),
            postgresql_where=sa.text("state IN ('running', 'paused', 'missed')"),
        )

    op.drop_table("deadline")
    op.drop_table("counter")
    op.drop_table("campaign_target")
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_day_year"))

    op.drop_table("calendar_day")
    op.drop_table("article")
    op.drop_table("threshold_set")
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_search_entry_newest")

    op.drop_table("search_entry")
    op.drop_table("person")
    with op.batch_alter_table("organ", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organ_parent_id"))

    op.drop_table("organ")
    op.drop_table("instrument")
    op.drop_table("history_head")
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.drop_index("ix_history_subject")
        batch_op.drop_index("ix_history_organ")

    op.drop_table("history")
    op.drop_table("guess")
    with op.batch_alter_table("errand", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_errand_open",
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.drop_index(
            "ix_errand_failed", sqlite_where=sa.text("state = 'failed'"), postgresql_where=sa.text("state = 'failed'")
        )

    op.drop_table("errand")
    op.drop_table("cause")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_year"))

    op.drop_table("campaign")
    op.drop_table("calendar_year")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS history_is_final()")
