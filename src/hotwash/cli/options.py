"""Options that many commands have, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines and nothing else.")]
Html = Annotated[Path | None, typer.Option(help="Write one self-contained page to this file.", show_default=False)]
Markdown = Annotated[Path | None, typer.Option("--md", help="Write Markdown to this file.", show_default=False)]
Pdf = Annotated[Path | None, typer.Option(help="Write it for print to this file.", show_default=False)]
Junit = Annotated[Path | None, typer.Option(help="Write JUnit XML for a CI system to this file.", show_default=False)]
Kit = Annotated[Path | None, typer.Option(help="Folder of your own kit; the base kit otherwise.", show_default=False)]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]
Table = Annotated[
    str,
    typer.Argument(
        help="File or folder of Parquet, CSV or JSON lines, or a table by its address: postgresql://host/database#schema.table.",
        show_default=False,
    ),
]
SparkTable = Annotated[
    str,
    typer.Option(
        "--spark-table",
        help="Ask this table or view of Spark in the place of files; needs the extra 'spark'.",
        show_default=False,
    ),
]
DrillFolder = Annotated[
    Path,
    typer.Argument(metavar="DRILL", help="Folder of a record, or a drill's folder of a house.", show_default=False),
]
