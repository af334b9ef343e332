"""The setup for everybody on a PC, for Intune and Group Policy, written as WiX source out of the frozen folder.

The same source is built by WiX 3 on Windows and by wixl on Linux, which reads its older half.
"""

import hashlib
import shutil
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from installer.generating import DESCRIPTION, PUBLISHER
from installer.plan import NAME, BuildFailed, Plan
from installer.signing import Signer

SPACE = uuid.UUID("0f6d5a52-5d7c-4d0e-8f0e-2a4b6c1d9e11")  # ours: each component keeps its number for ever
UPGRADE_CODE = "7C1B7C0E-6B0B-4D43-9C3F-4B1B0C9C5D21"  # of this product, for ever; the setup for one person has none
KEY = r"Software\PCCDesk"
OLDER = "A newer PCC Desk is on this PC. Nothing was changed."
OWN_COPY = "PCC Desk is on this PC already, for one person. Remove that copy first. Nothing was changed."
# After the folders are known (1000), before it is looked whose files are in use (1400).
ASKED_AT, ASKED_WHEN = "1399", "Installed OR WIX_UPGRADE_DETECTED"
LANGUAGE = "2057"  # English as in the United Kingdom


def make_msi(plan: Plan, signer: Signer, target: Path, version: str) -> str:
    """Pack the frozen folder into the setup `target` that calls itself `version`. Raises: BuildFailed."""
    source = plan.work / f"setup-{version}.wxs"
    ElementTree(describe(plan, version)).write(source, "utf-8", xml_declaration=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    for command in _commands(source, target):
        done = subprocess.run(command, cwd=plan.work, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BuildFailed(f"{command[0]} failed: {(done.stdout + done.stderr).strip()[-2000:]}")
    signer.sign(target)
    signer.verify(target)
    return f"{target.name}, {target.stat().st_size / 1e6:.1f} MB"


def describe(plan: Plan, version: str) -> Element:
    """Describe the setup in WiX's words."""
    wix = Element("Wix", xmlns="http://schemas.microsoft.com/wix/2006/wi")
    named = {"Name": DESCRIPTION, "Manufacturer": PUBLISHER, "Version": version, "Language": LANGUAGE}
    product = SubElement(wix, "Product", named, Id=_number(f"product {version}"), UpgradeCode=UPGRADE_CODE)
    SubElement(product, "Package", InstallerVersion="500", Compressed="yes", InstallScope="perMachine")
    SubElement(product, "MajorUpgrade", DowngradeErrorMessage=OLDER)
    SubElement(product, "Media", Id="1", Cabinet="desk.cab", EmbedCab="yes")
    _refuse_beside_an_own_copy(product)
    SubElement(product, "Icon", Id="desk.ico", SourceFile=f"{NAME}.ico")
    SubElement(product, "Property", Id="ARPPRODUCTICON", Value="desk.ico")
    root = SubElement(product, "Directory", Id="TARGETDIR", Name="SourceDir")
    programs = SubElement(root, "Directory", Id="ProgramFiles64Folder")
    place = SubElement(programs, "Directory", Id="INSTALLDIR", Name=DESCRIPTION)
    components = [*_files(place, plan), _menu(root)]
    feature = SubElement(product, "Feature", Id="Desk", Title=DESCRIPTION, Level="1")
    for each in components:
        SubElement(feature, "ComponentRef", Id=each)
    _ask_to_close(product)
    indent(wix)
    return wix


def _refuse_beside_an_own_copy(product: Element) -> None:
    found = SubElement(product, "Property", Id="OWNCOPY")
    SubElement(found, "RegistrySearch", Id="OwnCopy", Root="HKCU", Key=KEY, Name="InstallDir", Type="raw")
    SubElement(product, "Condition", Message=OWN_COPY).text = "NOT OWNCOPY OR Installed"


def _ask_to_close(product: Element) -> None:
    """Let the copy that is there ask an open desk to close, whoever's it is that installs; if none is, go on."""
    asked = {"FileKey": _name("f", Path(f"{NAME}.exe")), "ExeCommand": "--quit", "Return": "ignore"}
    SubElement(product, "CustomAction", asked, Id="AskToClose", Impersonate="yes")
    order = SubElement(product, "InstallExecuteSequence")
    SubElement(order, "Custom", Action="AskToClose", Sequence=ASKED_AT).text = ASKED_WHEN


def _files(place: Element, plan: Plan) -> list[str]:
    """Describe every file of the frozen folder and return the components' names."""
    folders = {Path(): place}
    components = []
    for path in sorted(each for each in plan.frozen.rglob("*") if each.is_file()):
        relative = path.relative_to(plan.frozen)
        for parent in reversed(relative.parents):
            if parent not in folders:
                above = folders[parent.parent]
                folders[parent] = SubElement(above, "Directory", Id=_name("d", parent), Name=parent.name)
        name = _name("c", relative)
        component = SubElement(folders[relative.parent], "Component", Id=name, Guid=_number(relative.as_posix()))
        component.set("Win64", "yes")
        source = path.relative_to(plan.work).as_posix()  # wixl finds no whole path
        SubElement(component, "File", Id=_name("f", relative), Source=source, Name=path.name, KeyPath="yes")
        components.append(name)
    return components


def _menu(root: Element) -> str:
    """Describe the entry of the Start menu and the mark that tells the other setup that this one was here."""
    menu = SubElement(root, "Directory", Id="ProgramMenuFolder")
    component = SubElement(menu, "Component", Id="Menu", Guid=_number("menu"), Win64="yes")
    target = {"Target": f"[INSTALLDIR]{NAME}.exe", "WorkingDirectory": "INSTALLDIR", "Icon": "desk.ico"}
    SubElement(component, "Shortcut", target, Id="MenuEntry", Name=DESCRIPTION)
    key = SubElement(component, "RegistryKey", Root="HKLM", Key=KEY)
    SubElement(key, "RegistryValue", Name="InstallDir", Type="string", Value="[INSTALLDIR]", KeyPath="yes")
    return "Menu"


def _commands(source: Path, target: Path) -> Sequence[Sequence[str]]:
    if shutil.which("candle"):
        made = source.with_suffix(".wixobj")
        return (
            ["candle", "-nologo", "-arch", "x64", "-out", str(made), str(source)],
            ["light", "-nologo", "-sval", "-spdb", "-out", str(target), str(made)],
        )
    return (["wixl", "--arch", "x64", "--output", str(target), str(source)],)


def _name(kind: str, path: Path) -> str:
    return f"{kind}{hashlib.sha256(path.as_posix().encode()).hexdigest()[:24]}"


def _number(what: str) -> str:
    return str(uuid.uuid5(SPACE, what)).upper()
