"""A private PostgreSQL that forgets everything at the end."""

from collections.abc import Iterator
from contextlib import contextmanager

from dev_tools import parts
from tests.servers.process import Launch, free_ports, go_without, is_listening, private_folder, run_once, unprivileged
from tests.servers.process import running as running_server

FAST = ("-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "shared_buffers=32MB")


@contextmanager
def postgres() -> Iterator[str]:
    """Run PostgreSQL and lend the URL of an empty database. Raises: ServerFailed."""
    programs = parts.postgres_programs()
    if programs is None:
        go_without("PostgreSQL")
    user = unprivileged()
    with private_folder("postgres", user) as folder:
        port, log, store = free_ports(1)[0], folder / "log", folder / "store"
        log.touch()
        encoding = ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        run_once(Launch([programs / "initdb", "-D", store, "-U", "pcc", *encoding], log, user=user))
        place = ["-D", str(store), "-h", "127.0.0.1", "-p", str(port), "-k", ""]
        with running_server(Launch([programs / "postgres", *place, *FAST], log, user=user), lambda: is_listening(port)):
            yield f"postgresql://pcc@127.0.0.1:{port}/postgres"
