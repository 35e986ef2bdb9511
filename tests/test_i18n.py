"""Every text that is written for people is in every language, with the same placeholders."""

from pathlib import Path

import pytest

from engine.base import i18n
from engine.base.i18n import CATALOGS, catalog, languages, message, translate
from engine.base.paths import ROOT
from engine.base.po import entry_text, read_po
from tests import texts

LANGUAGES = [language for language in languages() if language != "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_with_its_placeholders_and_said_somewhere(language: str) -> None:
    found = texts.complaints(language)
    assert not found, "\n" + "\n".join(found)


def test_no_step_is_a_walk_in_korean() -> None:
    assert languages() == {"en": "English", "ko": "한국어"}
    assert not [korean for korean in catalog("ko").values() if "걸음" in korean], (
        "a step is a 단계 everywhere"
    )


def test_every_text_is_translated_once() -> None:
    for language in LANGUAGES:
        text = (CATALOGS / f"{language}.po").read_text(encoding="utf-8")
        assert text.count("\nmsgid ") == len(catalog(language)), "twice, or not translated"


def test_a_language_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begun by the check, translated by hand, it is there; what it lacks stays English and is named."""
    for room in (i18n, texts):
        monkeypatch.setattr(room, "CATALOGS", tmp_path)
    languages.cache_clear()
    catalog.cache_clear()
    try:
        count = texts.begin("de")
        path = tmp_path / "de.po"
        assert count == len(texts.said()) and texts.begin("de") == count, "nothing is translated yet"
        head = entry_text("", "X-Language-Name: Deutsch\n")
        path.write_text(
            head
            + entry_text('Say "no"\nto {name}\\', 'Sag "nein"\nzu {name}\\')
            + entry_text("Undo", "Zurück")
        )
        languages.cache_clear()
        catalog.cache_clear()
        assert languages() == {"en": "English", "de": "Deutsch"}
        assert translate('Say "no"\nto {name}\\', "de", name="x") == 'Sag "nein"\nzu x\\'
        assert translate("Undo", "de") == "Zurück" and translate("Redo", "de") == "Redo"
        assert any("no de of 'Redo'" in line for line in texts.complaints("de"))
        path.write_text("msgid Undo")
        with pytest.raises(ValueError, match="line 1 is none"):
            read_po(path)
    finally:
        languages.cache_clear()
        catalog.cache_clear()


def test_a_message_fills_its_placeholders_in_its_own_language() -> None:
    inner = message("Open a lab")
    assert message("{a}: {b}", a=inner, b=3).render("ko") == f"{translate('Open a lab', 'ko')}: 3"


def test_an_unknown_text_stays_english() -> None:
    assert translate("no such text {n}", "ko", n=1) == "no such text 1"


def test_the_reference_of_formulas_says_the_same_in_both_languages() -> None:
    pages = [
        (ROOT / "engine" / "formula" / name).read_text(encoding="utf-8")
        for name in ("LANGUAGE.md", "LANGUAGE.ko.md")
    ]
    grammars = [page.split("```")[1] for page in pages]
    assert grammars[0] == grammars[1]
    readings = [
        [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| `")] for page in pages
    ]
    assert readings[0] == readings[1]
    assert [page.count("\n## ") for page in pages] == [7, 7]
