"""Text → category, claims or plain text, against what the contract and the client know."""

from __future__ import annotations

from toolkit.client.codes import Code
from toolkit.client.ledger import listed, quoted
from toolkit.client.remark import Reading, Remark, wrong

CLAIMS_JOINED_BY = ";"
_CASE = Remark("note", Code.CATEGORY_CASE, "is read in small letters.")
_AGAIN = Remark("note", Code.REPEATED_CLAIM, "names a claim twice; it counts once.")


def read_category(text: str, values: tuple[str, ...]) -> Reading:
    """Which of the known words is it? Capitals are read as small letters, with a note.

    >>> read_category("Buyer", ("buyer", "consumer")).value
    'buyer'
    """
    if text in values:
        return Reading(text)
    if text.casefold() in values:
        return Reading(text.casefold(), _CASE)
    fix = f"Write one of: {', '.join(values)}."
    return Reading(
        None, Remark("error", Code.UNKNOWN_CATEGORY, "is not known here.", fix, text, values)
    )


def read_claims(text: str, attributes: tuple[str, ...]) -> Reading:
    """Which attributes are claimed? Joined by `;`, each once, in their order.

    >>> read_claims("price; dryness;price", ("price", "dryness")).value
    'price;dryness'
    """
    claims = [c for c in (part.strip() for part in text.split(CLAIMS_JOINED_BY)) if c]
    unknown = [c for c in claims if c not in attributes]
    if unknown:
        return _unknown(unknown[0], attributes)
    once = list(dict.fromkeys(claims))
    return Reading(CLAIMS_JOINED_BY.join(once) or None, _AGAIN if len(once) < len(claims) else None)


def read_name(text: str) -> Reading:
    """Is it a name that results can be labelled with?"""
    if ":" not in text and CLAIMS_JOINED_BY not in text:
        return Reading(text)
    fix = "These signs join names in results; use another, such as a hyphen."
    return wrong(Code.RESERVED_SIGN, "has : or ; in a name.", fix)


def _unknown(claim: str, attributes: tuple[str, ...]) -> Reading:
    if not attributes:
        fix = "client.yml declares no attributes; declare those that messages promise."
    elif any(sign in claim for sign in ",|/+"):
        fix = "Join claims by ; and name each as in client.yml."
    else:
        fix = f"client.yml has: {listed(attributes)}."
    says = f"claims {quoted(claim)}, which is not an attribute of this client."
    remark = Remark("error", Code.UNKNOWN_ATTRIBUTE, says, fix, claim, attributes)
    return Reading(None, remark)
