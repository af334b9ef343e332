"""The list of everything in the program, in CycloneDX, for those who must know what they install."""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from installer.generating import DESCRIPTION, PUBLISHER
from installer.ingredients import Ingredient

SPACE = uuid.UUID("6f1c7a0e-6a52-4a0b-9d57-0b5f5d1f7c11")  # ours; the same program always gets the same number


def write_sbom(version: str, ingredients: Sequence[Ingredient], made_at: datetime) -> str:
    """Write the CycloneDX 1.6 list of a program; the same ingredients give the same text."""
    components = [_component(each) for each in sorted(ingredients, key=lambda each: each.package.name)]
    number = uuid.uuid5(SPACE, version + json.dumps(components, sort_keys=True))
    told = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {
            "timestamp": made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": "pcc-desk",
                "name": DESCRIPTION,
                "version": version,
                "publisher": PUBLISHER,
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": "pcc-desk", "dependsOn": [each["bom-ref"] for each in components]}],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _component(ingredient: Ingredient) -> dict[str, object]:
    package = ingredient.package
    on_pypi = bool(package.hashes)
    address = (
        f"pkg:pypi/{package.name}@{package.version}" if on_pypi else f"pkg:generic/{package.name}@{package.version}"
    )
    told: dict[str, object] = {
        "type": "library",
        "bom-ref": address,
        "name": package.name,
        "version": package.version,
        "purl": address,
        "licenses": [{"license": {"name": ingredient.licence}}],
    }
    if on_pypi:
        hashes = [{"alg": "SHA-256", "content": each} for each in sorted(package.hashes)]
        place = f"https://pypi.org/project/{package.name}/{package.version}/"
        told["externalReferences"] = [{"type": "distribution", "url": place, "hashes": hashes}]
    return told
