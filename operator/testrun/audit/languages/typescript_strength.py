"""What the matchers of Jest, Vitest, Playwright, Chai and node:assert say. Pure."""

from __future__ import annotations

import re

from testrun.audit.model import Strength

_MATCHERS = {
    "toBeTruthy": Strength.TRUTHINESS,
    "toBeFalsy": Strength.TRUTHINESS,
    "toBeDefined": Strength.TRUTHINESS,
    "toBeInstanceOf": Strength.TYPE,
    "toBeTypeOf": Strength.TYPE,
    "toBeAttached": Strength.TRUTHINESS,
    "toContain": Strength.MEMBERSHIP,
    "toContainEqual": Strength.MEMBERSHIP,
    "toMatch": Strength.MEMBERSHIP,
    "toHaveLength": Strength.MEMBERSHIP,
    "toBeGreaterThan": Strength.MEMBERSHIP,
    "toBeGreaterThanOrEqual": Strength.MEMBERSHIP,
    "toBeLessThan": Strength.MEMBERSHIP,
    "toBeLessThanOrEqual": Strength.MEMBERSHIP,
    "toHaveProperty": Strength.MEMBERSHIP,
    "toThrow": Strength.MEMBERSHIP,
    "toThrowError": Strength.MEMBERSHIP,
    "toHaveBeenCalled": Strength.MEMBERSHIP,
    "toHaveBeenCalledTimes": Strength.EQUALITY,
    "toHaveBeenCalledWith": Strength.STRUCTURE,
    "toMatchObject": Strength.STRUCTURE,
    "toHaveBeenLastCalledWith": Strength.STRUCTURE,
    "toHaveBeenNthCalledWith": Strength.STRUCTURE,
    "toMatchSnapshot": Strength.STRUCTURE,
    "toMatchInlineSnapshot": Strength.STRUCTURE,
    "toHaveScreenshot": Strength.STRUCTURE,
    "toStrictEqual": Strength.STRUCTURE,
    "toBeVisible": Strength.MEMBERSHIP,
    "toBeInTheDocument": Strength.MEMBERSHIP,
    # node:assert and chai's assert
    "ok": Strength.TRUTHINESS,
    "exists": Strength.TRUTHINESS,
    "isOk": Strength.TRUTHINESS,
    "isDefined": Strength.TRUTHINESS,
    "isNotNull": Strength.TRUTHINESS,
    "deepEqual": Strength.STRUCTURE,
    "deepStrictEqual": Strength.STRUCTURE,
    "match": Strength.MEMBERSHIP,
    "instanceOf": Strength.TYPE,
    "isObject": Strength.TYPE,
    "isArray": Strength.TYPE,
    "isFunction": Strength.TYPE,
    "isString": Strength.TYPE,
    "typeOf": Strength.TYPE,
    "doesNotThrow": Strength.MEMBERSHIP,
    "include": Strength.MEMBERSHIP,
}
_CHAI = re.compile(r"\.(?:eql|eq|equals?|true|false|null|undefined|empty|members|property|include|contain|length|lengthOf|"
                   r"match|throw|above|"
                   r"below|least|most|within|calledWith\w*|called\w*|keys?|string|closeTo|rejected\w*|fulfilled|eventually|"
                   r"deep|rejectedWith)\b")  # fmt: skip
_WEB_FIRST = re.compile(r"^to(?:BeVisible|BeHidden|BeEnabled|BeDisabled|BeChecked|BeEditable|BeFocused|BeAttached|"
                        r"BeInViewport|BeEmpty|"
                        r"HaveText|ContainText|HaveValues?|HaveURL|HaveTitle|HaveCount|HaveAttribute|HaveClass|ContainClass|"
                        r"HaveCSS|HaveId|"
                        r"HaveJSProperty|HaveScreenshot|HaveRole|HaveAccessible\w+|MatchAriaSnapshot|BeOK|Pass)$")  # fmt: skip
_PREDICATE = re.compile(
    r"\b_?(?:is|has|can|should|was|were|are|does|did|contains?|includes|exists?|matches|startsWith|endsWith|every|some|test|"
    r"equals?)(?:[A-Z_]\w*)?\b[^.]*$"
)


def of(matcher: str, *, negated: bool, subject: str, argument: str) -> Strength:
    """Of ``expect(subject).matcher(argument)``."""
    if matcher in ("toBeNull", "toBeUndefined", "toBeNil") or (
        matcher in ("toBe", "toEqual") and argument in ("null", "undefined")
    ):
        return Strength.TRUTHINESS if negated else Strength.EQUALITY
    if matcher in ("toThrow", "toThrowError"):
        return Strength.EQUALITY if argument and not negated else Strength.MEMBERSHIP
    if matcher in ("toBe", "toEqual", "toStrictEqual") and subject.startswith("typeof "):
        return Strength.TYPE
    if matcher in ("toEqual", "toBe", "toStrictEqual") and re.fullmatch(r"expect\.(?:any\(\w+\)|anything\(\))", argument):
        return Strength.TYPE
    if matcher in ("toBeGreaterThan", "isAbove") and argument == "0" and re.search(r"\.(?:length|size)$", subject):
        return Strength.TRUTHINESS
    if matcher in ("toBeTruthy", "toBeFalsy", "ok", "isOk", "assert") and (_PREDICATE.search(subject) or _compares(subject)):
        return Strength.MEMBERSHIP
    if matcher in ("toBeFalsy", "isNotOk") or (negated and matcher in ("toBeTruthy",)):
        return Strength.MEMBERSHIP  # nothing there says a good deal
    if matcher in ("toEqual", "equal", "strictEqual"):
        whole = argument[:1] in ("{", "[") and argument not in ("{}", "[]")
        return Strength.MEMBERSHIP if negated else Strength.STRUCTURE if whole else Strength.EQUALITY
    known = _MATCHERS.get(matcher, Strength.EQUALITY)
    if negated and known is Strength.TRUTHINESS:
        return Strength.EQUALITY if matcher == "toBeDefined" else known
    return Strength.MEMBERSHIP if negated and known > Strength.MEMBERSHIP else known


def chai(chain: str, argument: str = "") -> Strength:
    """Of ``expect(x).to.be.true`` and its like, by the words of the chain, and what its end is given."""
    negated = ".not." in chain
    if _CHAI.search(chain):
        if negated and re.search(r"\.(?:null|undefined|empty)\b", chain):
            return Strength.TRUTHINESS
        return Strength.STRUCTURE if ".deep." in chain or ".eql" in chain else Strength.EQUALITY
    if re.search(r"\.(?:an?|instanceof|instanceOf)\b", chain):
        return Strength.TYPE
    # Else a word of a plugin: `to.have.text("Total")`.
    return Strength.TRUTHINESS if re.search(r"\.(?:exists?|ok|defined)\b", chain) and not argument else Strength.EQUALITY


def is_web_first(matcher: str) -> bool:
    """Of Playwright: it waits, so it has to be awaited."""
    return bool(_WEB_FIRST.match(matcher))


def _compares(subject: str) -> bool:
    if re.search(r"\.(?:includes|startsWith|endsWith|some|every|has|test|match\w*|equals?)\(", subject):
        return True
    return bool(re.search(r"[=!]==?|[<>]=?(?!\()|\binstanceof\b|\bin\b", re.sub(r"=>", "", subject))) or subject.startswith("!")
