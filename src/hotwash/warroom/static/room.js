// What a page does besides HTML: clocks that tick, charts, tabs, the palette, confirmations. No data is kept here that the
// server does not have.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const body = document.body;
  const stream = $("#stream");
  if (!stream) return;

  // ── drill time ──────────────────────────────────────────────────────────────────────────────────────────────────
  const clock = { now: 0, pace: 0, at: performance.now(), phase: "", ...pick($("#clock")) };
  function pick(element) {
    return { now: Number(element.dataset.now), pace: Number(element.dataset.pace), phase: element.dataset.phase,
      story: Date.parse(element.dataset.story), zone: (element.dataset.story.match(/[+-]\d\d:\d\d$/) || ["+00:00"])[0],
      endex: Number(element.dataset.endex) };
  }
  const drillNow = () => Math.min(clock.now + (performance.now() - clock.at) * clock.pace / 1000, clock.phase === "ended" ? clock.now : clock.endex);
  function stamp(ms) {
    const s = Math.max(0, Math.floor(ms / 1000)), two = (n) => String(n).padStart(2, "0");
    return s >= 3600 ? `T+${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `T+${two(Math.floor(s / 60))}:${two(s % 60)}`;
  }
  const span = (ms) => { const s = Math.round(Math.abs(ms) / 1000); return s >= 7200 ? `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} min` : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`; };
  function text(element, value) { if (element && element.textContent !== value) element.textContent = value; }
  function tick() {
    const now = drillNow();
    text($("#drilltime"), stamp(now));
    const sign = clock.zone[0] === "-" ? -1 : 1, [h, m] = clock.zone.slice(1).split(":").map(Number);
    text($("#storytime"), new Date(clock.story + now + sign * (h * 60 + m) * 60000).toISOString().slice(11, 16));
    text($("#phase"), clock.phase);
    body.dataset.phase = clock.phase;
    for (const item of $$("[data-due]")) {
      const left = Number(item.dataset.due) - now;
      item.dataset.left = left < 0 ? `${span(left)} late` : `${span(left)} left`;
      item.classList.toggle("late", left < 0);
      item.classList.toggle("soon", left >= 0 && left < 180000);
    }
    for (const item of $$("[data-last]")) text($(".idle", item), clock.phase === "running" ? `idle ${span(now - Number(item.dataset.last))}` : "");
  }
  setInterval(tick, 500);
  stream.addEventListener("clock", (event) => {
    const [now, pace, phase, speed] = event.detail.data.split(" "), held = document.activeElement;
    Object.assign(clock, { now: Number(now), pace: Number(pace), phase, at: performance.now() });
    tick();
    for (const form of $$(".speeds form")) $("button", form).setAttribute("aria-pressed", String(form.elements.num.value === speed));
    if (held.closest(".steer") && !held.checkVisibility()) {       // what was pressed has gone: its successor takes the keyboard
      const next = $$(".steer button, .while-ended .button").find((one) => one.checkVisibility());
      if (next) next.focus();
    }
  });
  tick();

  // ── the stream: say how it stands, and begin again if its very first request failed ─────────────────────────────
  let last = "";
  const link = $("#link");
  const state = (words, bad) => { text(link, words); link.classList.toggle("bad", bad); };
  state("connecting", false);
  stream.addEventListener("htmx:sse:after:connection", () => state("live", false));
  stream.addEventListener("htmx:sse:after:message", (event) => { last = event.detail.message.id || last; state("live", false); });
  stream.addEventListener("htmx:sse:error", () => state("reconnecting", true));
  stream.addEventListener("htmx:sse:close", () => state("not connected", true));
  stream.addEventListener("htmx:sse:after:message", () => {          // on the console: who did something just now
    const newest = $("#timeline > li"), seat = newest && $(`#s-${newest.dataset.by}[data-last]`);
    if (seat) seat.dataset.last = String(drillNow());
  });
  stream.addEventListener("htmx:sse:before:message", (event) => drop(event.detail));
  setInterval(() => {
    if (document.hidden || (stream._htmx && stream._htmx.sse)) return;
    const base = stream.dataset.base, after = last || new URL(stream.getAttribute("hx-sse:connect"), location.href).searchParams.get("after");
    htmx.ajax("GET", `${base}/stream?after=${after}`, { source: stream, swap: "none" });
  }, 4000);
  function drop(detail) {                       // a message that was taken in already changes nothing
    const id = Number(detail.message.id);
    if (!detail.message.event && id && last && id <= Number(last)) detail.cancelled = true;
  }
  stream.addEventListener("presence", (event) => {
    const here = Object.fromEntries(event.detail.data.split(" ").filter(Boolean).map((one) => one.split(":")));
    window.hotwashHere = here;
    for (const item of $$("[data-here]")) text(item, here[item.dataset.here] ? `${here[item.dataset.here]} here` : "standIn" in item.dataset ? "" : "away");
  });

  // ── forms: one id for each deed, so that a retry is done once; confirmation; what was refused stays to be mended ────
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(12))].map((n) => n.toString(16).padStart(2, "0")).join("");
  const foresee = async (form, where) => {      // what a review would bring, from the traffic so far
    if (!form.dataset.foresee) return;
    const asked = await fetch(form.dataset.foresee, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const said = asked.ok ? await asked.text() : "No forecast: the server did not answer.";
    if (where.isConnected) { const line = document.createElement("span"); line.className = "foreseen"; text(line, " " + said); where.append(line); }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-foretell]");
    if (!button) return;
    const where = $("output", button.parentElement);
    text(where, "");
    foresee(button.closest("form"), where);
  });
  const sure = $("#sure"), homes = new WeakMap();       // form → the card and the pane that it was sent from
  let pending = null;
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form.act");
    if (!form) return;
    if (form.dataset.confirm && pending !== form) {
      event.preventDefault();
      event.stopImmediatePropagation();
      pending = form;
      text($("#sure-text"), form.dataset.confirm);
      planned(form);
      foresee(form, $("#sure-text"));
      sure.showModal();
      return;
    }
    pending = null;
    homes.set(form, ["article[id]", "#control", "[role=tabpanel]"].map((one) => form.closest(one)).filter(Boolean).map((one) => one.id));
    let id = form.elements.namedItem("command");
    if (!id) { id = document.createElement("input"); id.type = "hidden"; id.name = "command"; form.append(id); }
    id.value = id.value || fresh();
    const waits = $("[data-wait]", form);
    if (waits) text(waits, waits.dataset.wait);
    const about = form.elements.namedItem("about"), newest = $("#timeline > li");
    if (about && !about.value && newest) about.value = newest.getAttribute("value");
  }, true);
  async function planned(form) {   // what exactly this rollback forgets, read when it is asked for
    const told = $("#sure-plan"), both = $("#sure-flush"), yes = $("#sure-yes");
    told.replaceChildren();
    both.hidden = true;
    flushed(form, false);
    if (!form.dataset.plan) return;
    const told_of = [...new FormData(form)].filter(([name]) => /^(arguments|scope)\.|_ppm$/.test(name));
    const asked = new URLSearchParams(told_of.map(([name, value]) => [name.replace("arguments.", ""), value]));
    yes.disabled = true;
    try {
      const answer = await fetch(`${form.dataset.plan}?${asked}`);
      if (!answer.ok) throw new Error(answer.statusText);
      told.innerHTML = await answer.text();
      both.hidden = !$("[data-flush]", told);
    } catch { text(told, "What it forgets could not be read: look at the bundles in the pack."); }
    yes.disabled = false;
  }
  function flushed(form, wanted) {
    const known = form.elements.namedItem("with_flush");
    if (known) known.remove();
    if (!wanted) return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "with_flush", value: "1" });
    form.append(field);
  }
  if (sure) {
    $("#sure-yes").addEventListener("click", () => { const form = pending; sure.close(); pending = form; form.requestSubmit(); });
    $("#sure-flush").addEventListener("click", () => { const form = pending; flushed(form, true); sure.close(); pending = form; form.requestSubmit(); });
    $("#sure-no").addEventListener("click", () => sure.close());
    sure.addEventListener("close", () => { setTimeout(() => { pending = null; }, 0); });
  }
  function settle(form) {         // what the room shows of a deed may push its answer out of sight, or take the form and the keyboard with it
    const said = $(".said", form), places = homes.get(form) || [];
    for (const wait of [400, 1200]) setTimeout(() => {
      if (said && form.contains(document.activeElement)) said.scrollIntoView({ block: "nearest" });
      const home = places.map((id) => $(`#${CSS.escape(id)}`)).find((one) => one && one.checkVisibility());
      if (document.activeElement !== body || !home) return;
      if (!home.hasAttribute("tabindex")) home.tabIndex = -1;
      home.focus({ preventScroll: true });
    }, wait);
  }
  document.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail.ctx, form = ctx && ctx.sourceElement && ctx.sourceElement.closest && ctx.sourceElement.closest("form.act");
    if (!form || !ctx.response || ctx.response.status >= 500 || ctx.sourceElement.tagName === "TEXTAREA") return;
    if ($("[data-wait]", form)) text($("[data-wait]", form), "");
    settle(form);
    if (ctx.response.headers.get("x-hotwash-refused")) { const id = form.elements.namedItem("command"); if (id) id.value = ""; return; }
    if (form.dataset.do === "run_query") { const id = form.elements.namedItem("command"); if (id) id.value = ""; return; }
    if (form.classList.contains("editor")) {
      const told = form.parentElement;
      text(told, "Saved. It stands below, with those who must read it.");
      told.tabIndex = -1;
      told.focus();
      return;
    }
    if (form.dataset.do === "take_seat" && !$("#control")) { location.reload(); return; }   // a room that one looked on becomes one's own
    form.reset();
    const id = form.elements.namedItem("command");
    if (id) id.value = "";
  });
  for (const kind of ["htmx:error", "htmx:response:error"]) document.addEventListener(kind, (event) => {
    const ctx = event.detail.ctx, form = ctx && ctx.sourceElement && ctx.sourceElement.closest && ctx.sourceElement.closest("form.act");
    if (form) text($(".said", form), "Not sent: no answer from the server. Press again; it will be done once.");
  });
  document.addEventListener("click", (event) => {       // a draft is opened in the editor, wherever its button stands
    const opener = event.target.closest("[data-opens]");
    if (opener) $(`#${opener.dataset.opens}`).open = true;
  });
  document.addEventListener("htmx:after:swap", () => {
    const fresh = $("#editor textarea:not([data-seen])");
    if (fresh) { fresh.dataset.seen = "1"; fresh.focus(); fresh.scrollIntoView({ block: "nearest" }); }
  });
  document.addEventListener("click", (event) => {       // from a sentence of a draft to the entry that it rests on
    const link = event.target.closest("a[data-entry]");
    if (!link) return;
    event.preventDefault();
    choose($("#tab-timeline"), false);
    const line = $(`#t${link.dataset.entry}`) || $("#timeline");
    line.tabIndex = -1;
    line.focus();
    line.scrollIntoView({ block: "center" });
  });
  document.addEventListener("click", (event) => {
    const edit = event.target.closest("[data-edit]");
    if (!edit) return;
    const words = JSON.parse(edit.dataset.edit), form = $("#f-improvise_inject");
    $("#d-improvise_inject").open = true;
    for (const name of ["sender", "channel", "subject", "body"]) form.elements.namedItem(name).value = words[name];
    for (const box of $$("input[name=to]", form)) box.checked = words.to.includes(box.value);
    form.elements.namedItem("body").focus();
  });

  document.addEventListener("toggle", (event) => {      // a scope is narrowed: its choices come now
    const pick = event.target;
    if (pick.matches && pick.matches("details.scope") && pick.open) choices(pick);
  }, true);
  function choices(pick) {
    if ($("fieldset", pick)) return;
    const found = $(`#pick-${pick.dataset.pick}`).content.cloneNode(true);
    for (const box of $$("input", found)) box.name = `${pick.dataset.name}.${box.name}`;
    pick.append(found);
  }
  document.addEventListener("click", (event) => {       // from what moved down to the traces behind it
    const button = event.target.closest("[data-fill]"), form = $("#f-run_query");
    if (!button || !form) return;
    const wanted = JSON.parse(button.dataset.fill), pick = $("details.scope", form);
    for (const name of ["flag", "from_ms", "to_ms"]) form.elements.namedItem(name).value = wanted[name];
    choices(pick);
    pick.open = Object.keys(wanted.scope).length > 0;
    for (const box of $$("input[type=checkbox]", pick)) box.checked = (wanted.scope[box.name.split(".")[1]] || []).includes(box.value);
    form.requestSubmit();
    form.scrollIntoView({ block: "nearest" });
    form.elements.namedItem("flag").focus({ preventScroll: true });
  });

  // ── tabs ────────────────────────────────────────────────────────────────────────────────────────────────────────
  const tabs = $$("[role=tab]");
  const tabKey = `tab ${body.dataset.drill} ${body.dataset.seat}`;
  function choose(tab, focus = true) {
    for (const one of tabs) {
      const on = one === tab;
      one.setAttribute("aria-selected", String(on));
      one.tabIndex = on ? 0 : -1;
      $(`#${one.getAttribute("aria-controls")}`).hidden = !on;
    }
    if (focus) tab.focus();
    sessionStorage.setItem(tabKey, tab.id);
    if (tab.id === "tab-signals") draw();
    ask();
  }
  function ask() {                               // what is worked out for whoever looks at it, and for nobody else
    for (const one of $$("[data-while-seen]")) if (!one.closest("[hidden]")) one.dispatchEvent(new Event("looked-at"));
  }
  for (const tab of tabs) tab.addEventListener("click", () => {
    choose(tab);
    if (getComputedStyle(list).position === "fixed") $(`#${tab.getAttribute("aria-controls")}`).scrollIntoView();   // on a phone
    tab.scrollIntoView({ block: "nearest", inline: "center" });
  });
  const list = $("[role=tablist]");
  if (list) {
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const at = tabs.indexOf(document.activeElement);
      const next = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : step ? (at + step + tabs.length) % tabs.length : -1;
      if (next >= 0) { event.preventDefault(); choose(tabs[next]); }
    });
    addEventListener("load", ask);
    if (stream) stream.addEventListener("minute", () => setTimeout(ask, 700 + Math.random() * 600));
  }

  // ── the palette ─────────────────────────────────────────────────────────────────────────────────────────────────
  const palette = $("#palette"), find = $("#palette-find"), results = $("#palette-list");
  let found = [];
  function commands() {
    const wanted = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const there = (one) => !one.closest(".steer") || one.checkVisibility();
    found = $$("[data-command]").filter((one) => there(one) && wanted.every((word) => one.dataset.command.toLowerCase().includes(word))).slice(0, 12);
    results.replaceChildren(...found.map((one, n) => {
      const item = document.createElement("li");
      item.textContent = one.dataset.command;
      item.id = `palette-${n}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(n === 0));
      item.addEventListener("click", () => go(n));
      return item;
    }));
    find.setAttribute("aria-activedescendant", found.length ? "palette-0" : "");
    text($("#palette-none"), found.length ? "" : "No command has these words.");
  }
  function go(n) {
    const target = found[n];
    palette.close();
    if (!target) return;
    if (target.matches("[role=tab]")) return choose(target);
    const pane = target.closest("[role=tabpanel]");
    if (pane) choose($(`#${pane.getAttribute("aria-labelledby")}`), false);
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const first = $("input:not([type=hidden]),select,textarea,button", target.closest("details") || target) || target;
    first.focus();
    first.scrollIntoView({ block: "nearest" });
  }
  const open = () => { find.value = ""; commands(); palette.showModal(); find.focus(); };
  if (palette) {
    $("#palette-open").addEventListener("click", open);
    find.addEventListener("input", commands);
    find.addEventListener("keydown", (event) => {
      const items = $$("li", results), at = items.findIndex((one) => one.getAttribute("aria-selected") === "true");
      if (event.key === "Enter") { event.preventDefault(); go(Math.max(0, at)); return; }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || !items.length) return;
      event.preventDefault();
      const next = (at + step + items.length) % items.length;
      items.forEach((one, n) => one.setAttribute("aria-selected", String(n === next)));
      find.setAttribute("aria-activedescendant", items[next].id);
      items[next].scrollIntoView({ block: "nearest" });
    });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); if (!palette.open) open(); }
    });
  }

  // ── checklists are the team's: a box shows what is on record, and a change of it is an act ──────────────────────────
  const lists = $("#lists[data-act]");
  if (lists) {
    const boxes = $$("[data-tick]"), key = (one) => `${one.dataset.guide} ${one.dataset.item}`, wanted = new Map();
    const show = () => {
      const done = new Map($$("data", lists).map((one) => [key(one), one.getAttribute("value")]));
      for (const box of boxes) {
        if (wanted.has(box) && wanted.get(box) !== done.has(key(box))) continue;      // given, and not on record yet
        wanted.delete(box);
        box.checked = done.has(key(box));
        text($(".who", box.parentElement), done.get(key(box)) || "");
      }
    };
    const give = async (box) => {
      const sent = { do: box.checked ? "tick_item" : "untick_item", guide: box.dataset.guide, item: box.dataset.item, command: fresh() };
      let said = "";
      wanted.set(box, box.checked);
      try {
        const answer = await fetch(lists.dataset.act, { method: "POST", body: new URLSearchParams(sent), headers: { accept: "application/json" } });
        if (answer.status !== 200) said = (await answer.json()).refused || "Not done.";
      } catch { said = "Not sent: no answer from the server. Tick it again when the page is live."; }
      if (said) wanted.delete(box);
      show();
      text($("#said-lists"), said);
      if (said) text($(".who", box.parentElement), said);
    };
    for (const box of boxes) box.addEventListener("change", () => give(box));
    new MutationObserver(show).observe(lists, { childList: true, subtree: true, attributes: true });
  }

  // ── older lines of the timeline ─────────────────────────────────────────────────────────────────────────────────
  const older = $("#older");
  if (older) older.addEventListener("click", async () => {
    const first = $$("#timeline > li").at(-1);
    const answer = await fetch(`${older.dataset.src}?before=${first.getAttribute("value")}`);
    if (answer.ok) $("#timeline").insertAdjacentHTML("beforeend", await answer.text());
    if (Number($$("#timeline > li").at(-1).getAttribute("value")) <= 1) older.remove();
  });

  // ── charts: small multiples on one time axis ────────────────────────────────────────────────────────────────────
  const charts = $("#charts"), cut = $("#cut");
  const LAYERS = { "system": "System", "quality": "Quality", "safety-abuse": "Safety and abuse", "data-privacy": "Data and privacy" };
  const DASH = { change: [2, 3], lever: [6, 3], decision: [], alert: [1, 3] };
  let data = null, plots = [], asked = 0;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  async function load() {
    if (!charts) return;
    const turn = ++asked, query = new URLSearchParams();
    if (cut && $("#cut-dim").value) { query.set("dim", $("#cut-dim").value); query.set("value", $("#cut-value").value); }
    let answer;
    try { answer = await fetch(`${charts.dataset.src}?${query}`); } catch { return; }
    if (!answer.ok || turn !== asked) return;
    data = await answer.json();
    draw();
  }
  const share = (n, of) => of ? 100 * n / of : null;
  const short = (v) => v === null || v === undefined ? "–" : v >= 1000 ? `${(v / 1000).toFixed(1)}k` : v >= 10 ? v.toFixed(0) : v.toFixed(v < 1 ? 2 : 1);
  function series(one) {
    const x = [...Array(data.minutes).keys()].map((n) => n + 1);
    const y = one.totals.length ? one.counts.map((n, i) => share(n, one.totals[i])) : one.counts;
    const noise = (i) => one.totals.length ? 196 * Math.sqrt(Math.max(one.healthy * (1 - one.healthy), 1e-9) / Math.max(one.totals[i], 1)) : 2 * Math.sqrt(Math.max(one.healthy, 1));
    const base = one.totals.length ? 100 * one.healthy : one.healthy;
    return [x, y, x.map((_, i) => Math.max(0, base - noise(i))), x.map((_, i) => base + noise(i))];
  }
  function unusual(one) {                        // five minutes together, three standard deviations above a healthy service
    const sum = (values) => values.slice(-5).reduce((a, b) => a + b, 0);
    const of = one.totals.length ? sum(one.totals) : Math.min(5, data.minutes), usual = one.healthy * of;
    return sum(one.counts) > usual + 3 * Math.sqrt(Math.max(usual, 1)) + 2;
  }
  const shown = (name) => data.marks.map((mark, n) => ({ ...mark, n: n + 1 })).filter((mark) => !mark.only || mark.only === name);
  function marks(plot, name) {                   // upright lines; their numbers stand above the lines of the chart, those that would touch as one
    const context = plot.ctx, ratio = devicePixelRatio, { left, top, width, height } = plot.bbox, groups = [];
    const number = (of) => of.length > 1 ? `${of[0].n}–${of.at(-1).n}` : String(of[0].n);
    context.save();
    context.font = `${10 * ratio}px system-ui`;
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.lineWidth = ratio;
    for (const mark of shown(name)) {
      mark.x = Math.round(plot.valToPos(mark.at, "x", true));
      if (mark.x < left || mark.x > left + width) continue;
      context.beginPath();
      context.strokeStyle = colour(`--mark-${mark.kind}`);
      context.setLineDash(DASH[mark.kind].map((n) => n * ratio));
      context.moveTo(mark.x, top);
      context.lineTo(mark.x, top + height);
      context.stroke();
      const last = groups.at(-1);
      if (last && mark.x - 3 * ratio < last[0].x + context.measureText(number(last)).width) last.push(mark);
      else groups.push([mark]);
    }
    context.setLineDash([]);
    for (const group of groups) {
      const said = number(group), kinds = new Set(group.map((mark) => mark.kind)), from = group[0].x;
      context.strokeStyle = context.fillStyle = colour(kinds.size > 1 ? "--ink" : `--mark-${group[0].kind}`);
      context.fillText(said, Math.min(from - 2 * ratio, left + width + 11 * ratio - context.measureText(said).width), top - 3 * ratio);
      context.strokeRect(from, top - ratio, group.at(-1).x - from, 0);
    }
    context.restore();
  }
  function near(plot, name, keyed) {             // the marks of one minute by keyboard, those within reach of a pointer otherwise
    const minute = plot.data[0][plot.cursor.idx], reach = 6;
    return shown(name).filter((mark) => keyed ? Math.max(1, Math.ceil(mark.at)) === minute : Math.abs(plot.valToPos(mark.at, "x") - plot.cursor.left) <= reach)
      .map((mark) => `${mark.n} ${stamp(mark.at * 60000)} ${mark.kind}: ${mark.label}`);
  }
  function marked() {                            // what the numbers on the charts mean, in words
    const list = document.createElement("ol");
    list.className = "marks";
    list.setAttribute("aria-label", "Marked on the charts");
    data.marks.forEach((mark, n) => {
      const item = document.createElement("li"), time = document.createElement("span"), number = document.createElement("b");
      item.className = `m-${mark.kind}`;
      number.textContent = String(n + 1);
      time.className = "t dim";
      time.textContent = stamp(mark.at * 60000);
      item.append(number, " ", time, ` ${mark.kind}: ${mark.label}`);
      list.append(item);
    });
    return list;
  }
  function draw() {
    if (!charts || !data || charts.closest("[hidden]")) return;
    const held = reading();
    for (const plot of plots) plot.destroy();
    plots = [];
    const layers = Object.entries(LAYERS).map(([layer, title]) => {
      const section = document.createElement("section"), head = document.createElement("h3"), grid = document.createElement("div");
      head.textContent = title;
      grid.className = "multiples";
      section.dataset.layer = layer;
      section.append(head, grid);
      for (const one of data.signals.filter((s) => s.layer === layer)) grid.append(figure(one));
      section.className = `layer n-${grid.childElementCount}`;
      return section;
    }).filter((section) => $("figure", section));
    charts.replaceChildren(...(data.minutes ? [] : [legend()]), ...layers, ...(data.minutes ? [legend()] : []), marked(), table());
    for (const item of $$("figure", charts)) plots.push(item.plot = plotted(item, item.hotwash, $("div", item).clientWidth));
    const again = $$("figure", charts).find((item) => item.hotwash.name === held.name), first = $("[role=slider]", again || charts);
    if (first) first.tabIndex = 0;
    if (again) {                                 // whoever reads a chart reads on when it is drawn anew
      first.focus({ preventScroll: true });
      if (held.minute) read(again, held.minute);
    }
    if (cut) text($("#cut-said"), data.cell[0] ? `${data.cell[0]} ${data.cell[1]}` : "");
  }
  function figure(one) {
    const item = document.createElement("figure"), caption = document.createElement("figcaption"), box = document.createElement("div");
    const values = series(one), latest = values[1].at(-1), odd = one.watched && unusual(one);
    caption.textContent = `${one.title}: ${short(latest)}${one.totals.length ? "\u00a0%" : " a minute"}`;
    const note = document.createElement("span");
    note.className = "dim";
    note.textContent = odd ? " above healthy for five minutes" : "";
    caption.append(note);
    box.setAttribute("role", "slider");           // its value is the minute that is read
    box.setAttribute("aria-valuemin", "0");
    box.setAttribute("aria-valuemax", String(data.minutes));
    box.setAttribute("aria-valuenow", String(data.minutes));
    box.setAttribute("aria-valuetext", `minute ${data.minutes}`);
    box.tabIndex = -1;
    box.addEventListener("keydown", (event) => step(event, item));
    box.addEventListener("focus", () => { for (const other of $$("[role=slider]", charts)) other.tabIndex = other === box ? 0 : -1; });
    box.addEventListener("blur", () => { if (item.keyed) { item.keyed = null; item.plot.setCursor({ left: -10, top: -10 }); } });
    box.setAttribute("aria-label", `${one.title}, ${one.of ? `share of ${one.of}` : "count a minute"}: now ${short(latest)}, healthy ${short(values[2].at(-1))} to ${short(values[3].at(-1))}.`);
    item.classList.toggle("odd", odd);
    const readout = document.createElement("output");
    readout.className = "readout";
    readout.setAttribute("aria-hidden", "true");
    item.append(caption, box, readout);
    item.hotwash = one;
    return item;
  }
  function reading() {                           // the chart that has the focus, and the minute that is read on it
    const item = charts.contains(document.activeElement) && document.activeElement.closest("figure");
    return item ? { name: item.hotwash.name, minute: item.keyed } : {};
  }
  function read(item, minute) {
    item.keyed = Math.min(Math.max(minute, 1), data.minutes);
    item.plot.setCursor({ left: item.plot.valToPos(item.keyed, "x"), top: 10 });
  }
  function step(event, item) {                   // arrows: minutes and charts; page keys: from mark to mark
    const at = item.keyed || data.minutes, all = $$("figure", charts), there = shown(item.hotwash.name).map((mark) => Math.max(1, Math.ceil(mark.at)));
    const to = { ArrowLeft: () => at - 1, ArrowRight: () => at + 1, Home: () => 1, End: () => data.minutes,
      PageDown: () => there.find((minute) => minute > at) || at, PageUp: () => there.findLast((minute) => minute < at) || at }[event.key];
    const other = all[all.indexOf(item) + ({ ArrowUp: -1, ArrowDown: 1 }[event.key] || 0)];
    if (!to && (!other || other === item)) return;
    event.preventDefault();
    if (!to) $("[role=slider]", other).focus();
    if (data.minutes) read(to ? item : other, to ? to() : at);
  }
  function plotted(item, one, width) {
    const ink = colour("--dim"), line = colour("--line"), band = colour("--band");
    const axis = { stroke: ink, grid: { stroke: colour("--rule"), width: 1 }, ticks: { show: false }, font: "11px system-ui", size: 38 };
    const edge = { stroke: band, width: 1, dash: [3, 3], show: one.healthy > 0 };
    const tall = body.classList.contains("projector") ? 158 : 118, unit = one.totals.length ? " %" : "";
    const tell = (plot) => {
      const at = plot.cursor.idx, none = at === null || at === undefined, box = $("div", item);
      const said = none ? [] : [`minute ${plot.data[0][at]}: ${short(plot.data[1][at])}${unit}`, ...near(plot, one.name, item.keyed)];
      $(".readout", item).textContent = said.join("\n");
      if (item.keyed) { box.setAttribute("aria-valuenow", String(item.keyed)); box.setAttribute("aria-valuetext", said.join("; ")); }
    };
    return new uPlot({
      width, height: tall, legend: { show: false }, cursor: { y: false, points: { size: 5 } }, padding: [14, 12, 0, 0],
      scales: { x: { time: false, range: [0, data.endex] }, y: { range: (_, low, high) => [0, Math.max(high * 1.15, 0.02)] } },
      axes: [{ ...axis, size: 20, values: (_, at) => at.map((v) => String(v)), space: 40 }, { ...axis, values: (_, at) => at.map(short), space: 26 }],
      series: [{}, { stroke: line, width: 2, spanGaps: true }, { ...edge }, { ...edge }],
      bands: one.healthy ? [{ series: [3, 2], fill: colour("--bandfill") }] : [], hooks: { draw: [(plot) => marks(plot, one.name)], setCursor: [tell] },
    }, series(one), $("div", item));
  }
  function legend() {
    const p = document.createElement("p");
    p.className = "dim legend";
    p.textContent = (data.minutes ? "" : "No minute is over yet: the first points come with the end of the first. ") + "Minutes of drill time. Dashed band: 95 % of a healthy minute. Upright lines, numbered as below: dotted a change, short dashes an alert, long dashes a lever, solid a decision.";
    if (!body.classList.contains("projector")) p.append(" Point at a chart to read it; by keyboard, arrows go by minute and chart, Page Up and Page Down from line to line.");
    return p;
  }
  function table() {
    const fold = document.createElement("details");
    fold.className = "fold";
    fold.innerHTML = "<summary>The numbers</summary><table><thead><tr><th scope=col>Signal</th><th scope=col>Last five minutes</th><th scope=col>Healthy</th></tr></thead><tbody></tbody></table>";
    const rows = $("tbody", fold);
    for (const one of data.signals) {
      const values = series(one), row = rows.insertRow();
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = one.title;
      row.append(head);
      row.insertCell().textContent = values[1].slice(-5).map(short).join(", ");
      row.insertCell().textContent = `${short(values[2].at(-1))} to ${short(values[3].at(-1))}`;
    }
    return fold;
  }
  if (cut) {
    const dims = JSON.parse($("#dims").textContent), dim = $("#cut-dim"), value = $("#cut-value");
    dim.addEventListener("change", () => {
      value.hidden = !dim.value;
      value.replaceChildren(...(dims[dim.value] || []).map((one) => new Option(one, one)));
      load();
    });
    value.addEventListener("change", load);
    cut.addEventListener("submit", (event) => event.preventDefault());
  }
  let later = 0;
  stream.addEventListener("minute", () => { clearTimeout(later); later = setTimeout(load, 300 + Math.random() * 700); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  let resized = 0;
  addEventListener("resize", () => { clearTimeout(resized); resized = setTimeout(draw, 200); });
  const kept = list && document.getElementById(sessionStorage.getItem(tabKey));
  if (kept) choose(kept, false);                 // last of all: it draws what is on that tab
  const here = $("[role=tab][aria-selected=true]");
  if (here) list.scrollLeft = here.offsetLeft - (list.clientWidth - here.offsetWidth) / 2;   // on a phone the tabs are one long row
  load();
})();
