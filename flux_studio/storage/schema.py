"""The tables of `library.sqlite`, as numbered migrations, and the full-text index beside them.

Migration n brings a database from version n-1 to n (`PRAGMA user_version`) and is never changed
once released: add the next one. Times are whole microseconds since 1970 UTC, money is a decimal
text in USD or NULL for unknown, JSON is canonical. Seeds are text, because some services use all 64
bits without a sign.
"""

from __future__ import annotations

import sqlite3

Migration = tuple[str, ...]

_FIRST: Migration = (
    # The journal. `checksum` covers what a lost bit must not change unseen: request, price, ticket,
    # state.
    """
    CREATE TABLE jobs (
      id TEXT NOT NULL PRIMARY KEY,       -- also the idempotency key
      batch TEXT NOT NULL,                -- the order: one press of Generate
      provider TEXT NOT NULL,
      model TEXT NOT NULL,
      request TEXT NOT NULL,
      price TEXT,
      state TEXT NOT NULL,
      created INTEGER NOT NULL,
      updated INTEGER NOT NULL,
      sent INTEGER,
      retry_at INTEGER,
      ticket TEXT,
      reason TEXT NOT NULL DEFAULT '',
      message TEXT NOT NULL DEFAULT '',
      charged TEXT,
      generation TEXT,
      owner TEXT NOT NULL,                -- token of the process that works on it
      checksum TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE INDEX jobs_open ON jobs (created, id)
      WHERE state NOT IN ('saved', 'refused', 'failed', 'cancelled', 'lost')
    """,
    "CREATE INDEX jobs_created ON jobs (created, id)",
    "CREATE INDEX jobs_sent ON jobs (sent) WHERE sent IS NOT NULL",
    # Every fact about a job in the order it was learned. Only ever added to: it is the evidence.
    """
    CREATE TABLE job_events (
      number INTEGER PRIMARY KEY,
      job TEXT NOT NULL REFERENCES jobs (id),
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      payload TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX job_events_job ON job_events (job, number)",
    # Pictures. `number` is stable, small and what the text index and the tags refer to.
    """
    CREATE TABLE generations (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      job TEXT NOT NULL,
      created INTEGER NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      provider TEXT NOT NULL,
      model TEXT NOT NULL,
      rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
      favourite INTEGER NOT NULL DEFAULT 0,
      rejected INTEGER NOT NULL DEFAULT 0,
      label TEXT NOT NULL DEFAULT '',
      project TEXT NOT NULL DEFAULT '',
      reference_count INTEGER NOT NULL DEFAULT 0,
      sidecar_behind INTEGER NOT NULL DEFAULT 0,  -- changes of marks not in the sidecar yet
      path TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      mime TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      price TEXT,
      charged TEXT,
      seed TEXT,
      seconds REAL,
      task TEXT NOT NULL DEFAULT '',
      parent TEXT,
      quality TEXT NOT NULL DEFAULT '[]',
      has_c2pa INTEGER NOT NULL DEFAULT 0,
      note TEXT NOT NULL DEFAULT '',
      prompt TEXT NOT NULL,
      request TEXT NOT NULL
    ) STRICT
    """,
    # Covering: the wall and its filters read this index alone, never the wide rows.
    """
    CREATE INDEX generations_wall ON generations
      (created, id, width, height, provider, model, rating, favourite, rejected, label, project,
       reference_count)
    """,
    "CREATE INDEX generations_parent ON generations (parent) WHERE parent IS NOT NULL",
    "CREATE INDEX generations_job ON generations (job)",
    "CREATE INDEX generations_sha256 ON generations (sha256)",
    "CREATE INDEX generations_behind ON generations (number) WHERE sidecar_behind > 0",
    """
    CREATE TABLE tags (
      number INTEGER NOT NULL REFERENCES generations (number) ON DELETE CASCADE,
      tag TEXT NOT NULL,
      PRIMARY KEY (tag, number)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX tags_number ON tags (number, tag)",
    # How long jobs of one kind took: not ready at `after`, ready at `by` (s).
    """
    CREATE TABLE durations (
      number INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      after REAL NOT NULL,
      by REAL NOT NULL,
      at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX durations_kind ON durations (kind, number)",
    # Small facts that providers and the storage itself want back after a restart. Never a key.
    """
    CREATE TABLE notes (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)
      STRICT, WITHOUT ROWID
    """,
)

_NAMED_KEYS: Migration = (
    # The name of the key a job was sent with, never the key: the job is asked for with the same
    # one. When a key was last used is read from here too.
    "ALTER TABLE jobs ADD COLUMN key TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX jobs_key ON jobs (provider, key, sent) WHERE key <> ''",
)

_SAME_REQUEST: Migration = (
    # Leads to the few pictures whose request may be the very same: their texts are then compared.
    "CREATE INDEX generations_request ON generations (length(request), model, provider)",
)

_ORIGINS: Migration = (
    # Where a request came from: project, typed prompt, choices. Money of a project is counted here.
    "ALTER TABLE jobs ADD COLUMN origin TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE generations ADD COLUMN origin TEXT NOT NULL DEFAULT '{}'",
)

_ANSWERS: Migration = (
    # Of the provider's answer: the control of the form it is about, and its own id for support.
    "ALTER TABLE jobs ADD COLUMN control TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE jobs ADD COLUMN request_id TEXT NOT NULL DEFAULT ''",
    # Addresses of uploaded references, for the very same request to leave once more.
    "ALTER TABLE jobs ADD COLUMN inputs TEXT NOT NULL DEFAULT '[]'",
)

_ASIDE: Migration = (
    # A person took this job off the list of those to rescue.
    "ALTER TABLE jobs ADD COLUMN aside INTEGER NOT NULL DEFAULT 0",
)

_FOUND_AGAIN: Migration = (
    # What pictures are found by: keep or maybe, a file that is away, and how the picture looks
    # (JSON; NULL where nobody has looked yet).
    "ALTER TABLE generations ADD COLUMN verdict TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE generations ADD COLUMN missing INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE generations ADD COLUMN look TEXT",
    "CREATE INDEX generations_unseen ON generations (number) WHERE look IS NULL",
    "CREATE INDEX generations_seed ON generations (seed) WHERE seed IS NOT NULL",
    "DROP INDEX generations_wall",
    """
    CREATE INDEX generations_wall ON generations
      (created, id, width, height, provider, model, rating, favourite, rejected, label, project,
       reference_count, verdict, missing, charged, price, bytes)
    """,
    # Main colours as whole thousandths of OKLab, so that a range of lightness is one walk.
    """
    CREATE TABLE colors (
      light INTEGER NOT NULL,
      green_red INTEGER NOT NULL,
      blue_yellow INTEGER NOT NULL,
      number INTEGER NOT NULL REFERENCES generations (number) ON DELETE CASCADE,
      PRIMARY KEY (light, green_red, blue_yellow, number)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX colors_number ON colors (number)",
    # The 64 bits of a picture's structure, narrow, so that all of them are read at once.
    """
    CREATE TABLE hashes (
      number INTEGER PRIMARY KEY REFERENCES generations (number) ON DELETE CASCADE,
      bits INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE members (
      number INTEGER NOT NULL REFERENCES generations (number) ON DELETE CASCADE,
      collection TEXT NOT NULL,
      PRIMARY KEY (collection, number)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX members_number ON members (number, collection)",
    # Collections, so that an empty one is kept, and searches that were saved under a name.
    """
    CREATE TABLE shelf (
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      search TEXT NOT NULL DEFAULT '',
      created INTEGER NOT NULL,
      PRIMARY KEY (kind, name)
    ) STRICT, WITHOUT ROWID
    """,
)

_PROMPT_HISTORY: Migration = (
    # Every prompt that was sent, as it was typed. It outlives pictures and jobs.
    """
    CREATE TABLE prompt_history (
      number INTEGER PRIMARY KEY,
      text TEXT NOT NULL UNIQUE,
      uses INTEGER NOT NULL DEFAULT 1,    -- orders, not pictures
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      batch TEXT NOT NULL DEFAULT '',     -- the last order it was sent with
      project TEXT NOT NULL DEFAULT '',   -- of that order
      starred INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    "CREATE INDEX prompt_history_last ON prompt_history (last, number)",
)

_QUEUE: Migration = (
    # The place of a job that waits, lower is earlier, and whether it is held there.
    "ALTER TABLE jobs ADD COLUMN rank REAL NOT NULL DEFAULT 0",
    "ALTER TABLE jobs ADD COLUMN held INTEGER NOT NULL DEFAULT 0",
    # The project of the origin, for the money. Covering: a budget reads this index alone.
    "ALTER TABLE jobs ADD COLUMN project TEXT NOT NULL DEFAULT ''",
    "DROP INDEX jobs_sent",
    """
    CREATE INDEX jobs_sent ON jobs (sent, provider, project, state, charged, price)
      WHERE sent IS NOT NULL
    """,
)

_NOTED: Migration = ("CREATE INDEX generations_noted ON generations (number) WHERE note <> ''",)

_BALANCES: Migration = (
    # What a provider said was left on an account, USD, at each change: evidence for a charge.
    """
    CREATE TABLE balances (
      number INTEGER PRIMARY KEY,
      provider TEXT NOT NULL,
      at INTEGER NOT NULL,
      usd TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX balances_provider ON balances (provider, at)",
    "CREATE INDEX jobs_unsaved ON jobs (aside, created) WHERE state NOT IN ('saved', 'planned')",
)

_IMPORTS: Migration = (
    # Pictures that are brought in, so that it goes on after a restart. `sources` is JSON: what was
    # asked for; `owner` is the token of the process that works on it.
    """
    CREATE TABLE import_runs (
      number INTEGER PRIMARY KEY,
      sources TEXT NOT NULL,
      copies INTEGER NOT NULL,
      watches INTEGER NOT NULL,
      state TEXT NOT NULL,
      owner TEXT NOT NULL,
      started INTEGER NOT NULL,
      ended INTEGER
    ) STRICT
    """,
    # What became of each file of a run; `modified` in nanoseconds tells a file that has changed.
    """
    CREATE TABLE import_files (
      run INTEGER NOT NULL REFERENCES import_runs (number) ON DELETE CASCADE,
      path TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      sentence TEXT NOT NULL DEFAULT '',
      PRIMARY KEY (run, path)
    ) STRICT, WITHOUT ROWID
    """,
)

_LINKED: Migration = (
    # The picture lies outside the library and stays there; its path is absolute.
    "ALTER TABLE generations ADD COLUMN linked INTEGER NOT NULL DEFAULT 0",
)

_DELETED: Migration = (
    # Pictures that were deleted, with all that brings them back: `row` is JSON of the row with its
    # tags and collections. A record is written before a file moves and goes when the row is back.
    """
    CREATE TABLE deleted (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      batch TEXT NOT NULL,                -- the deed: what was deleted together
      at INTEGER NOT NULL,
      stage TEXT NOT NULL,                -- leaving, binned, returning
      owner TEXT NOT NULL,                -- token of the process that moves its files
      path TEXT NOT NULL,
      picture TEXT NOT NULL DEFAULT '',   -- where the files are in the bin, '' for nowhere known
      sidecar TEXT NOT NULL DEFAULT '',
      had_picture INTEGER NOT NULL DEFAULT 1,
      row TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX deleted_batch ON deleted (batch)",
)

MIGRATIONS: tuple[Migration, ...] = (
    _FIRST,
    _NAMED_KEYS,
    _SAME_REQUEST,
    _ORIGINS,
    _ANSWERS,
    _ASIDE,
    _FOUND_AGAIN,
    _PROMPT_HISTORY,
    _QUEUE,
    _NOTED,
    _BALANCES,
    _IMPORTS,
    _LINKED,
    _DELETED,
)
APPLICATION_ID = 0x464C5558  # "FLUX": tells our database from any other SQLite file

_INDEX_STATE = "storage.full_text"
# The words of the index, for parts of words: a view of it that takes no room.
_CREATE_WORDS = "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5vocab(prompts, row)"
_CREATE_INDEX = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS prompts USING fts5(prompt, note, content='generations',"
    " content_rowid='number', tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
)


def has_full_text(connection: sqlite3.Connection) -> bool:
    """Whether this Python's SQLite has FTS5: some builds do not."""
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.full_text_probe USING fts5(text)")
        connection.execute("DROP TABLE temp.full_text_probe")
    except sqlite3.OperationalError:
        return False
    return True


def has_current_index(connection: sqlite3.Connection) -> bool:
    """Whether searches of a reading connection can use the text index. Never writes."""
    state = "SELECT value FROM notes WHERE name = ?"
    try:
        row = connection.execute(state, (_INDEX_STATE,)).fetchone()
        connection.execute("SELECT rowid FROM prompts WHERE prompts MATCH 'a' LIMIT 1").fetchone()
    except sqlite3.OperationalError:  # no such module, or no such table
        return False
    return row is not None and row[0] == "current"


def settle_full_text(connection: sqlite3.Connection, available: bool) -> None:
    """Bring the text index up to date, inside a transaction.

    It is kept by code and not by triggers: a trigger would make every insert fail where FTS5 is
    missing. A start without FTS5 marks the index as behind, and the next start with it builds the
    index anew.
    """
    if not available:
        _note_index(connection, "behind")
        return
    connection.execute(_CREATE_INDEX)
    connection.execute(_CREATE_WORDS)
    row = connection.execute("SELECT value FROM notes WHERE name = ?", (_INDEX_STATE,)).fetchone()
    if row is None or row[0] != "current":
        connection.execute("INSERT INTO prompts (prompts) VALUES ('rebuild')")
        _note_index(connection, "current")


def _note_index(connection: sqlite3.Connection, state: str) -> None:
    connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (_INDEX_STATE, state))
