"""The library: roots and relative paths, embedded metadata, curation, trash, full-text search."""

import importlib

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DIGEST = sa.String(71)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BIG = sa.BigInteger


def upgrade() -> None:
    op.create_index("ix_events_subject", "events", ["subject"])
    _assets()
    _places()
    _metadata()
    _curation()
    _search()
    _meaning()


def _assets() -> None:
    for column in (
        # SQLite adds a column that may not be empty only with a default; every row gets its own value below.
        sa.Column("number", BIG(), server_default="0", nullable=False),
        sa.Column("content", DIGEST),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("seconds", sa.Double()),
        sa.Column("fps", sa.Double()),
        sa.Column("added", sa.String(32), server_default="", nullable=False),
        sa.Column("leader", DIGEST),
        sa.Column("trashed", sa.String(32)),
        sa.Column("likeness", BIG()),
        sa.Column("looked", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cost", sa.Numeric(18, 6)),
    ):
        op.add_column("assets", column)
    _number_assets()
    op.drop_index("ix_assets_kind", "assets")
    op.drop_index("ix_assets_made", "assets")
    op.create_index("uq_assets_number", "assets", ["number"], unique=True)
    for name, columns in (
        ("ix_assets_content", ["content"]),
        ("ix_assets_added", ["added"]),
        ("ix_assets_leader", ["leader"]),
        ("ix_assets_looked", ["looked"]),
        ("ix_assets_kind_number", ["kind", "number"]),
    ):
        op.create_index(name, "assets", columns)


def _number_assets() -> None:
    # The one rule for numbers is the program's; it is fixed for ever by the numbers already given.
    numbers = importlib.import_module("alice_core.store.numbers")
    connection = op.get_bind()
    taken: set[int] = set()
    rows = connection.execute(sa.text("SELECT digest, made FROM assets ORDER BY made, digest")).all()
    for digest, made in rows:
        number = numbers.number_of(made, digest, taken)
        taken.add(number)
        connection.execute(
            sa.text("UPDATE assets SET number = :number, added = made WHERE digest = :digest"),
            {"number": number, "digest": digest},
        )


def _places() -> None:
    op.create_table(
        "roots",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("device", BIG()),
        sa.Column("inode", BIG()),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("added", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_roots"),
        sa.UniqueConstraint("path", name="uq_roots_path"),
    )
    op.rename_table("locations", "locations_before")
    op.drop_index("ix_locations_digest", "locations_before")
    if op.get_bind().dialect.name == "postgresql":
        for name in ("pk_locations", "fk_locations_digest_assets"):
            op.execute(f"ALTER TABLE locations_before RENAME CONSTRAINT {name} TO {name}_before")
    stat = [sa.Column(name, BIG(), nullable=False) for name in ("size", "mtime_ns", "ctime_ns", "inode")]
    op.create_table(
        "locations",
        sa.Column("root", BIG(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        *stat,
        sa.Column("seen", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("root", "path", name="pk_locations"),
        sa.ForeignKeyConstraint(["root"], ["roots.id"], name="fk_locations_root_roots"),
        sa.ForeignKeyConstraint(["digest"], ["assets.digest"], name="fk_locations_digest_assets"),
    )
    op.create_index("ix_locations_digest", "locations", ["digest"])
    op.create_index("ix_locations_inode", "locations", ["inode"])
    _move_locations()
    op.drop_table("locations_before")
    op.create_table(
        "findings",
        sa.Column("root", BIG(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *[sa.Column(name, BIG(), nullable=False) for name in ("size", "mtime_ns", "ctime_ns", "inode")],
        sa.Column("seen", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("root", "path", name="pk_findings"),
        sa.ForeignKeyConstraint(["root"], ["roots.id"], name="fk_findings_root_roots"),
    )


def _move_locations() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT path, digest, size, mtime_ns, seen FROM locations_before")).all()
    roots: dict[str, int] = {}
    for path, digest, size, mtime_ns, seen in sorted(rows, key=lambda row: (row[0].count("/"), row[0])):
        parts = path.split("/")
        above = ["/".join(parts[:end]) or "/" for end in range(len(parts) - 1, 0, -1)]
        root = next((folder for folder in above if folder in roots), None)
        if root is None:
            root = above[0] if above else path
            connection.execute(
                sa.text("INSERT INTO roots (path, watched, added) VALUES (:path, :watched, :added)"),
                {"path": root, "watched": False, "added": seen},
            )
            roots[root] = connection.execute(
                sa.text("SELECT id FROM roots WHERE path = :path"), {"path": root}
            ).scalar_one()
        connection.execute(
            # Inode and change time were not known before: 0 makes the next scan read the file once more.
            sa.text(
                "INSERT INTO locations (root, path, digest, size, mtime_ns, ctime_ns, inode, seen)"
                " VALUES (:root, :path, :digest, :size, :mtime_ns, 0, 0, :seen)"
            ),
            {
                "root": roots[root],
                "path": path[len(root.rstrip("/")) + 1 :],
                "digest": digest,
                "size": size,
                "mtime_ns": mtime_ns,
                "seen": seen,
            },
        )


def _metadata() -> None:
    op.create_table(
        "blocks",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("size", BIG(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_blocks"),
    )
    op.create_table(
        "asset_blocks",
        sa.Column("number", BIG(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("block", DIGEST, nullable=False),
        sa.PrimaryKeyConstraint("number", "position", name="pk_asset_blocks"),
        sa.ForeignKeyConstraint(["block"], ["blocks.digest"], name="fk_asset_blocks_block_blocks"),
    )
    op.create_index("ix_asset_blocks_block", "asset_blocks", ["block"])
    op.create_table(
        "readings",
        sa.Column("number", BIG(), nullable=False),
        sa.Column("readers", sa.String(32), nullable=False),
        sa.Column("generator", sa.String(64)),
        sa.Column("certainty", sa.String(16)),
        sa.Column("seed", sa.String(24)),
        sa.Column("steps", sa.Integer()),
        sa.Column("cfg", sa.Double()),
        sa.Column("sampler", sa.String(64)),
        sa.Column("scheduler", sa.String(64)),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_readings"),
    )
    op.create_index("ix_readings_readers", "readings", ["readers"])
    op.create_index("ix_readings_generator_number", "readings", ["generator", "number"])
    op.create_index("ix_readings_seed_number", "readings", ["seed", "number"])
    op.create_table(
        "models",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_models"),
    )
    op.create_index("uq_models_role_name", "models", ["role", "name"], unique=True)
    op.create_table(
        "model_uses",
        sa.Column("model", BIG(), nullable=False),
        sa.Column("number", BIG(), nullable=False),
        sa.PrimaryKeyConstraint("model", "number", name="pk_model_uses"),
        sa.ForeignKeyConstraint(["model"], ["models.id"], name="fk_model_uses_model_models"),
    )
    op.create_index("ix_model_uses_number", "model_uses", ["number"])


def _named(table: str, column: str, *more: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column(column, sa.String(255), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(column, name=f"uq_{table}_{column}"),
    )


def _curation() -> None:
    op.create_table(
        "curations",
        sa.Column("number", BIG(), nullable=False),
        sa.Column("rating", sa.Integer()),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.String(16)),
        sa.Column("reason", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("number", name="pk_curations"),
    )
    for column in ("rating", "favourite", "mark"):
        op.create_index(f"ix_curations_{column}_number", "curations", [column, "number"])
    _named("tags", "name")
    op.create_table(
        "tag_synonyms",
        sa.Column("synonym", sa.String(255), nullable=False),
        sa.Column("tag", BIG(), nullable=False),
        sa.PrimaryKeyConstraint("synonym", name="pk_tag_synonyms"),
        sa.ForeignKeyConstraint(["tag"], ["tags.id"], name="fk_tag_synonyms_tag_tags"),
    )
    _named("collections", "name", sa.Column("created", sa.String(32), nullable=False))
    for table, owner in (("asset_tags", "tag"), ("collection_assets", "collection")):
        op.create_table(
            table,
            sa.Column(owner, BIG(), nullable=False),
            sa.Column("number", BIG(), nullable=False),
            sa.PrimaryKeyConstraint(owner, "number", name=f"pk_{table}"),
            sa.ForeignKeyConstraint([owner], [f"{owner}s.id"], name=f"fk_{table}_{owner}_{owner}s"),
        )
        op.create_index(f"ix_{table}_number", table, ["number"])
    op.create_table(
        "trash",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("thrown", sa.String(32), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_trash"),
        sa.ForeignKeyConstraint(["digest"], ["assets.digest"], name="fk_trash_digest_assets"),
    )
    op.create_index("ix_trash_digest", "trash", ["digest"])


COLUMNS = ("name", "prompt", "models", "labels", "places")


def _search() -> None:
    op.create_table(
        "asset_texts",
        sa.Column("number", SEQUENCE, autoincrement=False, nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in COLUMNS],
        sa.PrimaryKeyConstraint("number", name="pk_asset_texts"),
    )
    op.create_table(
        "search_words",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("word", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_words"),
        sa.UniqueConstraint("word", name="uq_search_words_word"),
    )
    op.create_table(
        "search_names",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name="pk_search_names"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE VIRTUAL TABLE asset_search USING fts5({', '.join(COLUMNS)}, content='asset_texts',"
            " content_rowid='number', tokenize='porter unicode61 remove_diacritics 2', prefix='2 3')"
        )
        op.execute(
            "CREATE VIRTUAL TABLE word_search USING fts5(word, content='search_words', content_rowid='id',"
            " tokenize='trigram', detail='none')"
        )
    else:
        _search_postgresql()
    op.execute(
        "INSERT INTO asset_texts (number, name, prompt, models, labels, places)"
        " SELECT number, name, words, '', '', '' FROM assets"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT INTO asset_search (asset_search) VALUES ('rebuild')")


def _search_postgresql() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    # English stems without a list of stop words, as SQLite's porter tokenizer has none either.
    op.execute("CREATE TEXT SEARCH DICTIONARY alice_stem (TEMPLATE = snowball, LANGUAGE = english)")
    op.execute("CREATE TEXT SEARCH CONFIGURATION alice (COPY = simple)")
    op.execute(
        "ALTER TEXT SEARCH CONFIGURATION alice ALTER MAPPING FOR"
        " asciiword, asciihword, hword_asciipart, word, hword, hword_part WITH alice_stem"
    )
    together = " || ' ' || ".join(COLUMNS)
    op.execute(
        "ALTER TABLE asset_texts ADD COLUMN document tsvector"
        f" GENERATED ALWAYS AS (to_tsvector('alice', {together})) STORED"
    )
    op.execute("CREATE INDEX ix_asset_texts_document ON asset_texts USING gin (document)")
    op.execute("CREATE INDEX ix_search_words_word_trgm ON search_words USING gin (word gin_trgm_ops)")


def _meaning() -> None:
    op.create_table(
        "asset_prompts",
        sa.Column("number", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("prompt", BIG()),
        sa.PrimaryKeyConstraint("number", name="pk_asset_prompts"),
    )
    op.create_index("ix_asset_prompts_prompt_number", "asset_prompts", ["prompt", "number"])
    op.create_table(
        "prompt_vectors",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("prompt", BIG(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_prompt_vectors"),
    )
    op.create_index("uq_prompt_vectors_model_prompt", "prompt_vectors", ["model", "prompt"], unique=True)
    op.create_index("ix_prompt_vectors_model_id_prompt", "prompt_vectors", ["model", "id", "prompt"])


def downgrade() -> None:
    raise NotImplementedError("go back by restoring the backup that was made before the upgrade: alice db --help")
