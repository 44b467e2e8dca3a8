"""Merge two rows of one person: all talks and addresses move, and subscribers see one change."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from seminars.actions.merging import Merger, merge
from seminars.models import Appearance, Edition, FormerAddress, Role, Speaker, Talk
from tests.admin_forms import address_of, errors_in, form_of, messages_of, signed_in
from tests.factories import make_administrator, make_draft, make_organiser, make_speaker, make_talk

pytestmark = pytest.mark.django_db


def two_rows():
    return make_speaker(name="Ada Lovelace"), make_speaker(name="Ada Lovelce", affiliation="London", biography="Born.")


def test_the_person_who_stays_has_every_talk_of_both():
    kept, gone = two_rows()
    talks = [make_talk(speakers=[kept]), make_talk(speakers=[gone]), make_draft(speakers=[gone, "Emmy Noether"])]

    merge(Merger(kept, gone), by=None)

    assert not Speaker.objects.filter(name="Ada Lovelce").exists()
    assert set(Talk.objects.by_speaker(kept)) == set(talks)
    assert Appearance.objects.filter(talk=talks[1]).get().affiliation == "London"
    assert [person.speaker.name for person in talks[2].appearances.in_order()] == ["Ada Lovelace", "Emmy Noether"]


def test_a_talk_with_both_has_the_person_once_in_each_role():
    kept, gone = two_rows()
    talk = make_talk(speakers=[kept, gone])
    Appearance.objects.create(talk=talk, speaker=gone, role=Role.MODERATOR)

    merge(Merger(kept, gone), by=None)

    assert sorted(talk.appearances.values_list("speaker", "role")) == [
        (kept.pk, Role.MODERATOR),
        (kept.pk, Role.SPEAKER),
    ]


def test_empty_values_are_filled_in_and_different_values_stay():
    kept, gone = two_rows()
    kept.affiliation = "Turin"
    kept.save()

    after = merge(Merger(kept, gone), by=None)

    assert (after.affiliation, after.biography, after.other_names) == ("Turin", "Born.", "Ada Lovelce")
    assert (Merger(kept, gone).filled, Merger(kept, gone).lost) == (["biography"], ["affiliation"])


def test_old_addresses_of_page_feed_and_filter_lead_to_the_one_who_stays(client):
    kept, gone = two_rows()
    make_talk(title="On engines", speakers=[gone])
    FormerAddress.objects.remember("/people/17/", gone)

    merge(Merger(kept, gone), by=None)

    page, older = client.get("/speakers/ada-lovelce/"), client.get("/people/17/")
    feed = client.get("/speakers/ada-lovelce/calendar.ics")
    assert [page["Location"], older["Location"]] == [kept.get_absolute_url()] * 2
    assert (feed.status_code, b"On engines" in feed.content) == (200, True)
    assert b"On engines" in client.get("/calendar.ics?speaker=ada-lovelce").content


def test_only_talks_whose_entry_changes_are_stamped_and_once():
    kept, gone = two_rows()
    changed, other, draft = make_talk(speakers=[gone]), make_talk(speakers=[kept]), make_draft(speakers=[gone])

    merge(Merger(kept, gone), by=None)

    assert [Talk.objects.get(pk=talk.pk).sequence for talk in (changed, other, draft)] == [1, 0, 0]
    assert "ada lovelace" in Talk.objects.get(pk=draft.pk).search_text


def test_a_merger_that_fails_changes_nothing():
    """The last step of a merger saves the person who stays. An invalid email address stops it there."""
    kept, gone = two_rows()
    talk = make_talk(speakers=[gone])
    Speaker.objects.filter(pk=kept.pk).update(email="not an address")
    edition = Edition.objects.current()

    with pytest.raises(ValidationError, match="valid email"):
        merge(Merger(kept, gone), by=None)

    assert (talk.appearances.get().speaker, Edition.objects.current()) == (gone, edition)
    assert (Speaker.objects.count(), FormerAddress.objects.exists()) == (2, False)


def test_a_person_cannot_be_merged_with_themselves_or_with_a_deleted_row():
    kept, gone = two_rows()
    merger = Merger(kept, Speaker.objects.get(pk=gone.pk))
    gone.delete()

    for pair, sentence in ((Merger(kept, kept), "the same person"), (merger, "no longer exists")):
        with pytest.raises(ValidationError, match=sentence):
            merge(pair, by=None)


# --- the page ---


def page_of(speaker, query=""):
    return reverse("admin:seminars_speaker_merge", args=[speaker.pk]) + query


def test_an_administrator_sees_similar_people_and_a_preview():
    kept, gone = two_rows()
    make_speaker(name="Emmy Noether")
    make_talk(title="On engines", speakers=[gone])
    client = signed_in(make_administrator())

    form, offer = client.get(address_of(kept)), client.get(page_of(kept))
    preview = client.get(page_of(kept, f"?with={gone.pk}"))

    assert page_of(kept) in form.content.decode()
    assert offer.context["found"] == [gone]
    assert "On engines" in preview.content.decode()
    assert (preview.context["filled"], preview.context["lost"]) == (["affiliation", "biography"], [])
    assert Speaker.objects.count() == 3


def test_a_merger_shows_a_message_and_a_second_one_an_error():
    kept, gone = two_rows()
    client = signed_in(make_administrator())

    first = client.post(page_of(kept), {"with": gone.pk})
    said = messages_of(client)
    second = client.post(page_of(kept), {"with": gone.pk})

    assert first["Location"] == address_of(kept)
    assert said == ["Ada Lovelce and Ada Lovelace are now one person. Old addresses redirect there."]
    assert second.status_code == 200
    assert "The other person no longer exists." in second.content.decode()


def test_organisers_cannot_merge_people():
    kept, gone = two_rows()
    client = signed_in(make_organiser())

    answers = [client.get(page_of(kept)), client.post(page_of(kept), {"with": gone.pk})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert page_of(kept) not in client.get(address_of(kept)).content.decode()
    assert Speaker.objects.count() == 2


# --- before a second row is made ---

ADD = reverse("admin:seminars_speaker_add")


def test_a_similar_new_name_is_questioned_and_can_still_be_saved():
    make_speaker(name="Ada Lovelace")
    client = signed_in(make_organiser())
    form = form_of(client, ADD) | {"name": "Ada Lovelce", "affiliation": "London"}

    asked, meant = client.post(ADD, form), client.post(ADD, form | {"_another": "yes"})

    assert "Did you mean …?" in asked.content.decode()
    assert 'value="London"' in asked.content.decode()
    assert errors_in(asked) == [
        "Someone on this site has a very similar name. Check above whether it is the same person."
    ]
    assert meant.status_code == 302
    assert sorted(Speaker.objects.values_list("name", flat=True)) == ["Ada Lovelace", "Ada Lovelce"]


def test_a_popup_hands_the_known_person_to_the_talk():
    ada = make_speaker(name="Ada Lovelace")
    client = signed_in(make_organiser())
    popup = ADD + "?_popup=1"
    form = form_of(client, popup) | {"name": "Ada Lovelce", "_popup": "1"}

    asked, taken = client.post(popup, form), client.get(f"{popup}&_existing={ada.pk}")

    assert f'href="?_popup=1&amp;_existing={ada.pk}"' in asked.content.decode()
    assert f"&quot;value&quot;: &quot;{ada.pk}&quot;" in taken.content.decode()
    assert Speaker.objects.count() == 1


def test_a_known_person_is_saved_without_a_question(client):
    make_speaker(name="Ada Lovelce")
    ada = make_speaker(name="Ada Lovelace")
    client = signed_in(make_organiser())

    response = client.post(address_of(ada), form_of(client, address_of(ada)) | {"affiliation": "London"})

    assert response.status_code == 302


def test_typing_a_name_in_a_talk_s_form_finds_people_despite_accents_and_typos():
    make_speaker(name="Jürgen Müller")
    client = signed_in(make_organiser())

    def offered(term):
        query = {"app_label": "seminars", "model_name": "appearance", "field_name": "speaker", "term": term}
        return [row["text"] for row in client.get(reverse("admin:autocomplete"), query).json()["results"]]

    assert [offered(term) for term in ("muller", "Jurgen Mueler", "Noether")] == [["Jürgen Müller"]] * 2 + [[]]
