"""One import in a process of its own, to be killed: says READY when files begin to come in, DONE
when all are there. Run as `python -m tests.storage.import_worker HOME`.
"""

import sys
from contextlib import closing
from pathlib import Path

from flux_studio.storage.decode import Decoder
from flux_studio.storage.import_runs import ImportRuns
from flux_studio.storage.importer import Control, Importer, ImportProgress, finish
from flux_studio.storage.taking_in import Taker
from flux_studio.storage.thumbnails import ThumbnailStore
from tests.storage.samples import open_journal


def main(home: Path) -> None:
    database, journal = open_journal(home)
    runs = ImportRuns(database)

    def tell(progress: ImportProgress) -> None:
        if progress.total is not None:
            say(f"READY {progress.done}")

    with closing(Decoder(2)) as decoder, closing(ThumbnailStore(home / "thumbs.sqlite")) as small:
        taker = Taker(home / "pictures", database, decoder, small, copies=True)
        run = runs.begin((home / "elsewhere",), copies=True, watches=False, owner="worker")
        progress = Importer(database, taker, lambda work: work(), tell, Control()).run(run)
        finish(runs, progress)
    journal.close()
    database.close()
    say(f"DONE {progress.done}")


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
