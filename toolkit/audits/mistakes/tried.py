"""What must be there before levers can be judged: trials, a control group, a client's value."""

from __future__ import annotations

from toolkit.audits.mistakes.effect import Gap
from toolkit.audits.mistakes.first_sale import order_lines
from toolkit.finding import Needs
from toolkit.quantities import Facts
from toolkit.quantities.basis import known
from toolkit.quantities.trials import Tried
from toolkit.text import counted

MIN_ARM = 30  # customers of either arm of a trial
MIN_CLIENTS = 30  # accounts that came back, behind the value of a client
REACHED = 0.5  # a lever that reached fewer one-off customers than this has been left behind
NOBODY_TO_WIN = (
    "There is one product and nobody bought it twice, so there is no client to win: quick offers "
    "fit better."
)


def dearest(facts: Facts) -> Tried:
    """Which lever took most money?"""
    return max(facts.tried, key=lambda lever: lever.cost)


def left_behind(facts: Facts) -> list[Tried]:
    """Which levers that can be compared reached less than half of the one-off customers?"""
    some = REACHED * known(facts.worth).one_off
    return [lever for lever in facts.tried if lever.trial and lever.customers < some]


def levers_tried(facts: Facts) -> Gap | None:
    """Was any lever tried?"""
    if facts.tried:
        return None
    why = "No way of turning one-off customers into clients was tried."
    return Gap(Needs("levers", None, None), why)


def client_valued(facts: Facts) -> Gap | None:
    """Is it known what a client is worth, from 30 accounts that came back within a year?"""
    worth = facts.worth
    if worth is None:
        return Gap(Needs("purchases", None, None), "There are no purchases with a date.")
    if worth.margin is None:
        why = "Without the margin it is unknown what a client is worth."
        return Gap(Needs("client.yml", None, None), why)
    if worth.sold_once or worth.clients >= MIN_CLIENTS:
        return None
    came = "account that was watched for a year came", "accounts that were watched for a year came"
    why = (
        f"{counted(worth.clients, *came)} back within it; {MIN_CLIENTS} are the least the value "
        "of a client may rest on."
    )
    n = {"purchases": worth.clients}
    short = watched_for(facts, MIN_CLIENTS - worth.clients) if worth.clients > 1 else None
    return Gap(Needs("purchases", None, None), why[0].upper() + why[1:], n, short)


def dearest_compared(facts: Facts) -> Gap | None:
    """Has the lever with most spend a trial of 30 customers treated and 30 not?"""
    lever = dearest(facts)
    return _compared(lever) if lever.trial else Gap(Needs("levers", None, None), _untold(lever))


def some_left_behind(facts: Facts) -> Gap | None:
    """Has a lever with a trial of 30 and 30 not reached half of the one-off customers?"""
    left = left_behind(facts)
    if left:
        return _compared(max(left, key=lambda lever: lever.smaller))
    half = "Every lever that was tried against a control group reached half of the one-off "
    untold = [lever for lever in facts.tried if lever.trial is None]
    why = half + "customers or more: none is left to extend."
    if len(untold) == len(facts.tried):
        why = _untold(untold[0])
    return Gap(Needs("levers", None, None), why)


def nobody_to_win(facts: Facts) -> str | None:
    """Why can no client be left? One product, and no repeat within the data; None elsewhere."""
    return NOBODY_TO_WIN if facts.worth and facts.worth.sold_once else None


def watched_for(facts: Facts, clients: int | None) -> int | None:
    """About how many order lines of accounts watched for a year hold so many that came back?"""
    worth = known(facts.worth)
    share = worth.clients / max(int(worth.watched.sum()), 1)
    return order_lines(round(clients / share), worth) if clients is not None and share else None


def _untold(lever: Tried) -> str:
    return f"The lever “{lever.lever.replace('_', ' ')}” {lever.why}, so it cannot be compared."


def _compared(lever: Tried) -> Gap | None:
    if lever.smaller >= MIN_ARM:
        return None
    trial = known(lever.trial)
    why = (
        f"The lever “{lever.lever.replace('_', ' ')}” was tried on "
        f"{counted(trial.customers, 'customer', 'customers')} against {trial.control_customers}; "
        f"{MIN_ARM} of each are the least a verdict may rest on."
    )
    arms = (trial.customers, trial.control_customers)
    short = sum(max(0, MIN_ARM - arm) for arm in arms)
    return Gap(Needs("levers", None, None), why, {"levers": sum(arms)}, short)
