#!/bin/sh
# man.sh - the man page: doc/halfstep.1.in with what every command's --help says put in, so that neither lags behind.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
program=$1 template=$2
export LC_ALL=C ARGP_HELP_FMT=rmargin=79
commands=$("$program" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p')
[ -n "$commands" ]

# One command's help as roff: the usage, its text by paragraphs, each option with its meaning, what comes after them.
roff='
function plain(s) { gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); gsub(/^[.\047]/, "\\\\\\&&", s); return s }
function begin(what) { if (state != what) { flush(); state = what } }
function flush() { if (state == "usage") print ".na\n.HP\n" breaks(plain(usage)) "\n.br\n.ad"; state = "" }
function breaks(s) { gsub(/[|]/, "|\\:", s); return s } # a list of words is longer than a line
{ sub(/ +$/, "") }
/^Usage: / { begin("usage"); usage = substr($0, 8); next }
state == "usage" && /^  / { sub(/^ +/, " "); usage = usage $0; next }
/^Mandatory or optional arguments to long options/ { skip = 2 }
skip { skip--; next }
/^      --usage |^  -\?, --help / { begin("past"); next }
/^  +-/ {
    begin("option")
    at = match($0, /[^ ]  +[^ ]/)
    head = at && RSTART > 6 ? substr($0, 1, RSTART) : $0
    text = at && RSTART > 6 ? substr($0, RSTART + 1) : ""
    sub(/^ +/, "", head); sub(/^ +/, "", text)
    print ".TP\n.B " plain(head)
    if (text != "") print plain(text)
    next
}
state == "option" && /^            / { sub(/^ +/, ""); print plain($0); next }
/^$/ { if (state == "text") print ".PP"; else begin("gap"); next }
{
    if (state != "text") { begin("text"); print ".PP" }
    if (/^  [^ ]/) print ".br"
    sub(/^ +/, "")
    print plain($0)
}
END { flush() }'

while IFS= read -r line; do
    case $line in
    @VERSION@*) printf '.TH HALFSTEP 1 "" "%s" "User Commands"\n' "$("$program" --version)" ;;
    @COMMANDS@)
        for c in $commands; do
            printf '.SS "halfstep %s"\n' "$c"
            "$program" "$c" --help | awk "$roff"
        done
        ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$template"
