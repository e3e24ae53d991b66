"""The quick way to a scenario's verdicts is the audits' own way."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cached_property
from itertools import chain

import pandas as pd
import pytest

from toolkit.audits import audit
from toolkit.audits.mistakes import judge_mistakes
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.client.model import Client
from toolkit.contract import ROLES
from toolkit.finding import Judgement, to_json_types
from toolkit.measures.facts import Facts
from toolkit.whatif.apply import apply_scenario
from toolkit.whatif.scenario import PARTS, UNCHANGED, Scenario
from toolkit.whatif.whatif import MOVED_BY, WhatIf

CAMPAIGN = "Take It Home"
SCENARIOS = {
    "nothing": UNCHANGED,
    "spend by audience": Scenario(spend={"audience": {"buyer": 1.2, "consumer": 0.9}}),
    "spend by phase and campaign": Scenario(
        spend={"phase": {"acquire": 0.8}, "campaign": {CAMPAIGN: 1.3}}
    ),
    "no spend at all on one audience": Scenario(spend={"audience": {"influencer": 0.0}}),
    "claims": Scenario(claims={CAMPAIGN: ("price", "results")}),
    "no claims": Scenario(claims={CAMPAIGN: ()}),
    "audience and spend": Scenario(
        audiences={CAMPAIGN: "influencer"}, spend={"campaign": {CAMPAIGN: 1.4}}
    ),
    "price": Scenario(price=1.1),
    "a lower price and a lift": Scenario(
        price=0.93, lift={"consumer": {"price": 10}}, assumptions={"elasticity": 1.9}
    ),
    "lift": Scenario(lift={"consumer": {"price": 10}, "buyer": {"results": -7}}),
    "levers": Scenario(levers={"incentive": 3, "support": 0}),
    "thresholds": Scenario(thresholds={"spend-off-say": 0.3, "hostages": 0.4}),
    "all at once": Scenario(
        price=1.05,
        spend={"audience": {"buyer": 1.2}},
        levers={"support": 1.7},
        lift={"consumer": {"results": 4}},
        thresholds={"one-ear": 0.1},
    ),
}


def said(mistakes: tuple[Judgement, ...]) -> list[dict]:
    """The verdicts as findings.json has them."""
    return [to_json_types(vars(m) | {"money": m.money and vars(m.money)}) for m in mistakes]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
def test_verdicts_and_money_are_those_of_the_audits_on_the_changed_tables(
    scenario: Scenario, bright: Client, bright_if: WhatIf
) -> None:
    afresh = judge_mistakes(Facts(apply_scenario(bright, scenario)))
    assert said(bright_if.under(scenario).mistakes) == said(afresh)
    assert said(bright_if.under(scenario).mistakes) == said(afresh), "remembered otherwise"


def test_an_unchanged_scenario_says_what_the_audit_says(bear: Client, bear_if: WhatIf) -> None:
    assert said(bear_if.under(Scenario(name="Nothing")).mistakes) == said(audit(bear).mistakes)


def test_a_client_without_margin_or_campaigns_is_judged_all_the_same(bright: Client) -> None:
    frames = {name: frame for name, frame in bright.frames.items() if name != "campaigns"}
    for client in (replace(bright, margin=None), replace(bright, frames=frames, margin=0.0)):
        scenario = Scenario(price=1.2, lift={"buyer": {"price": 5}})
        afresh = judge_mistakes(Facts(apply_scenario(client, scenario)))
        assert said(WhatIf(client).under(scenario).mistakes) == said(afresh)


def test_every_p_is_adjusted_anew_when_one_of_them_moves(bright_if: WhatIf) -> None:
    before = bright_if.observed
    after = bright_if.under(Scenario(thresholds={"sold-not-used": 0.95}))
    assert before.mistake("sold-not-used").p != after.mistake("sold-not-used").p
    turned = [
        m.id
        for m in after.mistakes
        if m.p == before.mistake(m.id).p and m.p_holm != before.mistake(m.id).p_holm
    ]
    assert turned, "Holm runs over all of them"


def test_the_tables_of_what_moves_what_name_real_things() -> None:
    quantities = {
        name
        for kind in Facts.__mro__
        for name, value in vars(kind).items()
        if isinstance(value, cached_property)
    }
    assert {*MOVED_BY} <= quantities
    moved = chain(*MOVED_BY.values(), *(kind.moved_by for kind in MISTAKE_TYPES.values()))
    assert {*moved} <= {*PARTS}
    assert {f.name for f in fields(Scenario)} == {"name", "note", *PARTS}


def test_buyer_and_consumer_swapped_give_the_mirror_image(bear: Client, bear_if: WhatIf) -> None:
    mirrored = WhatIf(_swapped(bear))
    spend, lift = {"buyer": 1.3, "consumer": 0.8}, {"buyer": {"price": 9.0}}
    one = bear_if.under(Scenario(spend={"audience": spend}, lift=lift))
    other = mirrored.under(
        Scenario(
            spend={"audience": {"consumer": 1.3, "buyer": 0.8}}, lift={"consumer": lift["buyer"]}
        )
    )
    for here, there in (
        ("consumer-ignored", "buyer-ignored"),
        ("buyer-ignored", "consumer-ignored"),
        *((id, id) for id in ("spend-off-say", "wrong-message", "same-message")),
    ):
        a, b = one.mistake(here), other.mistake(there)
        assert (a.estimate, a.low, a.high) == pytest.approx((b.estimate, b.low, b.high), rel=1e-9)


def _swapped(client: Client) -> Client:
    other = {"buyer": "consumer", "consumer": "buyer"}

    def turned(table: str, *columns: str) -> pd.DataFrame:
        frame = client.table(table)
        return frame.assign(**{c: frame[c].map(lambda x: other.get(x, x)) for c in columns})

    frames = dict(client.frames) | {
        "survey": turned("survey", "role"),
        "influence": turned("influence", "role", "informant"),
        "campaigns": turned("campaigns", "audience"),
    }
    return replace(client, frames=frames)


def test_fewer_draws_come_close_for_a_first_look(bear: Client, bear_if: WhatIf) -> None:
    scenario = Scenario(spend={"audience": {"buyer": 1.2, "consumer": 0.9}})
    quick = WhatIf(bear, draws=1_000).under(scenario).mistake("spend-off-say")
    exact = bear_if.under(scenario).mistake("spend-off-say")
    assert quick.estimate == exact.estimate
    assert quick.low == pytest.approx(exact.low, abs=0.01)
    assert quick.low != exact.low


def test_a_lift_answers_for_nobody(bright_if: WhatIf) -> None:
    lift = {role: dict.fromkeys(bright_if.client.attributes, 7.0) for role in ROLES}
    answers = bright_if.under(Scenario(lift=lift)).facts.answers
    assert answers is not None
    assert replace(answers).fewest == answers.fewest
