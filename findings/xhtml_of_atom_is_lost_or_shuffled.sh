#!/usr/bin/env bash
# Expected: an abstract as content type="xhtml" of an Atom entry is as good as type="html" (RFC 4287 section 4.1.3.3), and
#   spares the escaping of formulas; a title may be xhtml too (section 3.1.1.3). feedparser reads both.
# Seen: atoma gives None for both, so the talk has neither title nor abstract. rss-parser takes the words of a paragraph
#   first and its elements after them: "Let x be here or not" becomes "Let  be  or notxhere"; the title is an object.
# Version: atoma 0.0.17 and feedparser 6.0.14 from PyPI, Python 3.11; rss-parser 3.13.0 from npm. Source: measured here;
#   rss-parser parses with xml2js, which keeps elements by name and not in their order.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check atoma==0.0.17 feedparser==6.0.14 2>pip.log \
    || { cat pip.log >&2; exit 2; }
npm install --silent --no-audit --no-fund --prefix . rss-parser@3.13.0 >npm.log 2>&1 || { cat npm.log >&2; exit 2; }
cat >feed.atom <<'END'
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:example:talks</id><title>Talks</title><updated>2026-01-01T00:00:00Z</updated>
<author><name>Department</name></author><entry><id>urn:example:talk-1</id><updated>2026-01-01T00:00:00Z</updated>
<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">On <i>engines</i></div></title>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Let <math
xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math> be <b>here</b> or not</p></div></content></entry></feed>
END
cat >read.py <<'END'
import re

import atoma
import feedparser

(entry,) = feedparser.parse("feed.atom").entries
words = re.sub("<[^>]*>", "", entry.content[0].value)
print(f"feedparser: {entry.title!r}, {words!r}")
(entry,) = atoma.parse_atom_file("feed.atom").entries
print(f"atoma: {entry.title}, {entry.content}")
END
cat >read.cjs <<'END'
const fs = require("fs");
const Parser = require("rss-parser");

new Parser().parseString(fs.readFileSync("feed.atom", "utf8")).then(({ items: [item] }) => {
  console.log(`rss-parser: ${typeof item.title}, ${JSON.stringify(item.contentSnippet)}`);
});
END
{ venv/bin/python read.py; node read.cjs; } >seen.txt
cat seen.txt
diff - seen.txt <<'END'
feedparser: 'On <i>engines</i>', 'Let x be here or not'
atoma: None, None
rss-parser: object, "Let  be  or notxhere"
END
