"""What a browser is told about a stored file."""

from __future__ import annotations

import pytest

from testrun.web import files, page

ATTACHMENTS = "phase-3/shard-0/pod/attachments"


@pytest.mark.parametrize(
    ("path", "kind", "inline"),
    [
        ("report/index.html", "text/html; charset=utf-8", True),
        ("manifest.json", "application/json", False),
        ("summary.json", "application/json", False),
        ("phase-3/junit.xml", "application/xml", False),
        ("phase-3/shard-0/pod/events.jsonl", "application/x-ndjson", False),
        ("phase-3/shard-0/pod/output.txt", "text/plain; charset=utf-8", False),
        (f"{ATTACHMENTS}/1-screenshot.png", "image/png", True),
        (f"{ATTACHMENTS}/1-screenshot.PNG", "image/png", True),
        (f"{ATTACHMENTS}/1-photo.jpeg", "image/jpeg", True),
        (f"{ATTACHMENTS}/2-trace.zip", "application/zip", False),
        (f"{ATTACHMENTS}/3-video.webm", "video/webm", False),
        # What could act as a page is bytes and nothing else, whatever its name.
        (f"{ATTACHMENTS}/index.html", "application/octet-stream", False),
        (f"{ATTACHMENTS}/report-index.html", "application/octet-stream", False),
        (f"{ATTACHMENTS}/x.svg", "application/octet-stream", False),
        (f"{ATTACHMENTS}/x.xhtml", "application/octet-stream", False),
        (f"{ATTACHMENTS}/x.js", "application/octet-stream", False),
        (f"{ATTACHMENTS}/x.png.html", "application/octet-stream", False),
        (f"{ATTACHMENTS}/png", "application/octet-stream", False),
    ],
)
def test_type_and_disposition(path: str, kind: str, inline: bool) -> None:
    headers = files.headers(path)
    assert headers["Content-Type"] == kind
    assert headers.get("Content-Disposition") == (None if inline else f'attachment; filename="{path.split("/")[-1]}"')
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_the_page_may_show_its_pictures_and_style_and_nothing_else() -> None:
    policy = dict(
        part.strip().partition(" ")[::2] for part in files.headers("report/index.html")["Content-Security-Policy"].split(";")
    )
    style = policy.pop("style-src")
    assert style.startswith("'sha256-")
    assert policy == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "img-src": "'self'",
        "frame-ancestors": "'none'",
        "sandbox": "allow-same-origin allow-downloads",
    }
    assert policy["default-src"] == "'none'", "so no script runs, with or without the sandbox"


def test_everything_else_is_sandboxed_wholly() -> None:
    assert files.headers(f"{ATTACHMENTS}/1.png")["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_the_page_protects_itself_when_it_is_opened_from_a_folder() -> None:
    assert "default-src 'none'" in page.CSP_IN_PAGE
    assert "unsafe" not in page.CSP_IN_PAGE + page.CSP_SERVED


def test_the_page_is_a_download_through_the_proxy_that_rewrites_html() -> None:
    headers = files.headers("report/index.html", proxied=True)
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == 'attachment; filename="index.html"'
