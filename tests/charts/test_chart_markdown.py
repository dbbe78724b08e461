"""A chart as Markdown: images a host can check, text that stays text."""

from __future__ import annotations

from xml.etree import ElementTree

import chart_examples as examples
import markdown

from chronicle.charts import Chart, chart_markdown
from chronicle.charts.theme import Scheme

SIZES: dict[Scheme, tuple[int, int]] = {"light": (720, 300), "dark": (720, 301)}


def rendered(text: str) -> ElementTree.Element:
    html = markdown.markdown(text, extensions=["tables", "attr_list", "admonition", "pymdownx.details"], output_format="xhtml")
    return ElementTree.fromstring(f"<page>{html.replace('&nbsp;', ' ')}</page>")


def test_a_chart_is_two_lazy_pictures_with_size_and_summary() -> None:
    chart = examples.bandwidth()

    images = rendered(chart_markdown(chart, up="../charts", sizes=SIZES)).findall(".//img")

    assert [image.attrib["src"] for image in images] == [
        "../charts/bandwidth.light.svg#only-light",
        "../charts/bandwidth.dark.svg#only-dark",
    ]
    assert [(image.attrib["class"], image.attrib["loading"], image.attrib["height"]) for image in images] == [
        ("chart", "lazy", "300"),
        ("chart", "lazy", "301"),
    ]
    assert images[0].attrib["alt"] == chart.summary


def test_the_numbers_stand_in_a_closed_block_with_links_to_the_files() -> None:
    page = rendered(chart_markdown(examples.bandwidth(), up="../charts", sizes=SIZES))

    [details] = page.findall("details")
    assert "open" not in details.attrib
    assert [link.attrib["href"] for link in details.findall(".//a")] == [
        "../charts/bandwidth.csv",
        "../charts/bandwidth.json",
        "../charts/bandwidth.vl.json",
        "#chart-bandwidth",
    ]
    assert len(details.findall(".//tbody/tr")) == 3


def test_a_long_table_is_cut_and_says_so() -> None:
    chart = Chart("a", "A", "A.", {}, ("Number",), tuple((str(place),) for place in range(100)))

    page = rendered(chart_markdown(chart, up=".", sizes=SIZES))

    assert len(page.findall(".//tbody/tr")) == 30
    assert "The first 30 of 100 rows." in "".join(page.itertext())


def test_texts_of_strangers_appear_as_they_are_and_do_nothing() -> None:
    shown = " ".join(examples.HOSTILE.split())
    chart = Chart("a", examples.HOSTILE, examples.HOSTILE, {}, (examples.HOSTILE,), ((f"{examples.HOSTILE}\n\n# x",),))

    page = rendered(chart_markdown(chart, up=".", sizes=SIZES))

    assert page.find(".//img").attrib["alt"] == shown
    assert page.find(".//th").text == shown
    assert page.find(".//td").text == f"{shown} # x"
    assert not page.findall(".//script")
    assert len(page.findall(".//img")) == 2


def test_no_template_could_read_an_expression_in_a_strangers_text() -> None:
    chart = Chart("a", "{{ config }} {% raw %}", "{{ config }}", {}, (), ())

    text = chart_markdown(chart, up=".", sizes=SIZES)

    assert "{{" not in text
    assert "{%" not in text


def test_a_chart_has_a_place_that_a_link_can_lead_to() -> None:
    page = rendered(chart_markdown(examples.bandwidth(), up="../charts", sizes=SIZES))

    assert page.findall("p")[0].attrib["id"] == "chart-bandwidth"
    assert len(page.findall("p")[0].findall("img")) == 2
