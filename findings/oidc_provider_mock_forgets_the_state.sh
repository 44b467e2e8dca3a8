#!/usr/bin/env bash
# Expected: a provider that refuses sends the `state` back with the error, as with a code (RFC 6749 section 4.1.2.1:
#   "REQUIRED if a state parameter was present"), so that a site knows which sign-in of which person was declined.
# Seen: "Deny" leads back with `error=access_denied` alone. A site that looks for the state first, as django-allauth does,
#   tells people who have declined that their sign-in is unknown or too old. We look at the error first.
# Version: oidc-provider-mock 0.3.4 with Authlib 1.9.10 from PyPI, Python 3.11. Source: oidc_provider_mock/_app.py,
#   `authorize`, which makes AccessDeniedError without `state`.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check oidc-provider-mock==0.3.4 authlib==1.9.10 2>pip.log \
    || { cat pip.log >&2; exit 2; }
cat >serve.py <<'END'
import oidc_provider_mock
import werkzeug.serving

server = werkzeug.serving.make_server("localhost", 0, oidc_provider_mock.app(), threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
END
venv/bin/python -W ignore serve.py >port 2>server.log &
server=$!
until [ -s port ]; do sleep 0.1; done

asked="client_id=site&redirect_uri=http://site.example/back&response_type=code&scope=openid&state=abc"
back() {
    curl --silent --output answer --dump-header - --data "$1" "http://localhost:$(cat port)/oauth2/authorize?$asked" |
        tr -d '\r' | sed -n 's/^[Ll]ocation: //p'
}
signed_in=$(back "sub=ada") declined=$(back "action=deny")
echo "Signed in: $(sed "s/[?]code=[^&]*/?code=…/" <<<"$signed_in")"
echo "Declined:  $declined"
[[ $signed_in == *state=abc* && $declined == *error=access_denied* && $declined != *state=* ]] || exit 1
