"""Signing for real, with a certificate that is thrown away; and what the other signers are told."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from installer.controls import try_signature
from installer.plan import BuildFailed, Plan
from installer.signing import LIBRARY, METADATA, THUMBPRINT, NoSigner, OpenSigner, SignTool, signer_for
from tests.installer.samples import plan_in

signs = pytest.mark.skipif(not shutil.which("osslsigncode"), reason="osslsigncode is not installed here")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A real Windows program: the launcher that pip brings."""
    pip = find_spec("pip")
    assert pip is not None and pip.origin is not None
    copy = tmp_path / "program.exe"
    shutil.copy(Path(pip.origin).parent / "_vendor" / "distlib" / "t64.exe", copy)
    return copy


@signs
def test_what_is_signed_is_proved_and_one_flipped_byte_is_found(tmp_path: Path, program: Path) -> None:
    signer = OpenSigner(tmp_path / "certificate")
    signer.make_certificate()
    with pytest.raises(BuildFailed):
        signer.verify(program)
    signer.sign(program)
    signer.verify(program)
    assert "found" in try_signature(plan_in(tmp_path), signer, program)
    signer.verify(program)


@signs
def test_the_command_for_the_setup_s_own_programs_signs(tmp_path: Path, program: Path) -> None:
    import subprocess

    signer = OpenSigner(tmp_path / "a folder with spaces")
    signer.make_certificate()
    subprocess.run(f'{signer.command()} "{program}"', shell=True, check=True, capture_output=True)
    signer.verify(program)


def test_a_signer_says_what_it_must_know() -> None:
    assert isinstance(signer_for(Plan("windows"), {}), NoSigner)
    with pytest.raises(BuildFailed, match=THUMBPRINT):
        signer_for(Plan("windows", sign="signtool"), {})
    with pytest.raises(BuildFailed, match=LIBRARY):
        signer_for(Plan("windows", sign="azure"), {METADATA: "m.json"})
    azure = signer_for(Plan("windows", sign="azure"), {METADATA: "m.json", LIBRARY: "Azure.CodeSigning.Dlib.dll"})
    assert isinstance(azure, SignTool)
    assert azure.command().endswith("/dlib Azure.CodeSigning.Dlib.dll /dmdf m.json")
    assert " /tr http" in azure.command()
