"""A whole drill in four browsers: a facilitator, a commander, a technical lead and an observer, to the report."""

import re

import pytest
from playwright.sync_api import expect

from hotwash import bootstrap
from tests.support.accessibility import assert_accessible
from tests.support.patience import PATIENCE_MS
from tests.support.serving import serving

pytestmark = pytest.mark.slow


@pytest.fixture
def people(browser, tmp_path):
    """Four people, each in a browser of their own; whatever a page complains of fails the test."""
    house = bootstrap.House(tmp_path / "house")
    house.access.set_password("open sesame")
    trouble, contexts = [], []

    def person(name):
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: trouble.append(f"{name}: {error}"))
        page.on(
            "console",
            lambda line: trouble.append(f"{name}: {line.text}") if line.type in ("error", "warning") else None,
        )
        page.on(
            "request",
            lambda sent: (
                trouble.append(f"{name}: {sent.url}") if not sent.url.startswith((running.address, "data:")) else None
            ),
        )
        return page

    with serving(house) as running:
        yield running, person
        for context in contexts:
            context.close()
    assert not trouble, trouble


def send(page, form, **fields):
    """Fill a form and send it, as somebody does who can see it; opens the fold that it lies in."""
    box = page.locator(f"form#f-{form}")
    if not box.is_visible():
        page.locator(f"details#d-{form} > summary").click()
    for name, value in fields.items():
        field = box.locator(f'[name="{name}"]')
        if field.first.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        elif field.first.get_attribute("type") == "checkbox":
            for one in value:
                box.locator(f'[name="{name}"][value="{one}"]').check()
        else:
            field.fill(value)
    box.locator("button").first.click()


def tab(page, name):
    page.locator(f"#tab-{name}").click()


