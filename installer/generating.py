"""What is written before the program is frozen: its version, its manifest, its icon, and the order to freeze."""

import json
from collections.abc import Callable
from pathlib import Path

from dev_tools.places import ROOT
from installer.icon import write_icon
from installer.plan import NAME, Plan

PUBLISHER = "The PCC Desk authors"
DESCRIPTION = "PCC Desk"
ENGLISH_UK, UNICODE = 0x0809, 1200
MANIFEST = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3"><security><requestedPrivileges>
    <requestedExecutionLevel level="asInvoker" uiAccess="false"/>
  </requestedPrivileges></security></trustInfo>
  <compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1"><application>
    <supportedOS Id="{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"/>
  </application></compatibility>
  <application xmlns="urn:schemas-microsoft-com:asm.v3"><windowsSettings>
    <longPathAware xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">true</longPathAware>
    <dpiAwareness xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">PerMonitorV2</dpiAwareness>
    <activeCodePage xmlns="http://schemas.microsoft.com/SMI/2019/WindowsSettings">UTF-8</activeCodePage>
  </windowsSettings></application>
  <dependency><dependentAssembly>
    <assemblyIdentity type="win32" name="Microsoft.Windows.Common-Controls" version="6.0.0.0"
      processorArchitecture="*" publicKeyToken="6595b64144ccf1df" language="*"/>
  </dependentAssembly></dependency>
</assembly>
"""


def version_resource(version: str) -> str:
    """Write the version that Windows shows under Properties, as PyInstaller reads it."""
    numbers = (*(int(part) for part in version.split(".")), 0)
    words = {
        "CompanyName": PUBLISHER,
        "FileDescription": DESCRIPTION,
        "FileVersion": version,
        "InternalName": NAME,
        "LegalCopyright": f"{PUBLISHER}, MIT licence",
        "OriginalFilename": f"{NAME}.exe",
        "ProductName": DESCRIPTION,
        "ProductVersion": version,
    }
    strings = ", ".join(f"StringStruct({name!r}, {said!r})" for name, said in words.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004,"
        " fileType=1, subtype=0, date=(0, 0)), kids=["
        f"StringFileInfo([StringTable('{ENGLISH_UK:04x}{UNICODE:04x}', [{strings}])]),"
        f" VarFileInfo([VarStruct('Translation', [{ENGLISH_UK}, {UNICODE}])])])\n"
    )


def write_parts(plan: Plan) -> str:
    """Write the version, the manifest and the icon into the build's folder."""
    plan.work.mkdir(parents=True, exist_ok=True)
    (plan.work / "version.txt").write_text(version_resource(plan.version), "utf-8")
    (plan.work / "manifest.xml").write_text(MANIFEST, "utf-8")
    return write_icon(ROOT / "resources" / "icons" / f"{NAME}.svg", plan.work / f"{NAME}.ico")


def write_order(plan: Plan, name: Callable[[Path], str]) -> Path:
    """Write what the spec file reads; `name` gives the names by which the freezing Python knows our files."""
    order = {
        "root": name(ROOT),
        "name": NAME,
        "windows": plan.windows,
        "icon": name(plan.work / f"{NAME}.ico"),
        "version": name(plan.work / "version.txt"),
        "manifest": MANIFEST,
        "licences": name(plan.work / "licences"),
    }
    path = plan.work / "order.json"
    path.write_text(json.dumps(order, indent=2), "utf-8")
    return path
