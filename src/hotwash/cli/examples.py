"""One or two command lines for each command, as somebody would type them; `--help` ends with them.

They stand together so that one look shows whether they fit each other. A test reads each as the command line itself would.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "rehearse": ("rehearse", "rehearse plan.yaml --kit our-kit --seeds 40 --out out/autumn"),
    "demo": ("demo", "demo --out my-first-drill --speed 30"),
    "serve": ("serve", "serve --data drills --host 0.0.0.0 --port 8080"),
    "drill solo": ("drill solo cross-tenant-leak", "drill solo bias-after-refresh --seat comms --players mixed"),
    "drill run": (
        "drill run cross-tenant-leak --out out/first",
        "drill run cross-tenant-leak --players ic=slow,comms=under-communicator --seed 7 --out out/second",
    ),
    "drill show": ("drill show out/first",),
    "drill pdf": ("drill pdf out/first",),
    "drill replay": ("drill replay out/first --as legal --until 23",),
    "drill view": ("drill view out/first --as legal --at 23",),
    "drill verify": ("drill verify out/first",),
    "draft new": ("draft new --variant executive --facts facts.yaml",),
    "draft check": ("draft check notice.md --variant customer --as-of out/first@T+23",),
    "evidence seal": ("evidence seal out/first --out EXERCISE-first.zip",),
    "evidence verify": ("evidence verify EXERCISE-first.zip --key our-key.pub --replay",),
    "evidence key": ("evidence key --out our-key.pub",),
    "evidence purge": ("evidence purge out/first --expired --dry-run",),
    "scenario list": ("scenario list",),
    "scenario cards": ("scenario cards",),
    "scenario pack": ("scenario pack support-copilot",),
    "scenario show": ("scenario show cross-tenant-leak", "scenario show cross-tenant-leak --facilitator"),
    "scenario new": ("scenario new our-scenario",),
    "scenario check": ("scenario check our-scenario",),
    "kit init": ('kit init our-kit --title "Acme kit" --id acme',),
    "kit check": ("kit check our-kit",),
    "kit show": ("kit show our-kit --part severity",),
    "kit diff": ("kit diff our-kit",),
    "obligations new": ("obligations new facts.yaml",),
    "obligations check": ("obligations check facts.yaml",),
    "interchange formats": ("interchange formats",),
    "interchange export": ("interchange export msel cross-tenant-leak --to EXERCISE-msel.xlsx",),
    "interchange check": ("interchange check playbook.json --schema cacao-json-schemas/schemas/playbook.json",),
    "interchange import": ("interchange import msel EXERCISE-msel.xlsx --to our-scenario/msel.yaml",),
    "readiness report": (
        "readiness report hotwash-data",
        "readiness report hotwash-data --since 2026-10-01 --pdf readiness.pdf",
    ),
    "readiness next": ("readiness next hotwash-data",),
    "readiness calendar": ("readiness calendar --to programme.ics hotwash-data",),
    "readiness metrics": ("readiness metrics hotwash-data",),
    "postmortem build": ("postmortem build out/first",),
    "postmortem check": ("postmortem check out/first",),
    "postmortem show": ("postmortem show out/first --format docx --out postmortem.docx",),
    "traces import": ("traces import exports --out traces.parquet",),
    "traces map": (
        "traces map decisions.csv --out columns.yaml",
        "traces map postgresql://analyst@db.example/prod#public.requests --out columns.yaml",
    ),
    "traces show": ("traces show traces.parquet",),
    "triage report": ("triage report traces.parquet --html triage.html",),
    "triage query": (
        'triage query traces.parquet "SELECT tenant, COUNT(*) AS n FROM traces GROUP BY tenant" --limit 10',
    ),
    "triage compare": ("triage compare traces.parquet --at 2026-05-05T14:18Z",),
    "canary plan": ("canary plan --metric leaks=0.1%:0.3% --traffic 400",),
    "canary watch": ("canary watch looks.csv",),
    "suite new": ("suite new proof/leak --kind leak --system support-copilot",),
    "suite traffic": ("suite traffic traces.parquet --by language --per 160 --out proof/replay/traffic.jsonl",),
    "suite check": ("suite check proof/replay/suite.yaml",),
    "suite run": (
        "suite run proof/replay/suite.yaml --target endpoint.yaml --out rc2.json",
        "suite run proof/leak/suite.yaml --target simulated:cross-tenant-leak/current",
    ),
    "suite show": ("suite show rc2.json --suite proof/replay/suite.yaml",),
    "suite compare": ("suite compare runs --today copilot-rc1 --most-harm 0.2",),
    "suite regression": (
        "suite regression before.csv after.csv --failed label=full_refusal,partial_refusal --by category",
    ),
    "suite import": ("suite import promptfooconfig.yaml --out imported",),
    "suite export": ("suite export gate/leakage.yaml --to promptfoo --out promptfooconfig.json",),
    "capa draft": ("capa draft out/first",),
    "capa check": ("capa check out/first",),
    "capa list": ("capa list out/first",),
    "capa show": ("capa show out/first expected-leak-path-closed",),
    "capa verify": ("capa verify out/first expected-leak-path-closed",),
    "capa close": ('capa close out/first expected-leak-path-closed --by "B. Example"',),
    "capa reschedule": (
        'capa reschedule out/first expected-leak-path-closed --to 2026-12-19 --reason "The vendor is late."',
    ),
    "capa effect": (
        'capa effect out/first expected-leak-path-closed --result works --found "0 of 31 probes in 90 days"',
    ),
    "capa follow": (
        'capa follow out/first expected-leak-path-closed --at 30 --works yes --seen "0 of 41,200 answers held a planted value"',
    ),
    "capa replace": (
        'capa replace out/first expected-leak-path-closed --with cache-keyed-by-tenant --reason "It mends the cause, not the path"',
    ),
    "capa sync": ("capa sync out/first --to folder:tickets --dry-run",),
    "capa export": ("capa export out/first --as calendar --out actions.ics",),
    "bundle show": ("bundle show support-copilot/current",),
    "bundle diff": ("bundle diff support-copilot/current support-copilot/last-good",),
    "bundle check": ("bundle check ours-2.yaml --from ours-1.yaml --component index",),
    "bundle running": ("bundle running out/first --at T+23",),
    "gate new": ("gate new --from out/first --to gate",),
    "gate check": ("gate check gate",),
    "gate run": ("gate run gate --target endpoint.yaml",),
    "gate show": ("gate show gate", "gate show gate 0003 --html gate.html"),
    "gate override": (
        'gate override gate leakage --role ic --by "A. Berg" --for "C. Dahl" --expires 24h --reason "The fix ships on Monday." --watch "dashboards, hourly"',
    ),
    "gate workflow": ("gate workflow --to .github/workflows/release-gate.yml",),
    "gate trend": ("gate trend gate",),
    "gate diff": ("gate diff gate/runs/0001 gate/runs/0002",),
    "causes new": ("causes new out/first",),
    "causes check": ("causes check out/first",),
    "causes show": ("causes show out/first --html causes.html",),
    "causes compare": ("causes compare out/first",),
    "controls new": ("controls new out/first",),
    "controls check": ("controls check out/first",),
    "controls show": ("controls show out/first",),
    "controls traceability": ("controls traceability out/first",),
    "meeting new": ("meeting new out/first",),
    "meeting check": ("meeting check out/first",),
    "meeting show": ("meeting show out/first --pdf review.pdf",),
    "meeting sign": ('meeting sign out/first --role ic --name "Noor Haddad"',),
    "review plan": ("review plan --traffic 400/min --share 20 --reviewers 4 --minutes-per-case 3",),
    "review report": ("review report out/first",),
}


def give_examples(command: Any, path: str) -> None:
    """Let the help of every command under `command`, which is typed as `path`, end with its examples."""
    for name, one in getattr(command, "commands", {}).items():
        give_examples(one, f"{path} {name}")
    lines = EXAMPLES.get(path, ())
    if lines:
        command.epilog = "\n\n".join(["For example:", *(f"  hotwash {line}" for line in lines)])
