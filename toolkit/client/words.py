"""Text → category, claims or plain text, against what the contract and the client know."""

from __future__ import annotations

from toolkit.client.problems import (
    CellProblem,
    CellReading,
    ProblemCode,
    list_names,
    quote_text,
    unreadable_cell,
)

CLAIMS_JOINED_BY = ";"
_CASE = CellProblem("note", ProblemCode.CATEGORY_CASE, "is read in small letters.")
_AGAIN = CellProblem("note", ProblemCode.REPEATED_CLAIM, "names a claim twice; it counts once.")


def read_category(text: str, values: tuple[str, ...]) -> CellReading:
    """Which of the known words is it? Capitals are read as small letters, with a note.

    >>> read_category("Buyer", ("buyer", "consumer")).value
    'buyer'
    """
    if text in values:
        return CellReading(text)
    if text.casefold() in values:
        return CellReading(text.casefold(), _CASE)
    fix = f"Write one of: {', '.join(values)}."
    return CellReading(
        None,
        CellProblem("error", ProblemCode.UNKNOWN_CATEGORY, "is not known here.", fix, text, values),
    )


def read_claims(text: str, attributes: tuple[str, ...]) -> CellReading:
    """Which attributes are claimed? Joined by `;`, each once, in their order.

    >>> read_claims("price; dryness;price", ("price", "dryness")).value
    'price;dryness'
    """
    claims = [c for c in (part.strip() for part in text.split(CLAIMS_JOINED_BY)) if c]
    unknown = [c for c in claims if c not in attributes]
    if unknown:
        return _unknown(unknown[0], attributes)
    once = list(dict.fromkeys(claims))
    return CellReading(
        CLAIMS_JOINED_BY.join(once) or None, _AGAIN if len(once) < len(claims) else None
    )


def read_name(text: str) -> CellReading:
    """Is it a name that results can be labelled with?"""
    if ":" not in text and CLAIMS_JOINED_BY not in text:
        return CellReading(text)
    fix = "These signs join names in results; use another, such as a hyphen."
    return unreadable_cell(ProblemCode.RESERVED_SIGN, "has : or ; in a name.", fix)


def _unknown(claim: str, attributes: tuple[str, ...]) -> CellReading:
    if not attributes:
        fix = "client.yml declares no attributes; declare those that messages promise."
    elif any(sign in claim for sign in ",|/+"):
        fix = "Join claims by ; and name each as in client.yml."
    else:
        fix = f"client.yml has: {list_names(attributes)}."
    says = f"claims {quote_text(claim)}, which is not an attribute of this client."
    remark = CellProblem("error", ProblemCode.UNKNOWN_ATTRIBUTE, says, fix, claim, attributes)
    return CellReading(None, remark)
