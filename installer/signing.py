"""Signing and proving it: with a certificate that is thrown away, by signtool, or by Azure's signing service."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from installer.plan import BuildFailed, Plan

TITLE = "PCC Desk"
DAYS = "30"
SUBJECT = "/C=GB/O=PCC Desk (TEST, never to be trusted)/CN=PCC Desk Test"
USES = ("keyUsage=critical,digitalSignature", "extendedKeyUsage=codeSigning", "basicConstraints=critical,CA:FALSE")
# Without the time from somebody else a signature dies with its certificate; this is the one Azure's certificates name.
TIMESTAMPS = "http://timestamp.acs.microsoft.com"
# What signtool and Azure need to know comes from the environment of whoever may sign.
THUMBPRINT, LIBRARY, METADATA = "PCC_SIGN_THUMBPRINT", "PCC_SIGN_AZURE_DLIB", "PCC_SIGN_AZURE_METADATA"


class Signer(Protocol):
    """Signs files in their place and proves that they are signed."""

    def sign(self, file: Path) -> None:
        """Sign a file in its place. Raises: BuildFailed."""

    def verify(self, file: Path) -> None:
        """Prove that a file is signed and unchanged since. Raises: BuildFailed."""

    def command(self) -> str:
        """Give the command line that signs the file named after it, or "" when nothing is signed."""


class NoSigner:
    """Leaves everything as it is; a release refuses it."""

    def sign(self, file: Path) -> None:
        """Do nothing."""

    def verify(self, file: Path) -> None:
        """Do nothing."""

    def command(self) -> str:
        """Give no command."""
        return ""


@dataclass(frozen=True, slots=True)
class OpenSigner:
    """Signs by osslsigncode with a certificate and a key in `folder`."""

    folder: Path

    def make_certificate(self) -> None:
        """Make a certificate that nobody trusts, to be thrown away. Raises: BuildFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = ["openssl", "req", "-x509", "-newkey", "rsa:3072", "-sha256", "-days", DAYS, "-nodes"]
        command += ["-keyout", str(self._key), "-out", str(self._certificate), "-subj", SUBJECT]
        _run([*command, *(word for use in USES for word in ("-addext", use))], "Making a certificate")

    def sign(self, file: Path) -> None:
        """Sign a file in its place. Raises: BuildFailed."""
        signed = file.with_name(file.name + ".signed")
        _run([*self._words(), "-in", str(file), "-out", str(signed)], f"Signing {file.name}")
        signed.replace(file)

    def verify(self, file: Path) -> None:
        """Prove that a file is signed and unchanged since. Raises: BuildFailed."""
        command = ["osslsigncode", "verify", "-CAfile", str(self._certificate), "-in", str(file)]
        _run(command, f"The signature of {file.name}")

    def command(self) -> str:
        """Give the command line that signs the file named after it."""
        script = self.folder / "sign.sh"
        words = " ".join(f"'{word}'" for word in self._words())
        script.write_text(f'#!/bin/sh\n{words} -in "$1" -out "$1.signed" >/dev/null && mv "$1.signed" "$1"\n', "utf-8")
        return f"sh '{script}'"

    @property
    def _certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def _key(self) -> Path:
        return self.folder / "key.pem"

    def _words(self) -> list[str]:
        return [
            *("osslsigncode", "sign", "-h", "sha256", "-certs", str(self._certificate), "-key", str(self._key)),
            *("-n", TITLE),
        ]


@dataclass(frozen=True, slots=True)
class SignTool:
    """Signs by Microsoft's signtool: with a certificate of this PC's store, or through Azure's signing service."""

    which: tuple[str, ...]

    def sign(self, file: Path) -> None:
        """Sign a file in its place. Raises: BuildFailed."""
        _run([*self._words(), str(file)], f"Signing {file.name}")

    def verify(self, file: Path) -> None:
        """Prove that a file is signed and unchanged since. Raises: BuildFailed."""
        _run(["signtool", "verify", "/pa", "/all", str(file)], f"The signature of {file.name}")

    def command(self) -> str:
        """Give the command line that signs the file named after it."""
        return subprocess.list2cmdline(self._words())

    def _words(self) -> list[str]:
        stamped = ["signtool", "sign", "/fd", "SHA256", "/tr", TIMESTAMPS, "/td", "SHA256", "/d", TITLE]
        return [*stamped, *self.which]


def signer_for(plan: Plan, environment: Mapping[str, str] = os.environ) -> Signer:
    """Give whoever signs in this run. Raises: BuildFailed, when what the signer must know is not set."""
    if plan.sign == "osslsigncode":
        throwaway = OpenSigner(plan.work / "certificate")
        throwaway.make_certificate()
        return throwaway
    if plan.sign == "signtool":
        return SignTool(("/sha1", _known(environment, THUMBPRINT)))
    if plan.sign == "azure":
        return SignTool(("/dlib", _known(environment, LIBRARY), "/dmdf", _known(environment, METADATA)))
    return NoSigner()


def flip_one_byte(file: Path) -> None:
    """Change one byte in the middle of a file, as damage or somebody's hand would."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def _known(environment: Mapping[str, str], name: str) -> str:
    if not environment.get(name):
        raise BuildFailed(f"Set {name} to sign this way.")
    return environment[name]


def _run(command: Sequence[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildFailed(f"{what} failed: {(done.stdout + done.stderr).strip()[-600:]}")
