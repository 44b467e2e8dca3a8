"""The pages and feeds to measure. When you add one to the site, add one line here."""

# Name and address; {talk} and the like are filled in from the example (inside.py).
FIRST = {
    "front page": "/",
    "talk page": "{talk}",
}
FURTHER = {
    "series page": "/series/{series}/",
    "room page": "/rooms/{room}/",
    "speaker page": "/speakers/{speaker}/",
    "topic page": "/topics/{topic}/",
    "filtered front page": "/?series={series}&topic={topic}",
    "academic year": "/archive/{year}/",
    "recordings": "/recordings/",
    "month": "/calendar/{month}/",
    "front page in German": "/de/",
    "calendar of a series": "/series/{series}/calendar.ics",
    "calendar of a talk": "/talks/{pk}/calendar.ics",
    "Atom feed": "/feed.atom",
    "JSON feed": "/feed.json",
    "embedded list": "/embed/",
    "screen": "/screen/",
}
# Rendered rarely or for each visitor, so we count the queries and do not measure the rate.
COUNTED = {
    "all series": "/series/",
    "all rooms": "/rooms/",
    "all speakers": "/speakers/",
    "all topics": "/topics/",
    "archive": "/archive/",
    "present month": "/calendar/",
    "colours": "/colours.css",
    "how to subscribe": "/subscribe/",
    "poster of a talk": "/talks/{pk}/poster/",
    "poster of a series": "/series/{series}/poster/",
    "screen of a room": "/rooms/{room}/screen/",
    "embedded list of a series": "/series/{series}/embed/",
    "embedded list of a room": "/rooms/{room}/embed/",
    "embedded list of a speaker": "/speakers/{speaker}/embed/",
    "embedded list of a topic": "/topics/{topic}/embed/",
    "embedding shown": "/embed/demo/",
    "feed of an embedded list": "/feed.json?upcoming&limit=10&series={series}",
    "table of talks": "/talks.csv",
    "sitemap": "/sitemap.xml",
    "next talk": "/next/",
    "next talk of a series": "/series/{series}/next/",
    "script for embedding": "/embed.js",
    "face": "/portraits/{photo}.webp",
    "small face": "/thumbnails/{photo}.webp",
    "photo": "/photos/{photo}.webp",
    "card of a talk": "{talk_card}",
    "card of a series": "{series_card}",
    "card of the front page": "{card}",
    "private calendar": "/private/{token}/calendar.ics",
    "calendar of a room": "/rooms/{room}/calendar.ics",
    "calendar of a speaker": "/speakers/{speaker}/calendar.ics",
    "calendar of a topic": "/topics/{topic}/calendar.ics",
    "search": "/search/?q=the",
    "join": "/talks/{pk}/join/",
}

CALENDAR = "/calendar.ics"  # this and the previous academic year: the same talks, however many are stored
WHOLE_CALENDAR = "/calendar.ics?past=all"  # as many talks as are stored
WHOLE_JSON = "/feed.json?past=all"
WHOLE_ATOM = "/feed.atom?past=all"

SEARCHES = ("the", "e", "learning", "lovelace", "quantum theory", "graphs and proofs", "a e i", "zzzz")
