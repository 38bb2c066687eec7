"""Reports as one self-contained HTML file: no script, no request, light and dark, made to be printed and forwarded."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from itertools import count

from markdown_it import MarkdownIt

from hotwash.aftermath.blocks import (
    Bars,
    Block,
    BowTie,
    Bullets,
    Callout,
    Cell,
    Chart,
    ChartRow,
    Figures,
    HeatMap,
    Lanes,
    Page,
    Passage,
    Prose,
    Quote,
    Report,
    Run,
    Section,
    Table,
    Tree,
)  # fmt: skip
from hotwash.aftermath.bow_ties import bow_tie_chart, bow_tie_lists, bow_tie_posts
from hotwash.aftermath.charts import glyph, lanes_chart, line_chart
from hotwash.aftermath.drawings import barriers_of, bars_chart, tree_chart, tree_lines
from hotwash.aftermath.style import CSS

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
TONE_WORDS = {"plain": "", "good": "good", "warn": "partly", "bad": "missed"}
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
"""What was said in bold is quoted in bold."""

CITED = re.compile(r'href="#(e\d+)"')
"""A citation, as it is written here: what people wrote is escaped and has no quotation mark like this."""


def to_html(report: Report, ways: Sequence[tuple[str, str]] = ()) -> str:
    """The whole page. Deterministic: the same report gives the same bytes. `ways` are (address, title) of other pages, where it is one of
    several; a page that is a file has none."""
    numbers = count(1)
    sections = [block for block in report.blocks if isinstance(block, Section) and block.level == 2]
    links = "".join(f'<li><a href="#{one.id}">{escape(one.title)}</a></li>' for one in sections)
    nav = f'<nav aria-label="Sections"><ol>{links}</ol></nav>' if len(sections) > 1 else ""
    leads = "".join(f'<li><a href="{escape(where)}">{escape(title)}</a></li>' for where, title in ways)
    main = f'<nav aria-label="Main"><ol>{leads}</ol></nav>' if ways else ""
    facts = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in report.facts)
    body = "".join(_block(block, lambda: next(numbers)) for block in report.blocks)
    handling = escape(report.handling)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<title>{escape(report.heading)}</title><meta name="color-scheme" content="light dark">'
        f"<style>{CSS}</style></head><body>"
        f'<header class="banner"><p class="handling">{handling}</p>'
        f'<div class="lead"><h1>{escape(report.title)}</h1><p class="sub">{escape(report.subtitle)}</p><dl>{facts}</dl></div></header>'
        f"{main}{nav}<main>{body}</main>"
        f'<footer><p class="handling">{handling}</p></footer></body></html>\n'
    )


def blocks_to_html(blocks: Sequence[Block], log: str = "") -> str:
    """Some blocks for a page that has its own style sheet. `log` is the page with the rows that their citations lead to, where it is another."""
    numbers = count(1)
    made = "".join(_block(block, lambda: next(numbers)) for block in blocks)
    return CITED.sub(rf'href="{log}#\1"', made) if log else made


def _block(block: Block, number: Callable[[], int]) -> str:
    match block:
        case Section():
            sheet = ' class="sheet"' if block.new_page else ""
            return f'<h{block.level} id="{block.id}"{sheet}>{escape(block.title)}</h{block.level}>'
        case Page():
            return f'<div class="page">{_page(block)}</div>'
        case Prose():
            return f"<p>{escape(block.text)}{_cites(block.cites)}</p>"
        case Passage():
            return f"<p>{_runs(block.runs)}</p>"
        case Bullets():
            return _bullets(block)
        case Callout():
            return (
                f'<aside class="callout {block.tone}" aria-label="{escape(block.title)}"><strong>{escape(block.title)}</strong> '
                f"{escape(block.text)}{_cites(block.cites)}</aside>"
            )
        case Figures():
            items = (
                f'<div class="figure {one.tone}"><dt>{escape(one.label)}</dt><dd>{escape(one.value)}'
                f"<small>{escape(one.note)}</small></dd></div>"
                for one in block.items
            )
            return f'<dl class="figures">{"".join(items)}</dl>'
        case Table():
            return _table(block)
        case Chart():
            return _figure(block, number())
        case ChartRow():
            return '<div class="charts">' + "".join(_figure(chart, number()) for chart in block.charts) + "</div>"
        case Lanes():
            legend = "".join(f"<li>{glyph(kind)} {escape(label)}</li>" for kind, label in block.legend)
            return (
                f"<figure>{lanes_chart(block, number())}<figcaption><strong>{escape(block.title)}.</strong> "
                f'{escape(block.summary)}</figcaption><ul class="legend">{legend}</ul></figure>'
            )
        case HeatMap():
            return _heat_map(block)
        case Quote():
            return (
                f'<figure class="quote {block.tone}"><figcaption>{escape(block.title)}{_cites(block.cites)}</figcaption>'
                f"<blockquote>{_quoted(block.text)}</blockquote></figure>"
            )
        case Tree():
            return _tree(block, number())
        case BowTie():
            return _bow_tie(block, number())
        case Bars():
            return _bars(block, number())


def _bullets(block: Bullets) -> str:
    """Nested as deep as its items stand."""
    out, depth = [], -1
    for item, level in zip(block.items, block.levels, strict=True):
        step = min(level, depth + 1)
        if step > depth:
            out.append("<ul>")
        else:
            out.append("</li>" + "</ul></li>" * (depth - step))
        out.append(f"<li>{_runs(item.runs)}")
        depth = step
    return "".join(out) + "</li></ul>" * (depth + 1)


def _runs(runs: tuple[Run, ...]) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    text = escape(run.text)
    if run.to:
        return f'<a class="cite" href="#{escape(run.to)}">{text}</a>'
    text = f"<code>{text}</code>" if run.code else text
    return f"<strong>{text}</strong>" if run.strong else text


def _page(page: Page) -> str:
    """Markdown as HTML. Raw HTML in it is text, images are left out, and its second level stands below what it is under."""
    tokens = MARKDOWN.parse(page.text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + page.under - 1)}"
    rendered: str = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return rendered


def _figure(chart: Chart, index: int) -> str:
    keys = "".join(
        f'<li><svg class="key" viewBox="0 0 24 8" aria-hidden="true"><line class="line {line.role}" x1="0" x2="24" y1="4" '
        f'y2="4"{_dash(line.dash)}/></svg> {escape(line.label)}</li>'
        for line in chart.lines
    )
    legend = f'<ul class="legend">{keys}</ul>' if len(chart.lines) > 1 else ""
    return (
        f"<figure>{line_chart(chart, index)}<figcaption><strong>{escape(chart.title)}.</strong> "
        f"{escape(chart.summary)}</figcaption>{legend}</figure>"
    )


def _tree(tree: Tree, index: int) -> str:
    """The drawing, its barriers by number, and the whole tree as a list: boxes cut long texts, the list does not."""
    posts = "".join(
        f'<li><span class="tone {one.tone}">{one.number} {escape(one.word)}</span> {escape(one.title)}</li>'
        for one in barriers_of(tree.root)
    )
    lines = "".join(
        f'<li class="l{min(level, 4)}">{f"<strong>{escape(node.word)}:</strong> " if node.word else ""}{escape(node.text)}{_cites(node.cites)}'
        f"{f' <small>Barriers: {escape(between)}.</small>' if between else ''}</li>"
        for level, node, between in tree_lines(tree.root)
    )
    return (
        f"<figure>{tree_chart(tree, index)}<figcaption><strong>{escape(tree.title)}.</strong> {escape(tree.summary)}</figcaption>"
        f'{f"""<ol class="posts">{posts}</ol>""" if posts else ""}'
        f'<details><summary>The tree as a list</summary><ul class="tree">{lines}</ul></details></figure>'
    )


def _bow_tie(block: BowTie, index: int) -> str:
    """The drawing, its controls by number, and both sides as a list."""
    posts = "".join(
        f'<li><span class="tone {one.tone}">{one.number} {escape(one.word)}</span> {escape(one.title)}</li>'
        for one in bow_tie_posts(block)
    )
    lines = "".join(
        f"<li><strong>{heading}, {escape(node.word)}:</strong> {escape(node.text)}{_cites(node.cites)}"
        f"{f' <small>Controls: {escape(between)}.</small>' if between else ' <small>No control is named.</small>'}</li>"
        for heading, node, between in bow_tie_lists(block)
    )
    return (
        f'<figure><div class="scroll" tabindex="0" role="group" aria-label="{escape(block.title)}, drawn">{bow_tie_chart(block, index)}</div>'
        f"<figcaption><strong>{escape(block.title)}.</strong> {escape(block.summary)}</figcaption>"
        f'{f"""<ol class="posts">{posts}</ol>""" if posts else ""}'
        f"<details><summary>The bow-tie as a list</summary><p>{escape(block.top)}</p><ul>{lines}</ul></details></figure>"
    )


def _bars(bars: Bars, index: int) -> str:
    keys = "".join(
        f'<li><svg class="key" viewBox="0 0 14 14" aria-hidden="true"><rect class="part {tone}" x="1" y="2" width="12" height="10"/></svg> '
        f"{escape(label)}</li>"
        for label, tone in bars.parts
    )
    return (
        f"<figure>{bars_chart(bars, index)}<figcaption><strong>{escape(bars.title)}</strong> ({escape(bars.unit)}). "
        f'{escape(bars.summary)}</figcaption><ul class="legend">{keys}</ul></figure>'
    )


def _dash(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""


def _table(table: Table) -> str:
    if not table.rows:
        return f'<p class="empty"><strong>{escape(table.caption)}.</strong> {escape(table.empty)}</p>'
    head = "".join(f'<th scope="col"{_right(i, table)}>{escape(title)}</th>' for i, title in enumerate(table.head))
    rows = []
    for r, row in enumerate(table.rows):
        anchor = f' id="e{table.anchors[r]}"' if table.anchors else ""
        anchor = f' id="{escape(table.names[r])}"' if table.names else anchor
        rows.append(f"<tr{anchor}>{''.join(_td(cell, _right(i, table)) for i, cell in enumerate(row))}</tr>")
    caption = escape(table.caption)
    shown = ' class="told"' if table.told else ""
    inner = f"<table><caption{shown}>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    box = f'<div class="scroll" tabindex="0" role="group" aria-label="{caption}">{inner}</div>'
    return f"<details><summary>{caption} ({len(table.rows)})</summary>{box}</details>" if table.folded else box


def _heat_map(found: HeatMap) -> str:
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in (found.corner, *found.columns))
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f'<td class="h{cell.level}">{escape(cell.text)}</td>' for cell in cells)
        + "</tr>"
        for name, cells in found.rows
    )
    caption = escape(found.caption)
    inner = (
        f'<table class="heat"><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{caption}">{inner}</div>'


def _td(cell: Cell, right: str) -> str:
    word = escape(cell.word) or TONE_WORDS[cell.tone]
    sign = f'<span class="tone {cell.tone}">{word}</span> ' if word else ""
    text = _runs(cell.runs) if cell.runs else escape(cell.text)
    text = f"<strong>{text}</strong>" if cell.strong else text
    return f"<td{right}>{sign}{text}{_cites(cell.cites)}</td>"


def _right(column: int, table: Table) -> str:
    return ' class="n"' if column in table.numeric else ""


def _cites(versions: tuple[int, ...]) -> str:
    if not versions:
        return ""
    links = " ".join(f'<a href="#e{version}">e{version}</a>' for version in versions[:6])
    more = f" +{len(versions) - 6}" if len(versions) > 6 else ""
    return f' <span class="cites">{links}{more}</span>'


def _quoted(text: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", escape(text))
