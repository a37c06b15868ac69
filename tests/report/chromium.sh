#!/bin/bash
# chromium.sh - report.html in a browser: no error, no request, tables sort and filter, both themes can be read, a phone's
# width is enough. CHROMIUM_REPORT=FILE tries another page; CHROMIUM_SECONDS=N is how long it may take to be usable.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
command -v chromium >/dev/null || { echo "SKIPPED report/chromium: no chromium"; exit 0; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 1
page=${CHROMIUM_REPORT:-$work/made/report.html} failed=0
[ -n "${CHROMIUM_REPORT:-}" ] || "$BUILDDIR/tests/report/draw_report" "$work/made" 4 3 4 2 2 8 1 >/dev/null 2>&1 || exit 1
cp "$page" "$work/page.html"
cp "$SRCDIR/tests/report/chromium.html" "$work/host.html"

# The frames are of one folder, which the flag makes one origin. Nothing is resolved: a request would be an error.
ask() { # ask THEME: what the host page found, and what the console said
    timeout "${CHROMIUM_TIMEOUT:-120}" chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" \
        --host-resolver-rules="MAP * ~NOTFOUND" --allow-file-access-from-files --blink-settings=preferredColorScheme="$1" \
        --window-size=1400,1000 --enable-logging=stderr --dump-dom "file://$work/host.html#${CHROMIUM_SECONDS:-10}" 2>"$work/said" |
        sed -n 's/^ *<pre id="found">//; T; :more; s/<\/pre>.*//; t last; p; n; b more; :last; p; q'
}
for theme in 0:dark 1:light; do
    found=$(ask "${theme%%:*}")
    if [ -z "$found" ] && ! grep -q CONSOLE "$work/said"; then # it starts in few containers without a display's libraries
        echo "SKIPPED report/chromium: it does not start here"
        tail -n 3 "$work/said"
        exit 0
    fi
    grep CONSOLE "$work/said" && failed=1
    printf '%s\n' "$found" | sed 's/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g'
    grep -q "^done ${theme##*:}\$" <<<"$found" || { echo "FAILED: ${theme##*:}: the page was not judged to its end"; failed=1; }
    grep -q '^FAILED' <<<"$found" && failed=1
done
exit $failed
