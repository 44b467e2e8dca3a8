"""Find online meetings in text: the link, the passcode, and the lines that are only about them."""

import re
from collections.abc import Callable

from seminars.importing.events import Meeting
from seminars.importing.reading import meeting_invitations as invitation
from seminars.importing.reading.links import (
    ENDS,
    is_beside_a_meeting,
    is_meeting,
    is_recording,
    is_secret,
    is_video_site,
    links_in,
    with_links_as,
)
from seminars.importing.reading.unwrapping import unwrapped

__all__ = ["meeting_in", "private_bits", "unwrapped", "without_private_bits"]

_SERVICE = (
    r"zoom|teams|webex|skype|bbb|bigbluebutton|jitsi|google meet|gotomeeting|(?:microsoft|ms) teams|online|virtual"
    r"|remote"
    r"|video|videocall|videokonferenz|meeting|webinar|join|live\s?stream|stream|teilnahme|visio(?:conf[eé]rence)?"
    r"|zugang"
    r"|videoconferenza|videoconferencia|en ligne|en l[ií]nea|腾讯会议|会议链接|会议|線上|线上|オンライン"
)
_MORE = (
    r"link|url|meeting|room|address|us|me|online|via|on|by|at|here|zoom|teams|webex|the|talk|seminar|session|stream"
    r"|call|id"
    r"|beitreten|teilnehmen|teilnahme|raum|lecture|webinar|access|conference|remotely|virtually|now|using|with"
    r"|details"
    r"|login|zugang|option|lien|enlace|zum|per|f[uü]r|for|attend|attendance|participation|in"
)
_LABEL = re.compile(
    rf"(?:.*[.!?;,|)–—-])?[\W_]{{0,20}}(?:{_SERVICE})(?:[ /_-]{{1,3}}(?:{_MORE})\b){{0,6}}"
    r"[\s*_]{0,4}(?:[:：][\s*_(<]{0,5}|\s?\]?[(<])",
    re.IGNORECASE,
)
_LONGEST_LABEL = 80  # characters before a link that are looked at
_CONTEXT = re.compile(
    r"\b(?:zoom|teams|webex|meeting|webinar|join|dial|conference|online|virtual|besprechung|r[eé]union|reuni[oó]n"
    r"|riunione)\b"
    r"|会议|會議|ミーティング",
    re.IGNORECASE,
)
_BEFORE_A_CODE = re.compile(
    r"(?:.*[.!?;,:(\[|–—-]|)[\W_]*(?:(?:the|your|and|with|use|enter|das|der|le|la|el|il)\s){0,2}", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"((?<=[.!?])\s+|(?<=[。！？]))")
_EMPTY = re.compile(r"\s*[(<\[]\s*(?:[,;:|/]|and|und|et|y|e|or)?\s*[)>\]]")
_LINK = "|"  # stands for a link while passcodes and numbers are looked for beside it
_FARTHEST = 3  # lines in a row that say little between two lines of one invitation
_MOST_BITS = 100  # in one line
_MOST_ROUNDS = 3

Bits = Callable[[list[str], int], list[str]]


def meeting_in(text: str) -> tuple[str, Meeting]:
    """Return the text without the meeting and its invitation, links unwrapped, and the meeting.

    Text before and after the invitation stays as it is; without a link to a meeting all of it does.
    """
    lines = unwrapped(text).split("\n")
    links = [link for at in range(len(lines)) for link in _meeting_links(lines, at)]
    if not links:
        return "\n".join(lines), Meeting()
    rest, taken = _without(lines, _bits_of_meeting)
    passcodes = (match["code"] for line in taken for match in invitation.passcodes_in(with_links_as(_LINK, line)))
    link = next((link for link in links if "/register/" not in link), links[0])
    return "\n".join(rest), Meeting(
        link if "://" in link else f"https://{link}", next(passcodes, "").rstrip(ENDS + ")]*")
    )


def private_bits(text: str) -> tuple[str, ...]:
    """Return what looks like a link to a meeting, a passcode or a number to dial, in the order of the text."""
    lines = text.split("\n")
    return tuple(dict.fromkeys(bit for at, line in enumerate(lines) if line for bit in _private(lines, at)))


def without_private_bits(text: str) -> str:
    """Return the text without what `private_bits` finds and without the lines that are only about it."""
    for _round in range(_MOST_ROUNDS):
        if not private_bits(text):
            break
        text = "\n".join(_without(text.split("\n"), _private)[0])
    return text


def _meeting_links(lines: list[str], at: int) -> list[str]:
    """Return the links of a line to a known service, and those that are announced as a link to a meeting."""
    found = links_in(lines[at])
    return [link for start, link in found if is_meeting(link) or _is_announced(start, link, lines, at)]


def _is_announced(start: int, link: str, lines: list[str], at: int) -> bool:
    if is_recording(link) or is_beside_a_meeting(link):
        return False
    before = lines[at][max(start - _LONGEST_LABEL, 0) : start]
    above = lines[at - 1].strip() if at else ""
    if not before.strip(" \t*•-<("):
        before = above if above[-1:] in {":", "："} and len(above) <= _LONGEST_LABEL else ""
    is_public = is_video_site(link) and "stream" not in before.lower()
    return bool(_LABEL.fullmatch(before)) and not is_public