def test_four_people_play_from_the_plan_to_the_report(people):
    running, person = people
    facilitator, commander, tech, observer = map(person, ("facilitator", "commander", "tech", "observer"))

    # the facilitator signs in, plans and invites
    facilitator.goto(running.address)
    facilitator.get_by_label("Your name").fill("Fay")
    facilitator.get_by_label("Password").fill("open sesame")
    facilitator.get_by_role("button", name="Sign in").click()
    facilitator.get_by_role("link", name="Plan a drill").click()
    facilitator.get_by_label("Name of the drill").fill("Spring drill")
    facilitator.get_by_label("Scenario").select_option("cross-tenant-leak")
    for seat in ("ml", "scribe", "comms", "legal", "privacy"):
        facilitator.locator(f"#seat-{seat}").select_option("expert")
    facilitator.get_by_role("button", name="Plan it").click()
    expect(facilitator.locator(".invite input[readonly]")).to_have_count(3)
    facilitator.wait_for_load_state()
    links = dict(
        zip(facilitator.locator(".invite h2").all_text_contents(),
            [one.input_value() for one in facilitator.locator(".invite input[readonly]").all()], strict=True)
    )  # fmt: skip
    assert set(links) == {"Incident Commander", "Technical Lead", "Observer"}

    # three others come by their links
    for page, place, name in (
        (commander, "Incident Commander", "Cora"),
        (tech, "Technical Lead", "Tom"),
        (observer, "Observer", "Olga"),
    ):
        page.goto(links[place])
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Take this place").click()
        expect(page.locator(".exercise")).to_have_text("EXERCISE")
        assert page.title().startswith("EXERCISE")
    for page in (commander, tech):
        page.get_by_role("button", name="I can read and act").click()
    facilitator.get_by_role("link", name="To the console").click()
    expect(facilitator.locator("#s-ic")).to_contain_text("Cora")
    expect(facilitator.locator("#control")).to_contain_text("2 of 2 people are there")

    # STARTEX, then on to the first signals
    facilitator.get_by_role("button", name="Start the drill").click()
    expect(commander.locator("#phase")).to_have_text("running")
    facilitator.locator("#d-jump_to > summary").click()
    facilitator.locator("#f-jump_to input[type=number]").fill("21")
    facilitator.locator("#f-jump_to button").click()
    expect(facilitator.locator("#sure")).to_be_visible()
    facilitator.locator("#sure-yes").click()
    expect(tech.locator("#drilltime")).to_contain_text("T+21")
    expect(tech.locator("#inbox .mail").first).to_be_visible()

    # the technical lead looks, keeps and explains
    tab(tech, "traces")
    send(tech, "run_query", flag="pii_hits")
    expect(tech.locator("#traces li").first).to_be_visible()
    tech.locator("#traces details > summary").first.click()
    opening = tech.locator("#traces form[data-do=open_trace]").first
    opening.locator("button").click()
    expect(tech.locator("#traces .refused").first).to_contain_text("say why")
    opening.locator("[name=purpose]").fill("triage of the alert")
    opening.locator("button").click()
    expect(tech.locator("article.trace").first).to_contain_text("Prompt")
    tech.locator("article.trace form[data-do=collect_evidence] button").first.click()
    tab(tech, "hypotheses")
    send(tech, "raise_hypothesis", statement="The index rebuild lost the tenant of three shops.", component="index")
    card = tech.locator("#ideas article").filter(has_text="lost the tenant")
    card.locator("summary").click()
    card.locator("[name=method]").fill("Read five traces")
    card.locator("[name=result]").select_option("supports")
    card.locator("button").click()
    expect(card).to_contain_text("supported")

    # the commander opens, labels and grades; the others see it without asking
    tab(commander, "situation")
    send(commander, "open_incident", title="Records of other shops", observation="Answers name people of other shops.")
    send(commander, "classify", bucket="data", mode="data-leakage", reason="Retrieval lost the tenant.")
    send(commander, "set_severity", level="1", reason="Content crossed tenants.")
    for page in (commander, tech, observer, facilitator):
        expect(page.locator("#board")).to_contain_text("Sev-1")
    expect(tech.locator("#board")).to_contain_text("data, data leakage")

    # asked, approved and pulled: three people, two browsers, no reload
    tab(tech, "levers")
    lever = tech.locator("#lever-retrieval_off")
    lever.locator("summary", has_text="Ask for it").click()
    asking = lever.locator("form[data-do=request_lever]")
    asking.locator("details.scope > summary").click()
    for shop in ("t-04", "t-08", "t-12"):
        asking.locator(f'[name="scope.tenant"][value="{shop}"]').check()
    asking.locator("[name=reason]").fill("The traces come from these three.")
    asking.locator("button").click()
    tab(commander, "levers")
    call = commander.locator("#calls article").filter(has_text="come from these three")
    expect(call).to_contain_text("tenant t-04, t-08, t-12")
    call.get_by_role("button", name="Approve").click()
    mine = tech.locator("#calls article").filter(has_text="come from these three")
    mine.get_by_role("button", name="Pull now").click()
    tech.locator("#sure-yes").click()
    expect(mine.locator(".tag").first).to_have_text(re.compile("^(pulled|effective)$"))
    expect(facilitator.locator("#calls")).to_contain_text("Cut retrieval")

    # words: a draft that says too much, a message, an observer's rating, an inject made up on the spot
    tab(commander, "comms")
    commander.locator("#d-write_draft > summary").click()
    commander.get_by_role("button", name="Update for executives").click()
    commander.locator("#editor textarea").fill("All is resolved and no data is affected.")
    expect(commander.locator("#checked")).to_contain_text("no data is affected")
    commander.locator("#editor button").last.click()
    expect(commander.locator("#papers")).to_contain_text("“no data is affected”")
    tab(commander, "room")
    send(commander, "send_message", text="Next update in twenty minutes. <b>Nobody</b> speaks to the press.")
    expect(facilitator.locator("#chat")).to_contain_text("<b>Nobody</b> speaks to the press.")
    rating = observer.locator("form[data-do=give_rating]").first
    rating.locator("[name=rating]").select_option("S")
    rating.locator("[name=note]").fill("Asked before pulling.")
    rating.locator("button").click()
    expect(facilitator.locator("#ratings")).to_contain_text("Asked before pulling.")
    expect(facilitator.locator("#ratings")).to_contain_text("(events ")
    send(
        facilitator,
        "improvise_inject",
        sender="The board",
        channel="phone",
        to=["ic"],
        subject="Is it over?",
        body="Call me.",
    )
    expect(commander.locator("#inbox")).to_contain_text("Is it over?")
    expect(tech.locator("#inbox")).not_to_contain_text("Is it over?")

    # ENDEX, hot wash, report, library
    send(facilitator, "end_drill", reason="Time is up")
    facilitator.locator("#sure-yes").click()
    expect(commander.locator("#phase")).to_have_text("ended")
    facilitator.get_by_role("link", name="Hot wash").click()
    expect(facilitator.locator(".truth")).to_contain_text("Answer key")
    facilitator.wait_for_load_state()
    total, weights = facilitator.locator(".figures dd").first, facilitator.locator("#marks td:nth-of-type(1)")
    expect(total).to_have_text(re.compile(r"^(100|\d?\d)$"))
    said = weights.all_text_contents()
    assert sum(int(one) for one in said) == 100
    commander.goto(f"{running.address}/drills/spring-drill/hotwash")
    send(commander, "note_in_hotwash", text="Approvals took too long.", owner="Cora")
    expect(facilitator.locator("#findings")).to_contain_text("Approvals took too long.")
    assert_accessible(facilitator)
    facilitator.get_by_role("button", name="Score again").click()
    facilitator.get_by_role("link", name="Report", exact=True).click()
    expect(facilitator.locator("body")).to_contain_text("Approvals took too long.")
    expect(facilitator.locator("svg.chart").first).to_be_visible()
    facilitator.goto(f"{running.address}/drills")
    expect(facilitator.locator("tbody tr").first).to_contain_text("Spring drill")
    assert bootstrap.verify(bootstrap.load_record(running.house.record_of("spring-drill"))).sound
