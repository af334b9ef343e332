"""A private MariaDB, which WordPress keeps its posts in."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.process import (
    Launch,
    find_program,
    free_ports,
    is_listening,
    private_folder,
    run_once,
    running,
    unprivileged,
)

SMALL = (
    "--skip-log-bin",
    "--innodb-buffer-pool-size=24M",
    "--innodb-log-file-size=8M",
    "--innodb-flush-log-at-trx-commit=0",
    "--performance-schema=OFF",
    "--skip-name-resolve",
)


@contextmanager
def mariadb(database: str) -> Iterator[int]:
    """Run MariaDB with one empty `database`, owned by `root` without a password, and lend its port.

    Raises: ServerFailed.
    """
    install, serve = find_program("mariadb-install-db"), find_program("mariadbd")
    user = unprivileged()
    with private_folder("mariadb", user) as folder:
        port, log, store = free_ports(1)[0], folder / "log", f"--datadir={folder / 'store'}"
        log.touch()
        blank = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
        run_once(Launch([install, "--no-defaults", store, *blank], log, user=user))
        place = [store, "--bind-address=127.0.0.1", f"--port={port}", f"--socket={folder / 'socket'}"]
        (folder / "first.sql").write_text(f"CREATE DATABASE IF NOT EXISTS {database} CHARACTER SET utf8mb4;\n")
        first = f"--init-file={folder / 'first.sql'}"
        launch = Launch([serve, "--no-defaults", *place, *SMALL, first], log, user=user)
        with running(launch, lambda: is_listening(port)):
            yield port
