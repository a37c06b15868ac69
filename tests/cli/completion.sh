#!/bin/bash
# completion.sh - bash completes commands, options and roster names, those that the program has.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
. "$SRCDIR/src/cli/completion/halfstep"
failed=0
halfstep() { "$HALFSTEP" "$@"; } # the word that is completed; the script asks it for its lists
offers() { # offers "WORDS OF THE LINE" WANTED...: the last word, which may be empty, is completed
    local line=$1 got
    shift
    read -r -a COMP_WORDS <<<"$line"
    [ "${line% }" = "$line" ] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _halfstep
    for got in "$@"; do
        printf '%s\n' "${COMPREPLY[@]}" | grep -qx -e "$got" || { echo "'$line' does not offer $got: ${COMPREPLY[*]}"; failed=1; }
    done
}
offers "halfstep " run list calibrate help --version
offers "halfstep ca" calibrate
offers "halfstep h" help
offers "halfstep help ins" inspect
offers "halfstep run --j" --jobs
offers "halfstep list " strategies orders objectives analyses papers
offers "halfstep calibrate x.h5 -s per" percentile
offers "halfstep calibrate x.h5 --format mx" mxfp4
offers "halfstep paper max" max1960
offers "halfstep list formats --output j" json
cd "$SRCDIR" && offers "halfstep run configs/qui" configs/quickstart.yaml
for roster in strategies orders objectives analyses; do # every member, whatever it is called
    [ "$(_halfstep_roster halfstep $roster | wc -l)" -ge 3 ] || { echo "no names of $roster"; failed=1; }
done
exit $failed
