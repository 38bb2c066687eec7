"""The simulated service as somebody to ask: a bundle, answering questions one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hotwash.kernel.errors import ContentError, NotSupportedError
from hotwash.kit.bundle import components_at, pair_of, short_id
from hotwash.kit.bundle_files import is_file, named_bundle, named_system
from hotwash.kit.load import list_scenarios, load_kit, load_phrases, load_scenario
from hotwash.kit.schema.system import Fault
from hotwash.ports.endpoint import Ask, Reply
from hotwash.simulator.service import Service
from hotwash.simulator.texts.phrasebook import Phrasebook

SEED = 1
"""One seed for every run: two bundles that are asked the same question draw the same."""


def service_of(name: str) -> tuple[Callable[[Ask], Reply], str]:
    """Who answers for a bundle, and what a result calls it. Raises ContentError for a name or file that cannot be used, and
    NotSupportedError for a system that answers no questions."""
    bundle = named_bundle(name)
    slug = bundle.system if is_file(name) else name.partition("/")[0]
    if slug is None:
        write = "Add `system: support-copilot`, or the name of a scenario whose faults it is to have."
        raise ContentError.at(name, "names no system of the simulator", write)
    spec = named_system(slug)
    pair = pair_of(spec)
    if spec.kind != "copilot" or spec.recorded_runs is not None or pair is None:
        raise NotSupportedError(
            f"{spec.id} answers no questions: run the suite on a simulated copilot, on recorded responses (*.jsonl; those of a gate are "
            "in its folder proof), or on your own service"
        )
    try:
        previous = components_at(pair, bundle)
    except ValueError as wrong:
        write = f"The simulator knows {pair.current.id} and {pair.last_good.id}: take each part whole from one of them."
        raise ContentError.at(name, str(wrong), write) from wrong
    facts = {str(kind): one.fact for kind, one in load_kit().harm.categories.items()}
    phrases = load_phrases(spec.id)
    service = Service(spec, phrases, Phrasebook(spec, phrases, facts), _faults(slug), previous, SEED)
    return service.answer, f"simulated:{slug}/{bundle.id} {short_id(bundle)}"


def _faults(slug: str) -> Sequence[Fault]:
    """The faults of a scenario; a system by itself has none."""
    return load_scenario(slug)[1].world.faults if slug in list_scenarios() else ()
