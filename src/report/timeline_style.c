/*
 * The style sheet.
 */
#include "config.h"

#include "report/timeline_style.h"

const char timeline_style[] =
    "svg{--back:#fff;--text:#1f2328;--soft:#656d76;--grid:#d8dee4;"
    "--hover:#eaeef2;--bad:#cf222e;--slot:#dfe3e8;--host:#d3cbf0;"
    "--rate:#e0c777;--output:#d99a9a;--backoff:#f4b9a0;--dns:#1b9c8c;"
    "--connect:#f08c2e;--tls:#b452cd;--send:#8d6e63;--wait:#4ca150;"
    "--receive:#2f6fde;--held:#d6e5fb;"
    "font-family:system-ui,sans-serif;font-size:12px}"
    "@media(prefers-color-scheme:dark){svg{--back:#0d1117;--text:#e6edf3;"
    "--soft:#8d96a0;--grid:#2a313a;--hover:#1c232c;--bad:#ff6a60;"
    "--slot:#2d333b;--host:#3f3a66;--rate:#7f6d2c;--output:#864545;"
    "--backoff:#93513a;--dns:#35b8a6;--connect:#f09a45;--tls:#c27bd8;"
    "--send:#b08d80;--wait:#57b35c;--receive:#4f8cf7;--held:#1d3152}}"
    ".back{fill:var(--back)}text{fill:var(--text)}"
    ".title{font-size:17px;font-weight:600}.run{font-size:13px;"
    "font-weight:600}.note,.mark,.key,.figure,.name{font-size:11px}"
    ".note,.mark,.figure,.name{fill:var(--soft)}.key{fill:var(--text)}"
    ".mark{text-anchor:middle}.name{text-anchor:end}"
    ".grid{stroke:var(--grid)}.h{fill:transparent}.t:hover .h,"
    ".t.on .h{fill:var(--hover)}.bad{fill:var(--bad)}"
    "text.failed{fill:var(--bad)}"
    ".slot{fill:var(--slot)}.host{fill:var(--host)}.rate{fill:var(--rate)}"
    ".output{fill:var(--output)}.backoff{fill:var(--backoff)}"
    ".dns{fill:var(--dns)}.connect{fill:var(--connect)}.tls{fill:var(--tls)}"
    ".send{fill:var(--send)}.wait{fill:var(--wait)}"
    ".receive{fill:var(--receive)}.held{fill:var(--held)}";
