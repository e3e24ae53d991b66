"""Charts are drawn into any Axes, hand them back as seaborn's do, and keep their words."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import matplotlib as mpl
import nbformat
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from nbclient import NotebookClient

import toolkit
from tests.audits.shops import published
from tests.audits.test_life_cycle import made
from tests.measures.test_products import answers
from toolkit import charts
from toolkit.audits import life_cycle
from toolkit.finding import Audit

ROOT = Path(__file__).resolve().parents[2]
GYM_FOLDER = ROOT / "datasets" / "clients" / "iron-gym"
PLOTS = [name for name in charts.__all__ if name.startswith("plot_")]
ROWS = pd.DataFrame(
    [("packs of $5 to $10", "other", 0.5, 0.4, 0.6)],
    columns=["label", "series", "value", "low", "high"],
)


@pytest.fixture(scope="module")
def gym() -> Audit:
    return toolkit.audit(GYM_FOLDER)


def drawn(name: str, gym: Audit, ax: Axes | None = None) -> Axes:
    """The chart of that name, of findings that hold its measures."""
    bought = {"clients": published()} if name in ("plot_holdout", "plot_return_by_rfm") else {}
    priced = {"life_cycle": life_cycle.audit(made(survey=answers(60)))}
    given = {**gym.findings, **bought, **priced, "labels": {}, "currency": "EUR"}
    given |= {"product": "a", "label": "Alpha", "id": "spend-off-say", "findings": gym.findings}
    given |= {"rows": ROWS, "xlabel": "share", "unit": "share", "bounds": (0.0, 1.0)}
    plot = getattr(charts, name)
    wanted = [name for name in inspect.signature(plot).parameters if name != "ax"]
    return plot(**{name: given[name] for name in wanted}, ax=ax)


def test_every_chart_is_named_by_its_room() -> None:
    files = (ROOT / "toolkit" / "charts").glob("*.py")
    parts = [node for file in files for node in ast.parse(file.read_text("utf-8")).body]
    made = {node.name for node in parts if isinstance(node, ast.FunctionDef)}
    assert {name for name in made if name.startswith("plot_")} == set(PLOTS)


@pytest.mark.parametrize("name", PLOTS)
def test_a_chart_is_drawn_into_the_axes_given_and_these_come_back(name: str, gym: Audit) -> None:
    left, right = Figure(figsize=(9, 4), layout="constrained").subplots(1, 2)
    chart = drawn(name, gym, right)
    alone = drawn(name, gym)
    assert chart is right
    assert isinstance(alone, Axes)
    assert alone.figure is not right.figure
    assert not left.has_data()
    assert [np.shape(line.get_xydata()) for line in right.lines] == [
        np.shape(line.get_xydata()) for line in alone.lines
    ]
    assert right.get_xlabel() == alone.get_xlabel()
    assert charts.alt_text(right) == charts.alt_text(alone) != ""
    assert right.figure.get_layout_engine() is not None, "the layout stays with its figure"


def test_axes_are_given_by_keyword_and_named_alike_in_every_chart() -> None:
    for name in PLOTS:
        parameter = inspect.signature(getattr(charts, name)).parameters["ax"]
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
        assert parameter.default is None


def test_a_given_figure_keeps_its_settings_and_reads_no_formula() -> None:
    before = dict(mpl.rcParams)
    ax = Figure().subplots()
    charts.plot_dots(ROWS, xlabel="price, $5 to $10", bounds=(0.0, 1.0), ax=ax)
    ax.figure.draw_without_rendering()
    assert dict(mpl.rcParams) == before
    assert not any(t.get_parse_math() for t in (ax.xaxis.label, *ax.get_yticklabels()))


def test_a_title_gets_room_within_the_picture() -> None:
    ax = charts.plot_dots(ROWS, xlabel="share", bounds=(0.0, 1.0))
    before = ax.get_position().y1
    ax.set(title="Half of it\nin two lines")
    assert ax.get_position().y1 < before
    assert ax.title.get_window_extent().y1 <= ax.figure.bbox.y1


def test_a_mistakes_chart_knows_its_mistake_in_any_axes(gym: Audit) -> None:
    ax = Figure().subplots()
    charts.plot_mistake("spend-off-say", gym.findings, {}, ax=ax)
    assert vars(ax)["mistake"] == "spend-off-say"
    assert charts.alt_text(ax).startswith("Share of spend and of say: ")


def test_axes_without_a_chart_have_no_words_and_say_what_was_expected() -> None:
    with pytest.raises(ValueError, match=r"expected the Axes that a charts.plot_… function"):
        charts.alt_text(Figure().subplots())


def test_own_words_take_the_place_of_those_a_chart_came_with() -> None:
    ax = charts.plot_dots(ROWS, xlabel="share", bounds=(0.0, 1.0))
    assert charts.alt_text(ax) == "share: packs of $5 to $10 50%."
    assert charts.describe_chart(ax, "Half of it.") is ax
    assert charts.alt_text(ax) == "Half of it."


FIND = "import toolkit\nfrom toolkit import charts\nroles = toolkit.audits.roles.audit(client)"
LOAD = f"import toolkit.audits\nclient = toolkit.load({str(GYM_FOLDER)!r})"
LAST_LINE = "charts.plot_say(roles)"
CHANGED = "ax = charts.plot_say(roles)\nax.set_title('Say')\nax"
ASSIGNED = "ax = charts.plot_say(roles)"
GIVEN = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\ncharts.plot_say(roles, ax=ax);"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_a_notebook_shows_each_chart_once_and_its_own_with_words(tmp_path: Path) -> None:
    sources = (LOAD, FIND, LAST_LINE, CHANGED, ASSIGNED, GIVEN)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    resources = {"metadata": {"path": str(tmp_path)}}
    done = NotebookClient(notebook, timeout=120, resources=resources).execute()
    shown = {cell.source: [o for o in cell.outputs if "data" in o] for cell in done.cells}
    pictures = {s: [o for o in out if "image/png" in o.data] for s, out in shown.items()}
    assert [len(pictures[s]) for s in sources] == [0, 0, 1, 1, 0, 1]
    for source in (LAST_LINE, CHANGED):
        [picture] = shown[source]
        alt = picture.metadata["image/png"]["alt"]
        assert alt.startswith("Share of say, as reported: ")
        assert picture.data["text/plain"] == alt
    assert pictures[LAST_LINE][0].data["image/png"] != pictures[CHANGED][0].data["image/png"]
