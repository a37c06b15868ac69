#!/bin/bash
# run.sh - runs experiments and puts their tables and figures into results/, or compares them with what is there.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) source=$(cd "$(dirname "$0")/.." && pwd)

# Those that take seconds: `make check-results` runs them.
fast=(quickstart papers slides)

usage() {
    cat <<'END'
Usage: experiments/run.sh [--check] [--fast] [--list] [NAME...]

Runs the experiments NAME (all, without one): every config of experiments/NAME/, or its run.sh, and writes the tables and
figures to results/NAME/. What a killed run finished is kept below the build folder: call it again.
  --check   compare the tables with those in results/ instead of writing there; exit 1 where they differ
  --fast    those that take seconds
  --list    name them, run nothing
Environment: HALFSTEP (the program, build/halfstep), RESULTS (folder, results/), WORK (folder, build/experiments), JOBS.
END
}

check=false only_fast=false list=false names=()
while [ $# -gt 0 ]; do
    case $1 in
    --check) check=true ;;
    --fast) only_fast=true ;;
    --list) list=true ;;
    --help | -h) usage && exit 0 ;;
    -*) usage >&2 && exit 64 ;;
    *) names+=("$1") ;;
    esac
    shift
done

all() { # the quickstart, and every folder here that asks a question
    echo quickstart
    for d in "$here"/*/; do
        n=$(basename "$d")
        if [ -e "$d/run.sh" ] || compgen -G "$d*.yaml" >/dev/null; then echo "$n"; fi
    done
}
if [ ${#names[@]} = 0 ]; then
    mapfile -t names < <(all)
    if $only_fast; then mapfile -t names < <(printf '%s\n' "${fast[@]}" | grep -x -F -f <(all)); fi
fi
for name in "${names[@]}"; do
    grep -qx -e "$name" <<<"$(all)" || { echo "run.sh: no experiment '$name'; there are: $(all | tr '\n' ' ')" >&2; exit 64; }
done
if $list; then printf '%s\n' "${names[@]}"; exit 0; fi

HALFSTEP=${HALFSTEP:-$source/build/halfstep} RESULTS=${RESULTS:-$source/results} WORK=${WORK:-$source/build/experiments}
JOBS=${JOBS:-$(nproc)}
[ -x "$HALFSTEP" ] || { echo "run.sh: no program $HALFSTEP: build first, or set HALFSTEP" >&2; exit 66; }
# A comparison that reused finished trials would compare nothing.
if $check; then WORK=$WORK/check && rm -rf "$WORK"; fi
mkdir -p "$WORK"
export HALFSTEP JOBS SOURCE=$source CHECK=$check # CHECK: times need not be taken

keep() { # keep FROM TO: what is worth committing of a run's folder
    mkdir -p "$2"
    for part in tables figures; do
        if [ -d "$1/$part" ]; then rm -rf "${2:?}/$part" && cp -r "$1/$part" "$2/"; fi
    done
}

# One config: results straight into results/NAME; several: a folder each, by the config's name.
run() { # run NAME OUT
    local name=$1 out=$2 configs config stem
    if [ "$name" = quickstart ]; then configs=("$source/configs/quickstart.yaml")
    elif [ -e "$here/$name/run.sh" ]; then
        mkdir -p "$out" "$WORK/$name"
        OUT=$out WORK="$WORK/$name" bash "$here/$name/run.sh"
        return
    else configs=("$here/$name"/*.yaml); fi
    for config in "${configs[@]}"; do
        stem=$(basename "$config" .yaml)
        if [ ${#configs[@]} = 1 ]; then stem=; fi
        "$HALFSTEP" run "$config" -q -j "$JOBS" -o "$WORK/$name/${stem:-.}" >/dev/null
        keep "$WORK/$name/${stem:-.}" "$out/$stem"
    done
}

tables() { (cd "$1" && find . -path '*tables/*' -type f 2>/dev/null | sort); }

different() { # different A B: names the tables that are not the same byte for byte
    { tables "$1"; tables "$2"; } | sort -u | while read -r t; do
        cmp -s "$1/$t" "$2/$t" || echo "  $t"
    done
}

failed=0
for name in "${names[@]}"; do
    begin=$(date +%s)
    if $check; then
        [ -d "$RESULTS/$name" ] || { echo "$name: nothing in $RESULTS"; failed=1; continue; }
        run "$name" "$WORK/out/$name"
        list=$(different "$RESULTS/$name" "$WORK/out/$name")
        if [ -n "$list" ]; then
            printf "%s: these tables differ (now in %s):\n%s\n" "$name" "$WORK/out/$name" "$list"
            failed=1
        else echo "$name: $(tables "$RESULTS/$name" | wc -l) tables, the same byte for byte, $(($(date +%s) - begin)) s"; fi
    else
        run "$name" "$RESULTS/$name"
        echo "$name: $(tables "$RESULTS/$name" | wc -l) tables, $(($(date +%s) - begin)) s"
    fi
done
exit $failed
