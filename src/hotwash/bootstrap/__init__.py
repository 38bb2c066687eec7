"""The composition root: the only package that names adapters and the simulator. Shells use what stands here."""

from hotwash.bootstrap.contents import Content, RecordedTraces, constraints, content, content_recorded, recorded_runs
from hotwash.bootstrap.drafts import check_draft, facts_at, facts_from, new_draft
from hotwash.bootstrap.drills import Played, casting, open_session, open_store, report_pdf, run, story_clock
from hotwash.bootstrap.house import House, Opened, seat_stand_in
from hotwash.bootstrap.kits import check_kit, compare_kit, own_kit, show_kit, start_kit
from hotwash.bootstrap.library import check_scenario, scenarios, show_pack, start_scenario, systems
from hotwash.bootstrap.questions import (
    export_forms,
    import_traces,
    look_into,
    open_table_on_spark,
    open_traces,
    propose_columns,
    relate,
)
from hotwash.bootstrap.records import as_seen_by, check_free, load_record, rebuild, save, score_again, verify
from hotwash.bootstrap.tables import Table, lay_out, lay_out_recorded

__all__ = [
    "Content",
    "House",
    "Opened",
    "Played",
    "RecordedTraces",
    "Table",
    "as_seen_by",
    "casting",
    "check_draft",
    "check_free",
    "check_kit",
    "check_scenario",
    "compare_kit",
    "constraints",
    "content",
    "content_recorded",
    "export_forms",
    "facts_at",
    "facts_from",
    "import_traces",
    "lay_out",
    "lay_out_recorded",
    "load_record",
    "look_into",
    "new_draft",
    "open_session",
    "open_store",
    "open_table_on_spark",
    "open_traces",
    "own_kit",
    "propose_columns",
    "rebuild",
    "recorded_runs",
    "relate",
    "report_pdf",
    "run",
    "save",
    "scenarios",
    "score_again",
    "seat_stand_in",
    "show_kit",
    "show_pack",
    "start_kit",
    "start_scenario",
    "story_clock",
    "systems",
    "verify",
]
