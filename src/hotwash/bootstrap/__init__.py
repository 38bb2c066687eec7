"""The composition root: the only package that names adapters and the simulator. Shells use what stands here.

A part is imported when something of it is asked for: a command that lists scenarios loads no workbook and no statistics.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotwash.adapters.improvement_folder import find_record, improvement_of, keep_paper, paper, record_at
    from hotwash.bootstrap.bundles import WasRunning, was_running
    from hotwash.bootstrap.capa import (
        CapaDesk,
        asked_here,
        draft_capa,
        export_capa,
        open_capa,
        save_action,
        verify_here,
    )
    from hotwash.bootstrap.capa_sync import open_tracker, sync_capa
    from hotwash.bootstrap.causes import CAUSES, Causes, check_causes, draft_causes
    from hotwash.bootstrap.contents import (
        Content,
        RecordedTraces,
        constraints,
        content,
        content_recorded,
        recorded_runs,
    )
    from hotwash.bootstrap.controls import traceable_drill, traceable_traces
    from hotwash.bootstrap.drafts import check_draft, facts_at, facts_from, new_draft, read_draft
    from hotwash.bootstrap.drills import (
        Played,
        casting,
        open_session,
        open_store,
        report_pdf,
        run,
        set_for_print,
        story_clock,
    )
    from hotwash.bootstrap.evidence import (
        check_sealed,
        check_vault,
        keep_evidence,
        own_key,
        purge,
        refuse_held,
        seal,
        sealed_files,
    )
    from hotwash.bootstrap.exchange import export_as, import_from
    from hotwash.bootstrap.gates import (
        Asked,
        GateRun,
        NewGates,
        checked_gates,
        gate_diff,
        gate_history,
        gate_problems,
        gate_run,
        gates_from,
        hours_until,
        override_gate,
        overrides_of,
        rights_of,
        standings,
    )
    from hotwash.bootstrap.gates_kept import (
        WORKFLOW,
        Askable,
        KeptRun,
        askable,
        gate_workflow,
        gates_beside,
        gates_home,
        gates_zip,
        kept_names,
        kept_run,
    )
    from hotwash.bootstrap.house import House, Opened, seat_stand_in
    from hotwash.bootstrap.kits import check_kit, compare_kit, own_kit, show_kit, start_kit
    from hotwash.bootstrap.library import scenarios, show_pack, start_scenario, systems
    from hotwash.bootstrap.meetings import (
        CONTROLS,
        REVIEW,
        RISKS,
        Controls,
        Meeting,
        check_controls,
        check_meeting,
        draft_controls,
        draft_meeting,
        sign_meeting,
    )
    from hotwash.bootstrap.obligations import check_obligations, start_incident
    from hotwash.bootstrap.postmortems import (
        build_postmortem,
        check_postmortem,
        digest_of,
        postmortem_material,
        read_postmortem,
        show_postmortem,
        write_postmortem,
    )
    from hotwash.bootstrap.proving import check_scenario
    from hotwash.bootstrap.questions import (
        export_forms,
        import_traces,
        look_into,
        open_table_at,
        open_table_on_spark,
        open_traces,
        propose_columns,
        relate,
    )
    from hotwash.bootstrap.readiness_report import metrics_token, readiness, readiness_pdf, today
    from hotwash.bootstrap.records import (
        as_seen_by,
        check_free,
        load_record,
        rebuild,
        save,
        score_again,
        verify,
        what_was_known,
    )
    from hotwash.bootstrap.rehearsals import Rehearsal, answers_json, rehearsal_plan
    from hotwash.bootstrap.suites import (
        OpenRun,
        Target,
        checked_suite,
        export_suite,
        import_suite,
        judged_rows,
        load_result,
        open_run,
        open_target,
        start_suite,
        with_budget,
    )
    from hotwash.bootstrap.tables import Table, lay_out, lay_out_recorded
    from hotwash.bootstrap.verifying import VerificationStoppedError, runs_here
else:
    import ast
    from functools import cache
    from importlib import import_module
    from pathlib import Path

    @cache
    def _homes() -> dict[str, str]:
        """The module that each name comes from, as the imports above say; they are read and not done."""
        said = ast.walk(ast.parse(Path(__file__).read_text(encoding="utf-8")))
        return {one.name: node.module for node in said if isinstance(node, ast.ImportFrom) for one in node.names}

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(_homes()[name]), name)
        return found


__all__ = [
    "CAUSES",
    "CONTROLS",
    "REVIEW",
    "RISKS",
    "WORKFLOW",
    "Askable",
    "Asked",
    "CapaDesk",
    "Causes",
    "Content",
    "Controls",
    "GateRun",
    "House",
    "KeptRun",
    "Meeting",
    "NewGates",
    "OpenRun",
    "Opened",
    "Played",
    "RecordedTraces",
    "Rehearsal",
    "Table",
    "Target",
    "VerificationStoppedError",
    "WasRunning",
    "answers_json",
    "as_seen_by",
    "askable",
    "asked_here",
    "build_postmortem",
    "casting",
    "check_causes",
    "check_controls",
    "check_draft",
    "check_free",
    "check_kit",
    "check_meeting",
    "check_obligations",
    "check_postmortem",
    "check_scenario",
    "check_sealed",
    "check_vault",
    "checked_gates",
    "checked_suite",
    "compare_kit",
    "constraints",
    "content",
    "content_recorded",
    "digest_of",
    "draft_capa",
    "draft_causes",
    "draft_controls",
    "draft_meeting",
    "export_as",
    "export_capa",
    "export_forms",
    "export_suite",
    "facts_at",
    "facts_from",
    "find_record",
    "gate_diff",
    "gate_history",
    "gate_problems",
    "gate_run",
    "gate_workflow",
    "gates_beside",
    "gates_from",
    "gates_home",
    "gates_zip",
    "hours_until",
    "import_from",
    "import_suite",
    "import_traces",
    "improvement_of",
    "judged_rows",
    "keep_evidence",
    "keep_paper",
    "kept_names",
    "kept_run",
    "lay_out",
    "lay_out_recorded",
    "load_record",
    "load_result",
    "look_into",
    "metrics_token",
    "new_draft",
    "open_capa",
    "open_run",
    "open_session",
    "open_store",
    "open_table_at",
    "open_table_on_spark",
    "open_target",
    "open_traces",
    "open_tracker",
    "override_gate",
    "overrides_of",
    "own_key",
    "own_kit",
    "paper",
    "postmortem_material",
    "propose_columns",
    "purge",
    "read_draft",
    "read_postmortem",
    "readiness",
    "readiness_pdf",
    "rebuild",
    "record_at",
    "recorded_runs",
    "refuse_held",
    "rehearsal_plan",
    "relate",
    "report_pdf",
    "rights_of",
    "run",
    "runs_here",
    "save",
    "save_action",
    "scenarios",
    "score_again",
    "seal",
    "sealed_files",
    "seat_stand_in",
    "set_for_print",
    "show_kit",
    "show_pack",
    "show_postmortem",
    "sign_meeting",
    "standings",
    "start_incident",
    "start_kit",
    "start_scenario",
    "start_suite",
    "story_clock",
    "sync_capa",
    "systems",
    "today",
    "traceable_drill",
    "traceable_traces",
    "verify",
    "verify_here",
    "was_running",
    "what_was_known",
    "with_budget",
    "write_postmortem",
]
