"""The report's one style sheet: custom properties for light, dark and print."""

CSS = """
:root{--ink:#14181f;--dim:#4b5563;--paper:#fdfdfb;--panel:#f3f4f1;--rule:#d5d8d3;--team:#1d4ed8;--bad:#b42318;
--good:#146c43;--quiet:#4b5563;--warn:#8a4b00;--coast:#e9ebe6;--ex:#7a1f12;--exink:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--dim:#a9b1bd;--paper:#12151a;--panel:#1b2027;--rule:#343b46;
--team:#8ab4ff;--bad:#ff9c8f;--good:#6fd3a0;--quiet:#a9b1bd;--warn:#f2b866;--coast:#20262e;--ex:#8f2a1b;--exink:#fff}}
*{box-sizing:border-box}html{scroll-behavior:smooth}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;
font-variant-numeric:tabular-nums}
.handling{max-width:none;margin:0;padding:.4rem 1rem;background:var(--ex);color:var(--exink);font-weight:650;letter-spacing:.02em;
text-align:center;font-size:.85rem}
nav,main,footer{max-width:1060px;margin:0 auto;padding:0 1.5rem}header.banner,footer{max-width:none;padding:0}footer{margin-top:3rem}
.lead{max-width:1060px;margin:0 auto;padding:0 1.5rem}
h1{font-size:1.9rem;line-height:1.2;margin:1.6rem 0 .2rem}h2{font-size:1.3rem;margin:2.6rem 0 .6rem;padding-top:.8rem;
border-top:2px solid var(--ink)}h3{font-size:1.05rem;margin:1.6rem 0 .4rem}.sub{margin:0 0 1rem;color:var(--dim);font-size:1.05rem}
header dl{display:flex;flex-wrap:wrap;gap:.3rem 1.6rem;margin:0 0 1rem}header dl div{display:flex;gap:.4rem}
header dt{color:var(--dim)}header dd{margin:0;overflow-wrap:anywhere}
nav ol{display:flex;flex-wrap:wrap;gap:.2rem 1rem;padding:.6rem 0;margin:0;list-style:none;border-block:1px solid var(--rule)}
a{color:inherit;text-underline-offset:2px}p{max-width:76ch;overflow-wrap:anywhere}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:1px;background:var(--rule);
border:1px solid var(--rule);margin:1.2rem 0}.figure{background:var(--paper);padding:.7rem .9rem;border-top:4px solid var(--rule)}
.figure dt{color:var(--dim);font-size:.82rem}.figure dd{margin:0;font-size:1.65rem;font-weight:650;line-height:1.25}
.figure small{display:block;font-size:.8rem;font-weight:400;color:var(--dim);line-height:1.35}
.figure.good{border-top-color:var(--good)}.figure.bad{border-top-color:var(--bad)}.figure.warn{border-top-color:var(--warn)}
.callout{border-left:4px solid var(--rule);background:var(--panel);padding:.7rem 1rem;margin:1rem 0;max-width:84ch}
.callout.bad{border-color:var(--bad)}.callout.warn{border-color:var(--warn)}.callout.good{border-color:var(--good)}
.scroll{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;font-weight:650;padding:.2rem 0}th,td{text-align:left;vertical-align:top;padding:.38rem .7rem .38rem 0;
border-bottom:1px solid var(--rule)}td:first-child{min-width:6.2em}thead th{border-bottom:2px solid var(--ink);font-size:.82rem;color:var(--dim)}
.n{text-align:right;white-space:nowrap}tr:target{background:var(--panel);outline:2px solid var(--team)}
.tone{font-size:.72rem;font-weight:650;border:1px solid currentColor;border-radius:3px;padding:0 .3rem;white-space:nowrap}
.tone.good{color:var(--good)}.tone.bad{color:var(--bad)}.tone.warn{color:var(--warn)}
.cites{font-size:.78rem;white-space:nowrap}.cites a{color:var(--dim)}
figure{margin:1.2rem 0}figcaption{color:var(--dim);font-size:.88rem;max-width:84ch}figcaption strong{color:var(--ink)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:0 1.6rem}.charts figure{margin:.8rem 0}
svg.chart{width:100%;height:auto;display:block}svg text{font:12px system-ui,sans-serif;fill:var(--dim)}
svg .label{font-weight:600;paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}.line{fill:none;stroke-width:2.4;stroke-linejoin:round}.grid{stroke:var(--rule)}
.line.team{stroke:var(--team)}.line.bad{stroke:var(--bad)}.line.good{stroke:var(--good)}.line.quiet{stroke:var(--quiet);stroke-width:1.4}
svg .label.team{fill:var(--team)}svg .label.bad,svg .label.world{fill:var(--bad)}svg .label.good{fill:var(--good)}
svg .label.lever,svg .label.end{fill:var(--ink)}.area{opacity:.1}.area.team{fill:var(--team)}.area.bad{fill:var(--bad)}
.coast,.band.b1{fill:var(--coast)}.band.b0{fill:var(--bad);opacity:.16}.mark{stroke:var(--quiet);stroke-dasharray:2 3}.mark.world{stroke:var(--bad)}.mark.lever{stroke:var(--ink)}
.mark.end{stroke:var(--ink);stroke-dasharray:none}svg .lane{fill:var(--ink);font-size:13px}
.deed{fill:var(--quiet)}.deed.lever{fill:var(--team)}.deed.decision{fill:var(--ink)}.deed.update{fill:var(--good)}
.deed.missed{fill:none;stroke:var(--bad);stroke-width:2.2}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;padding:0;margin:.3rem 0;font-size:.85rem}
.key{width:1.6em;height:.9em;vertical-align:-.1em}.quote{border-left:4px solid var(--rule);padding-left:1rem}
.quote.bad{border-color:var(--bad)}blockquote{margin:.3rem 0;white-space:pre-wrap;max-width:84ch;font-size:.92rem}
table.heat td,table.heat th{border:1px solid var(--rule);padding:.38rem .5rem}table.heat tbody th{font-weight:600}
.h1{background:color-mix(in srgb,var(--team) 8%,var(--paper))}.h2{background:color-mix(in srgb,var(--team) 16%,var(--paper))}
.h3{background:color-mix(in srgb,var(--team) 24%,var(--paper))}.h4{background:color-mix(in srgb,var(--team) 32%,var(--paper))}
h4{font-size:.95rem;margin:1rem 0 .3rem}.page{max-width:84ch}.page ul,.page ol{margin:.2rem 0;padding-left:1.3rem}.page p{margin:.4rem 0}
pre{margin:.3rem 0;white-space:pre-wrap;overflow-wrap:anywhere;max-width:none}code{font:.88em ui-monospace,Consolas,monospace;background:var(--panel);padding:0 .2em}details summary{cursor:pointer;font-weight:650;margin:1rem 0 .4rem}.empty{color:var(--dim)}
.told{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@page{margin:11mm 13mm}
@media print{body{font-size:11px;line-height:1.36}nav{display:none}h2,h3,h4{break-after:avoid}.sheet{break-before:page;margin-top:0}
h1{font-size:1.4rem;margin:.4rem 0 0}h2{font-size:1rem;margin:.6rem 0 .15rem;padding-top:.2rem;border-top-width:1px}h3{font-size:.95rem;margin:.7rem 0 .2rem}.lead,nav,main{padding:0;max-width:none}.lead{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 1.2rem}p,.page,blockquote,.callout{max-width:none}
header dl{margin:0 0 .3rem}.sub{margin:0;font-size:.9rem}footer{margin-top:.4rem}.handling{padding:.15rem;font-size:.7rem}
.page p,p{margin:.35rem 0}h4{margin:.55rem 0 .15rem}.scroll{margin:.4rem 0;overflow:visible}table{font-size:.95em}thead th{font-size:1em}
th,td{padding:.1rem .5rem .1rem 0}.page ul,.page ol{margin:.1rem 0}figure,table tr,.figures{break-inside:avoid}
.handling{-webkit-print-color-adjust:exact;print-color-adjust:exact}details{display:none}}
""".strip().replace("\n", "")
