"""Texts that try to run something in a reader's browser, Markdown as this repository's site reads it, and what HTML holds."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from markdown import Markdown
from mkdocs.config import load_config

from chronicle.pages.guard import EXTENSION, marked

ROOT = Path(__file__).parents[1]

VECTORS = (
    "<script>alert(1)</script>",
    "text <script src=//evil.example/x.js></script> text",
    "<ScRiPt\n>alert(1)</sCrIpT >",
    "<script/x>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror\n=\nalert(1)>",
    '<img src="x` `<script>alert(1)</script>"` `>',
    '<img/src="x"/onerror=alert(1)>',
    '<div title="</div><img src=x onerror=alert(1)>">',
    '<a title="--><img src=x onerror=alert(1)>">a</a>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><set attributeName=href to=javascript:alert(1)></set></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math href=javascript:alert(1)>click</math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<title><img title='</title><img src=x onerror=alert(1)>'></title>",
    "<xmp><img title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<template><script>alert(1)</script></template>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)>x</details>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<x onclick=alert(1)>x</x>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='jav&#x0A;ascript:alert(1)'>x</a>",
    "<a href='&#14; javascript:alert(1)'>x</a>",
    '<a href="java\tscript:alert(1)">x</a>',
    "<a href=data:text/html,<script>alert(1)</script>>x</a>",
    "<a href=x href=javascript:alert(1) onclick=alert(1)>x</a>",
    "<a ping=https://evil.example/ href=x>x</a>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--->--><img src=x onerror=alert(1)>",
    "<!-- --!><img src=x onerror=alert(1)>-->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<?xml ?><img src=x onerror=alert(1)>",
    "<!DOCTYPE x><img src=x onerror=alert(1)>",
    '<div markdown="1" onclick="alert(1)">**x**</div>',
    '<div markdown="1"><script>alert(1)</script> [x](javascript:alert(1))</div>',
    '<script markdown="1">alert(1)</script>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](< javascript:alert(1)>)",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#x6A;avascript&#58;alert(1))",
    "[x](java%73cript:alert(1))",
    "[x](java\\script:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](\u0001javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](blob:https://evil.example/1)",
    '[x](y "t\\" onclick=\\"alert(1)")',
    "[x](y 'a\" onclick=\"alert(1)')",
    '[x](y"onclick="alert(1))',
    "[[x](javascript:alert(1))](y)",
    "[![x](javascript:alert(1))](javascript:alert(2))",
    "![x](javascript:alert(1))",
    '![x"onerror="alert(1)](y)',
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "[x][]\n\n[x]: <java&#x73;cript:alert(1)> 'title'",
    "[x]\n\n[x]:\n  javascript:alert(1)",
    "![x][r]\n\n[r]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<javascript://example.org/%0Aalert(1)>",
    "<data://x>",
    "note[^1]\n\n[^1]: <img src=x onerror=alert(1)> [x](javascript:alert(1))",
    '[^"onclick=alert(1)//]\n\n[^"onclick=alert(1)//]: x',
    "*x*{onclick=alert(1)}",
    "*x*{ onclick='alert(1)' style='position:fixed' }",
    "*x*{: ONCLICK=alert(1) }",
    "[x](y){href=javascript:alert(1)}",
    "[x](y){: href='java&#115;cript:alert(1)' }",
    "![x](y){src=javascript:alert(1) onerror=alert(1)}",
    "![x](y){srcset='javascript:alert(1)'}",
    "paragraph\n{: onclick=alert(1) }",
    "# title {onclick=alert(1)}",
    '# title {#x"onmouseover=alert(1)//}',
    '# title {#x"><script>alert(1)</script>}',
    "# title {id='x\"><img/src=x/onerror=alert(1)>'}",
    "# title { data-toc-label='<img src=x onerror=alert(1)>' }",
    "# title { data-toc-label='&lt;img src=x onerror=alert(1)&gt;' }",
    "# <img src=x onerror=alert(1)>",
    "# <b title='><img src=x onerror=alert(1) x'>t</b>",
    "| a |\n| --- |\n| x {onclick=alert(1)} |",
    "- item {onclick=alert(1)}",
    "- [ ] <img src=x onerror=alert(1)>",
    '!!! note "<img src=x onerror=alert(1)>"\n\n    x',
    '??? note "<script>alert(1)</script>"\n\n    x',
    "``` { .py onclick=alert(1) }\nx\n```",
    '``` py title="<img src=x onerror=alert(1)>"\nx\n```',
    '``` {.py #x"onclick=alert(1)}\nx\n```',
    "`#!py <script>alert(1)</script>`",
    '{"base": "https://evil.example"}\n{: #__config }',
    "## \\_\\_config",
    "<p id=__config>{}</p>",
    "\x02wzxhzdk:0\x03<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "</div></article></body><script>alert(1)</script>",
    "{{ x.__class__ }} {% for x in y %}",
    "[x](https://example.org){ .fact onclick=alert(1) }",
    "\u202e<script>alert(1)</script>\u202c",
    "\x1b]8;;javascript:alert(1)\x1b\\x\x1b]8;;\x1b\\",
)

_RUNNING = (
    "script style iframe object embed base link meta form button textarea select template noscript math xmp title "
    "foreignobject animate set use video audio source frame frameset applet"
)
RUNNING = frozenset(_RUNNING.split())


def rendered(text: str, *, is_guarded: bool = True) -> tuple[str, list[dict[str, Any]]]:
    """The HTML of an authored text, and the entries of its table of contents."""
    markdown = _markdown()
    markdown.reset()
    page = markdown.convert(marked(text) if is_guarded else text)
    return page, getattr(markdown, "toc_tokens", [])


def as_printed(entries: list[dict[str, Any]]) -> str:
    """The table of contents as the theme prints it: as it is, unescaped."""
    return "".join(f'<a href="#{one["id"]}">{one["name"]}</a>' + as_printed(one["children"]) for one in entries)


class Seen(HTMLParser):
    """The tags and the attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, "", ""))
        self.found += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def dangers(self) -> list[tuple[str, str, str]]:
        """Everything here that runs, loads a document, or leads to an address that runs."""
        return [one for one in self.found if _is_danger(*one)]


def _is_danger(tag: str, name: str, value: str) -> bool:
    plain = "".join(character for character in value if character > " ").lower()
    is_address = name in ("href", "src", "xlink:href", "action", "formaction", "data", "srcset", "poster", "to", "ping")
    runs = plain.split(":")[0] not in ("http", "https", "mailto") and ":" in plain.split("/")[0].split("#")[0].split("?")[0]
    return (
        tag in RUNNING
        or name.startswith("on")
        or name in ("srcdoc", "ping", "xlink:href", "srcset", "formaction", "action")
        or (name == "style" and not plain.startswith("text-align:"))
        or (name == "id" and plain.startswith("__") and not plain.startswith(("__codelineno", "__span", "__tabbed")))
        or (is_address and runs)
    )


@cache
def _markdown() -> Markdown:
    config = load_config(str(ROOT / "mkdocs.yml"))
    extensions = [one for one in config["markdown_extensions"] if one != EXTENSION]
    return Markdown(extensions=[*extensions, EXTENSION], extension_configs=dict(config["mdx_configs"]))