def _bits_of_meeting(lines: list[str], at: int) -> list[str]:
    """Return the links of a line to meetings with the codes beside them, or the codes that fill a line alone."""
    line = lines[at]
    if links := _meeting_links(lines, at):
        return [*links, *(match[0] for match in _codes(with_links_as(_LINK, line)))]
    is_short = len(line) <= _LONGEST_LABEL
    return [match[0] for match in _codes(line)] if is_short and invitation.is_of_invitation(line) else []


def _codes(line: str) -> list[re.Match[str]]:
    """Return the passcodes and numbers of meetings in a line, each with its label."""
    return [*invitation.passcodes_in(line), *invitation.numbers_in(line)]


def _private(lines: list[str], at: int) -> list[str]:
    line = lines[at]
    links = [link for start, link in links_in(line) if is_secret(link) or _is_announced(start, link, lines, at)]
    left = with_links_as(_LINK, line)
    found = invitation.addresses_to_dial_in(left)
    if codes := _codes(left):
        is_near = bool(_CONTEXT.search(left))
        found += [match for match in codes if is_near or _stands_alone(match, left)]
    if not found and (dialled := invitation.is_dial_in(left)):
        found.append(dialled)
    return [*links, *(match[0].strip() for match in sorted(found, key=re.Match.start))]


def _stands_alone(match: re.Match[str], line: str) -> bool:
    """Tell whether a passcode is all that its sentence or bracket says."""
    before, after = line[max(match.start() - _LONGEST_LABEL, 0) : match.start()], line[match.end() :].strip(" *_")
    is_code = any(letter.isdigit() for letter in match[0]) or not before.strip()
    return is_code and bool(_BEFORE_A_CODE.fullmatch(before)) and after[:1] in {"", ".", ")", "]", ",", ";", "|"}


def _without(lines: list[str], bits_of: Bits) -> tuple[list[str], list[str]]:
    """Return the lines without the bits and the invitations around them, and the lines that lost something."""
    bits = {at: found for at, line in enumerate(lines) if line and (found := bits_of(lines, at))}
    whole = {at for at in bits if _is_only_about(lines[at], bits[at])}
    gone: set[int] = set()
    for at in sorted(bits):
        if at not in gone:
            first = _grown(lines, at, -1, whole) if at in whole else at
            last = _grown(lines, at, 1, whole)
            gone |= set(range(first if at in whole else at + 1, last + 1))
    kept = [_cut(line, bits[at]) if at in bits else line for at, line in enumerate(lines) if at not in gone]
    return kept, [line for at, line in enumerate(lines) if at in gone or at in bits]


def _is_only_about(line: str, bits: list[str]) -> bool:
    """Tell whether a line says nothing else; one with very many bits is no line of an abstract."""
    if len(bits) > _MOST_BITS or invitation.is_of_invitation(line):
        return True
    for bit in bits:
        line = line.replace(bit, " zoom ")
    return invitation.is_of_invitation(line)


def _grown(lines: list[str], at: int, step: int, whole: set[int]) -> int:
    """Return how far the invitation around a line reaches upwards (-1) or downwards (1)."""
    end, current, little, heads = at, at + step, 0, 0
    while 0 <= current < len(lines) and little <= _FARTHEST and heads <= _FARTHEST:
        line = lines[current]
        if current in whole or invitation.is_of_invitation(line) or _is_edge(lines, current):
            is_far = heads and not invitation.is_invitation_sentence(line)
            end, little = (end, _FARTHEST + 1) if is_far else (current, 0)
        elif line.strip() and step < 0 and invitation.is_head(line):
            heads += 1
        elif not invitation.says_little(line):
            break
        elif line.strip():
            little += 1
        current += step
    return end


def _is_edge(lines: list[str], at: int) -> bool:
    """Tell whether a line is a ruler, but not the one below a heading."""
    above = lines[at - 1].strip() if at else ""
    line = lines[at].strip()
    is_below_heading = above and line[:1] in "-=~" and len(line) in range(len(above) - 1, len(above) + 2)
    return invitation.is_ruler(line) and not is_below_heading


def _cut(line: str, bits: list[str]) -> str:
    """Return a line without the bits, without sentences and labels that are only about them."""
    parts = _SENTENCE_END.split(line)
    kept: list[str] = []
    for sentence, gap in zip(parts[::2], [*parts[1::2], ""], strict=True):
        here = [bit for bit in bits if bit in sentence]
        if here and _is_only_about(sentence, here):
            continue
        kept += [_without_bits(sentence, here) if here else sentence, gap]
    return "".join(kept).rstrip() if line == line.rstrip() else "".join(kept)


def _without_bits(sentence: str, bits: list[str]) -> str:
    for bit in bits:
        before, _bit, after = sentence.partition(bit)
        label = _LABEL_AT_END.search(before[-_LONGEST_LABEL:])
        sentence = (before[: len(before) - len(label[0])] if label else before) + after
    return _EMPTY.sub("", sentence)


_LABEL_AT_END = re.compile(
    rf"[,;|–—-]?\s*\b(?:{_SERVICE})(?:[ /_-]{{1,3}}(?:{_MORE})\b){{0,6}}[\s*_]{{0,4}}[:：]\s*$", re.IGNORECASE
)
