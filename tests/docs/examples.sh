#!/bin/bash
# examples.sh - every "$ halfstep ..." in a fenced block of the documents is run; where output is shown, it is what comes.
# In the shown output "..." alone stands for any lines, and at a line's end for the rest of it.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
cd "$SRCDIR" || exit 1
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 1
failed=0 ran=0 unmade=
# The man page's examples as a document of fenced blocks.
sed 's/^\.nf$/```console/; s/^\.fi$/```/; s/\\-/-/g' doc/halfstep.1.in >"$work/halfstep.1.in"
documents=(README.md CONTRIBUTING.md doc/*.md configs/README.md experiments/*/README.md "$work/halfstep.1.in")

# Where the examples run: the tree's folders by name, and the program in the path.
mkdir "$work/bin" "$work/here"
ln -s "$HALFSTEP" "$work/bin/halfstep"
ln -s /usr/bin/python3 "$work/bin/python3"
for folder in experiments configs doc; do ln -s "$SRCDIR/$folder" "$work/here/$folder"; done
PATH=$work/bin:$PATH

# "file:line<TAB>command" of every example, its expected output in numbered files.
awk -v to="$work/want" '
    FNR == 1 { fenced = 0; n_open = 0 }
    /^ *```/ { fenced = !fenced; open = 0; next }
    fenced && /^ *\$ / { open = 0 }
    fenced && /^ *\$ (halfstep|python3) / {
        n++; open = 1; file = to n
        printf "" > file
        command = $0; sub(/^ *\$ /, "", command)
        printf "%s:%d\t%s\n", FILENAME, FNR, command
        next
    }
    fenced && open { print > file }
' "${documents[@]}" >"$work/examples"

same() { # same WANTED GOT: says where they part
    awk '
        FNR == NR { got[++n] = $0; next }
        { want[++m] = $0 }
        function fits(w, g) {
            sub(/ +$/, "", w); sub(/ +$/, "", g)
            if (w ~ /\.\.\.$/) { w = substr(w, 1, length(w) - 3); return substr(g, 1, length(w)) == w }
            return w == g
        }
        END {
            while (m && want[m] ~ /^ *$/) m--
            for (i = j = 1; i <= m; i++) {
                if (want[i] == "...") { any = 1; continue }
                while (any && j <= n && !fits(want[i], got[j])) j++
                if (j > n || !fits(want[i], got[j])) { print "expected: " want[i] "\ncame:     " (j > n ? "(no more)" : got[j]); exit 1 }
                j++; any = 0
            }
            if (!any && j <= n) { print "more came: " got[j]; exit 1 }
        }' "$2" "$1"
}

while IFS=$'\t' read -r place command; do
    ran=$((ran + 1))
    if [[ $command == python3* ]]; then
        if ! /usr/bin/python3 -c 'import torch, h5py' 2>/dev/null; then
            echo "SKIPPED docs/$place: no python3-torch, python3-h5py"
            unmade=$(grep -o '[^ ]*\.h5$' <<<"$command") # what later examples read
            continue
        fi
    fi
    if [[ -n $unmade && $command == *"$unmade"* ]]; then echo "SKIPPED docs/$place: $unmade was not made"; continue; fi
    if ! (cd "$work/here" && PYTHONDONTWRITEBYTECODE=1 bash -c "$command" >"$work/got" 2>"$work/said"); then
        echo "FAILED $place: $command: exit code"
        cat "$work/said"
        failed=$((failed + 1))
    elif [ -s "$work/want$ran" ] && ! same "$work/want$ran" "$work/got"; then
        echo "FAILED $place: $command: other output"
        failed=$((failed + 1))
    fi
done <"$work/examples"
echo "$ran examples"
[ "$ran" -ge 8 ] && [ "$failed" = 0 ]
